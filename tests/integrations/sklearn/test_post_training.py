"""What is computed with a recorded model after its fit goes to the run of the fit."""

from __future__ import annotations

import gc
import json
import pickle
import threading
import weakref
from copy import deepcopy
from functools import partial

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn.metrics
from sklearn.base import BaseEstimator, clone
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    check_scoring,
    classification_report,
    confusion_matrix,
    f1_score,
    get_scorer,
    log_loss,
    make_scorer,
    mean_squared_error,
    r2_score,
    roc_auc_score,
    silhouette_score,
)
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from autolog.testing import record

X, Y = load_iris(return_X_y=True)
X_test, y_test = X[::2].copy(), Y[::2].copy()

quietly = partial(record, log_models=False, log_plots=False, sklearn={"training_metrics": False})


@pytest.fixture
def runs():
    with quietly() as recorded:
        yield recorded


@pytest.fixture
def model(runs):
    return DecisionTreeClassifier(max_depth=2).fit(X, Y)


@pytest.fixture
def binary(runs):
    return LogisticRegression(max_iter=300).fit(X, Y == 2)


def after_the_fit(run):
    return {key: value for key, value in run.metrics.items() if key.endswith(("test", "dataset"))}


class Learner(BaseEstimator):
    """Says what it is told to say."""

    def __init__(self, says=None):
        self.says = says

    def fit(self, X, y=None):
        return self

    def predict(self, X):
        return self.says

    def score(self, X, y=None):
        return accuracy_score(y, self.predict(X))


def test_a_metric_of_a_prediction_goes_to_the_run_of_the_fit(runs, model):
    predicted = model.predict(X_test)

    value = accuracy_score(y_test, predicted)

    run = runs.only
    assert run.status == "FINISHED"
    assert after_the_fit(run) == {"accuracy_score_X_test": value}


def test_further_calls_of_a_metric_are_numbered(runs, model):
    predicted = model.predict(X_test)

    for _ in range(3):
        accuracy_score(y_test, predicted)

    assert set(after_the_fit(runs.only)) == {
        "accuracy_score_X_test",
        "accuracy_score-2_X_test",
        "accuracy_score-3_X_test",
    }


def evaluate(model, X_val, y_val):
    # pytest rewrites functions that assert, and these are not looked into then
    said = model.predict(X_val)
    return accuracy_score(y_val, said), f1_score(y_val, said, average="macro")


def test_data_are_called_what_the_evaluating_function_calls_them(runs, model):
    evaluate(model, X_test, y_test)

    assert set(runs.only.metrics) >= {"accuracy_score_X_val", "f1_score_X_val"}


def test_other_data_under_the_same_name_are_numbered(runs, model):
    parts = [X[:60].copy(), X[60:].copy()]

    for part in parts:
        evaluate(model, part, Y[: len(part)])

    assert set(runs.only.metrics) >= {"accuracy_score_X_val", "accuracy_score-2_X_val-2"}


def test_data_that_no_variable_holds_are_unknown(runs, model):
    accuracy_score(y_test, model.predict(X[::2]))

    assert set(after_the_fit(runs.only)) == {"accuracy_score_unknown_dataset"}


def test_the_score_of_a_model_goes_to_its_run(runs, model):
    value = model.score(X_test, y_test)

    assert after_the_fit(runs.only) == {"DecisionTreeClassifier_score_X_test": value}


@pytest.mark.parametrize(
    "make",
    [
        lambda: make_pipeline(StandardScaler(), LogisticRegression()),
        lambda: GridSearchCV(DecisionTreeClassifier(), {"max_depth": [1, 2]}, cv=2),
    ],
)
def test_models_whose_methods_are_delegated_are_followed_too(runs, make):
    model = make().fit(X, Y)

    accuracy_score(y_test, model.predict(X_test))
    model.score(X_test, y_test)

    name = type(model).__name__
    assert set(after_the_fit(runs.only)) == {"accuracy_score_X_test", f"{name}_score_X_test"}


def test_the_best_estimator_of_a_search_belongs_to_the_search(runs):
    search = GridSearchCV(DecisionTreeClassifier(), {"max_depth": [1, 2]}, cv=2).fit(X, Y)

    accuracy_score(y_test, search.best_estimator_.predict(X_test))

    assert "accuracy_score_X_test" in runs.only.metrics


def test_the_labels_of_a_clusterer_are_predictions(runs):
    labels = KMeans(3, n_init=1, random_state=0).fit_predict(X_test)
    fitted = KMeans(2, n_init=1, random_state=0).fit(X_test)

    silhouette_score(X_test, labels)
    silhouette_score(X_test, fitted.labels_)

    assert ["silhouette_score_X_test" in run.metrics for run in runs] == [True, True]


def test_the_calls_behind_the_metrics_are_kept(runs, model):
    evaluate(model, X_test, y_test)
    accuracy_score(Y[::2], y_pred=model.predict(X_test))
    model.score(X_test, y_test)

    run = runs.only
    file = runs.session.directory / "artifacts" / run.run_id / "metric_info.json"
    assert "metric_info.json" in run.artifacts
    assert json.loads(file.read_text()) == {
        "DecisionTreeClassifier_score_X_test": "DecisionTreeClassifier.score(X=X_test, y=y_test)",
        "accuracy_score-2_X_test": "accuracy_score(y_true=<ndarray>, y_pred=<ndarray>)",
        "accuracy_score_X_val": "accuracy_score(y_true=y_val, y_pred=said)",
        "f1_score_X_val": "f1_score(y_true=y_val, y_pred=said, average='macro')",
    }


def test_of_calls_without_end_the_first_are_kept(runs, model, monkeypatch):
    monkeypatch.setattr("autolog_sklearn.post_training.evaluation._MOST_CALLS", 2)
    said = model.predict(X_test)
    for _ in range(4):
        accuracy_score(y_test, said)
    runs.session.flush()

    file = runs.session.directory / "artifacts" / runs.only.run_id / "metric_info.json"

    assert len(after_the_fit(runs.only)) == 4
    assert list(json.loads(file.read_text())) == [
        "accuracy_score-2_X_test",
        "accuracy_score_X_test",
    ]


@pytest.mark.parametrize("scoring", ["accuracy", make_scorer(accuracy_score)])
def test_a_scorer_that_is_asked_about_a_model_logs_once(runs, model, scoring):
    scorer = get_scorer(scoring)

    value = scorer(model, X_test, y_test)

    assert after_the_fit(runs.only) == {"accuracy_score_X_test": value}


def test_several_scorers_at_once_log_a_metric_each(runs, model):
    scorers = check_scoring(model, ["accuracy", "neg_log_loss"])

    values = scorers(model, X_test, y_test)

    assert after_the_fit(runs.only) == {
        "accuracy_score_X_test": values["accuracy"],
        "log_loss_X_test": -values["neg_log_loss"],
    }


def test_a_scorer_logs_the_metric_and_not_its_opposite(runs, binary):
    value = get_scorer("neg_log_loss")(binary, X_test, y_test == 2)

    assert after_the_fit(runs.only) == {"log_loss_X_test": -value}


def test_a_scorer_of_the_users_own_function_is_named_after_it(runs, model):
    def share_right(truth, predicted):
        return float(np.mean(truth == predicted))

    make_scorer(share_right)(model, X_test, y_test)

    assert set(after_the_fit(runs.only)) == {"share_right_X_test"}


DERIVED = {
    "a slice": (lambda p: p[10:40], slice(10, 40)),
    "every second": (lambda p: p[::2], slice(None, None, 2)),
    "as an array": (np.asarray, slice(None)),
    "a view of a view": (lambda p: p[5:].reshape(-1, 1)[:, 0], slice(5, None)),
    "a series": (pd.Series, slice(None)),
    "a part of a series": (lambda p: pd.Series(p, copy=False).iloc[:30], slice(0, 30)),
    "a list": (lambda p: p.tolist(), slice(None)),
    "a copy": (np.copy, slice(None)),
}


@pytest.mark.parametrize("kind", DERIVED)
def test_what_is_made_of_predictions_is_followed(runs, model, kind):
    predicted = model.predict(X_test)
    derive, rows = DERIVED[kind]

    accuracy_score(y_test[rows], derive(predicted))

    assert set(after_the_fit(runs.only)) == {"accuracy_score_X_test"}


COLUMNS = {
    "a column": lambda p: p[:, 1],
    "a copied column": lambda p: p[:, 1].copy(),
    "a series": lambda p: pd.Series(p[:, 1]),
    "a column of a frame": lambda p: pd.DataFrame(p)[1],
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_column_of_probabilities_is_followed(runs, binary, kind):
    probabilities = binary.predict_proba(X_test)

    roc_auc_score(y_test == 2, COLUMNS[kind](probabilities))

    assert set(after_the_fit(runs.only)) == {"roc_auc_score_X_test"}


def test_the_most_probable_class_is_followed(runs):
    model = LogisticRegression(max_iter=300).fit(X, Y)
    probabilities = model.predict_proba(X_test)

    accuracy_score(y_test, probabilities.argmax(axis=1))
    accuracy_score(y_test, np.argmax(model.predict_proba(X_test), axis=1))

    assert set(after_the_fit(runs.only)) == {"accuracy_score_X_test", "accuracy_score-2_X_test"}


def test_the_label_of_the_most_probable_class_is_followed(runs):
    names = np.array(["setosa", "versicolor", "virginica"])
    model = LogisticRegression(max_iter=300).fit(X, names[Y])
    probabilities = model.predict_proba(X_test)

    accuracy_score(names[y_test], model.classes_[probabilities.argmax(axis=1)])

    assert set(after_the_fit(runs.only)) == {"accuracy_score_X_test"}


def test_the_outputs_of_a_model_with_several_are_followed(runs):
    model = DecisionTreeClassifier().fit(X, np.column_stack([Y, Y == 1]))

    first, second = model.predict_proba(X_test)
    log_loss(y_test, first)
    log_loss(y_test == 1, second)

    assert set(after_the_fit(runs.only)) == {"log_loss_X_test", "log_loss-2_X_test"}


def test_lists_are_followed_by_what_they_hold(runs):
    model = Learner([0, 1, 2, 1]).fit([[0.0]] * 4)

    r2_score([0, 1, 2, 2], model.predict([[1.0]] * 4))

    assert set(after_the_fit(runs.only)) == {"r2_score_unknown_dataset"}


def test_metrics_of_other_arrays_go_nowhere(runs, model):
    predicted = model.predict(X_test)
    guessed = np.roll(predicted, 7)

    accuracy_score(y_test, guessed)
    accuracy_score(y_test, np.zeros(len(y_test)))
    mean_squared_error(y_test, y_test + 0.5)

    assert after_the_fit(runs.only) == {}


def test_the_truth_is_no_prediction_however_good_the_model_is(runs):
    model = DecisionTreeClassifier().fit(X, Y)
    predicted = model.predict(X_test)

    accuracy_score(y_test, np.roll(y_test, 1))

    assert (predicted == y_test).all()
    assert after_the_fit(runs.only) == {}


def test_predictions_that_are_all_alike_are_known_by_identity_only(runs):
    model = DummyClassifier().fit(X, Y)
    predicted = model.predict(X_test)

    accuracy_score(y_test, np.zeros(len(y_test), dtype=int))
    accuracy_score(y_test, predicted)

    assert set(after_the_fit(runs.only)) == {"accuracy_score_X_test"}


def test_of_equal_predictions_of_two_models_each_is_known_by_identity(runs):
    one, other = (DecisionTreeClassifier().fit(X, Y) for _ in range(2))
    of_one, of_other = one.predict(X_test), other.predict(X_test)

    accuracy_score(y_test, of_other)
    f1_score(y_test, of_one[:], average="macro")

    assert [set(after_the_fit(run)) for run in runs] == [
        {"f1_score_X_test"},
        {"accuracy_score_X_test"},
    ]


def test_a_copy_that_may_be_of_either_of_two_predictions_goes_nowhere(runs):
    one, other = (DecisionTreeClassifier().fit(X, Y) for _ in range(2))
    of_one, of_other = one.predict(X_test), other.predict(X_test)

    accuracy_score(y_test, of_one.copy())

    assert (of_one == of_other).all()
    assert [after_the_fit(run) for run in runs] == [{}, {}]


def test_in_a_loop_a_copy_is_of_the_prediction_that_is_still_there(runs):
    for _ in range(2):
        model = DecisionTreeClassifier().fit(X, Y)
        predicted = model.predict(X_test)
        accuracy_score(y_test, predicted.tolist())

    assert [set(after_the_fit(run)) for run in runs] == [{"accuracy_score_X_test"}] * 2


def test_in_a_loop_what_is_made_of_predictions_that_are_gone_is_of_the_newest(runs):
    for _ in range(2):
        model = LogisticRegression(max_iter=300).fit(X, Y)
        accuracy_score(y_test, model.predict_proba(X_test).argmax(axis=1))
        f1_score(y_test, model.predict_proba(X_test).argmax(axis=1), average="macro")

    assert [set(after_the_fit(run)) for run in runs] == [
        {"accuracy_score_X_test", "f1_score_X_test"}
    ] * 2


def test_predictions_are_held_weakly(runs, model):
    predicted = model.predict(X_test)
    reference = weakref.ref(predicted)

    del predicted
    gc.collect()

    assert reference() is None


def test_models_are_held_weakly(runs):
    model = DecisionTreeClassifier().fit(X, Y)
    predicted = model.predict(X_test)
    reference = weakref.ref(model)

    del model
    gc.collect()
    accuracy_score(y_test, predicted)

    assert reference() is None
    assert set(after_the_fit(runs.only)) == {"accuracy_score_X_test"}


@pytest.mark.parametrize("copy", [deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_copies_of_a_model_are_not_followed(runs, model, copy):
    duplicate = copy(model)

    accuracy_score(y_test, duplicate.predict(X_test))
    duplicate.score(X_test, y_test)

    assert after_the_fit(runs.only) == {}


def test_nothing_is_written_on_a_model(model):
    model.predict(X_test)

    bare = clone(model)
    with quietly(sklearn=False):
        bare.fit(X, Y)

    assert vars(model).keys() == vars(bare).keys()


def test_a_model_that_is_fitted_again_goes_on_with_its_new_run(runs, model):
    model.fit(X, Y)

    model.score(X_test, y_test)

    assert [bool(after_the_fit(run)) for run in runs] == [False, True]


def test_nested_metrics_are_silent(runs):
    model = Learner(y_test).fit(X)

    model.score(X_test, y_test)

    assert set(after_the_fit(runs.only)) == {"Learner_score_X_test"}


def test_metrics_without_one_number_are_not_logged(runs, model):
    predicted = model.predict(X_test)

    classification_report(y_test, predicted)
    confusion_matrix(y_test, predicted)
    f1_score(y_test, predicted, average=None)

    assert after_the_fit(runs.only) == {}


def test_what_is_computed_during_a_recorded_fit_is_silent(runs):
    model = DecisionTreeClassifier(max_depth=1).fit(X, Y)

    class Nested(BaseEstimator):
        def fit(self, X, y):
            accuracy_score(y, model.predict(X))
            return self

        def predict(self, X):
            return model.predict(X)

    Nested().fit(X, Y)

    assert not [key for run in runs for key in run.metrics if "accuracy" in key]


def test_what_scikit_learn_asks_of_a_model_is_silent(runs, model):
    permutation_importance(model, X_test, y_test, n_repeats=2, random_state=0)

    assert after_the_fit(runs.only) == {}
    assert not [context for context, _ in runs.only.datasets if context == "eval"]


def test_data_that_a_model_is_asked_about_are_described_once(runs, model):
    model.predict(X_test)
    model.predict_proba(X_test)
    model.score(X_test, y_test)

    described = [event for event in runs.events if getattr(event, "context", None) == "eval"]
    assert [event.name for event in described] == ["X_test"]


def test_a_model_in_use_describes_a_few_data_sets_only(runs, model):
    for place in range(40):
        batch = X[place : place + 5].copy()
        model.predict(batch)

    described = [event for event in runs.events if getattr(event, "context", None) == "eval"]
    assert len(described) == 16


def test_data_sets_are_not_described_where_that_is_switched_off():
    with quietly(log_datasets=False) as runs:
        DecisionTreeClassifier().fit(X, Y).score(X_test, y_test)

    assert runs.only.datasets == {}


def test_metrics_after_the_fit_can_be_switched_off():
    with record(sklearn={"log_post_training_metrics": False}, log_models=False) as runs:
        model = DecisionTreeClassifier().fit(X, Y)
        model.score(X_test, y_test)
        accuracy_score(y_test, model.predict(X_test))

    assert after_the_fit(runs.only) == {}


def test_models_of_an_earlier_session_are_not_followed():
    with quietly():
        model = DecisionTreeClassifier().fit(X, Y)
    with quietly() as runs:
        accuracy_score(y_test, model.predict(X_test))
        model.score(X_test, y_test)

    assert runs.events == []


def test_an_error_of_a_metric_is_the_users(runs, model):
    predicted = model.predict(X_test)

    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        accuracy_score(y_test[:5], predicted)

    assert after_the_fit(runs.only) == {}


def test_metric_functions_are_the_same_objects_with_the_same_pickles():
    functions = [name for name in sklearn.metrics.__all__ if name.endswith(("score", "error"))]
    bare = {name: pickle.dumps(getattr(sklearn.metrics, name)) for name in functions}

    with quietly():
        assert sklearn.metrics.accuracy_score is accuracy_score
        assert make_scorer(accuracy_score)._score_func is accuracy_score
        assert get_scorer("accuracy")._score_func is accuracy_score
        recorded = {name: pickle.dumps(getattr(sklearn.metrics, name)) for name in bare}

    assert recorded == bare


def test_every_metric_that_gives_a_number_is_covered(runs):
    patched = {place.partition(":")[2] for place in runs.session.patched if "metrics:" in place}
    functions = {
        name
        for name in sklearn.metrics.__all__
        if callable(getattr(sklearn.metrics, name))
        and not isinstance(getattr(sklearn.metrics, name), type)
    }

    assert functions - patched <= {"get_scorer_names"}


def test_scorers_work_in_other_processes(runs, model):
    scores = cross_val_score(
        clone(model), X, Y, scoring=make_scorer(accuracy_score), cv=2, n_jobs=2
    )
    values = joblib.Parallel(n_jobs=2)(
        joblib.delayed(accuracy_score)(y_test, model.predict(X_test)) for _ in range(2)
    )

    assert len(scores) == 2
    assert values[0] == values[1] == accuracy_score(y_test, model.predict(X_test))


def test_threads_log_to_the_runs_of_their_own_models(runs):
    values = {}
    ready = threading.Barrier(6)

    def work(depth):
        model = DecisionTreeClassifier(max_depth=depth, random_state=0).fit(X, Y)
        ready.wait()
        for _ in range(20):
            values[depth] = accuracy_score(y_test, model.predict(X_test)[:50])

    def accuracy_score(truth, predicted):
        return sklearn.metrics.accuracy_score(truth[:50], predicted)

    threads = [threading.Thread(target=work, args=(depth,)) for depth in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    logged = {
        int(run.params["max_depth"]): [v for k, v in run.metrics.items() if "accuracy" in k]
        for run in runs
    }
    assert logged == {depth: [values[depth]] * 20 for depth in range(1, 7)}


def test_results_are_the_same_objects_as_without_autolog(runs):
    said = np.array([1.0, 2.0])
    model = Learner(said).fit(X)

    assert model.predict(X_test) is said


def test_a_prediction_in_a_recorded_regression_takes_no_random_numbers(runs):
    np.random.seed(0)  # noqa: NPY002 - the generator that scikit-learn uses
    expected = pickle.dumps(np.random.get_state())  # noqa: NPY002 - as above
    model = LinearRegression().fit(X, Y)

    mean_squared_error(y_test, model.predict(X_test))

    assert pickle.dumps(np.random.get_state()) == expected  # noqa: NPY002 - as above
