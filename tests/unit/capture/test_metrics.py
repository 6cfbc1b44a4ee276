"""Training metrics of real estimators."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn import metrics
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.cluster import KMeans
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.decomposition import PCA
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, TweedieRegressor
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from autolog.capture import affordable
from autolog.capture.metrics import overwrites_input, training_metrics

X, Y = load_iris(return_X_y=True)
X_OF_TWO, Y_OF_TWO = load_breast_cancer(return_X_y=True)
X_OF_NUMBERS, Y_OF_NUMBERS = load_diabetes(return_X_y=True)
CLASSIFIER_METRICS = {
    "training_precision_score",
    "training_recall_score",
    "training_f1_score",
    "training_accuracy_score",
    "training_log_loss",
    "training_roc_auc",
    "training_score",
}


@pytest.fixture(autouse=True)
def _failures_are_raised(monkeypatch):
    monkeypatch.setenv("AUTOLOG_STRICT", "1")


def search(model, scoring=None):
    return GridSearchCV(model, {"max_depth": [1, 2]}, cv=2, scoring=scoring)


class Broken(ClassifierMixin, BaseEstimator):
    """Scores, but cannot predict."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        raise RuntimeError("no prediction")

    def score(self, X, y):
        return 0.5


class Unreadable:
    """Predictions that say no more than that they are some."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no array")


def test_a_classifier_has_the_metrics_that_scikit_learn_gives():
    model = LogisticRegression(max_iter=500).fit(X, Y)

    found = training_metrics(model, X, Y)

    probabilities = model.predict_proba(X)
    assert found.sampled_rows is None
    assert found.metrics.keys() == CLASSIFIER_METRICS
    assert found.metrics["training_score"] == pytest.approx(model.score(X, Y))
    assert found.metrics["training_log_loss"] == pytest.approx(metrics.log_loss(Y, probabilities))
    assert found.metrics["training_roc_auc"] == pytest.approx(
        metrics.roc_auc_score(Y, probabilities, average="weighted", multi_class="ovo")
    )


def test_a_regressor_has_the_metrics_that_scikit_learn_gives():
    model = LinearRegression().fit(X_OF_NUMBERS, Y_OF_NUMBERS)

    found = training_metrics(model, X_OF_NUMBERS, Y_OF_NUMBERS)

    squared = metrics.mean_squared_error(Y_OF_NUMBERS, model.predict(X_OF_NUMBERS))
    score = model.score(X_OF_NUMBERS, Y_OF_NUMBERS)
    assert found.metrics == {
        "training_mean_squared_error": pytest.approx(squared),
        "training_root_mean_squared_error": pytest.approx(squared**0.5),
        "training_mean_absolute_error": pytest.approx(
            metrics.mean_absolute_error(Y_OF_NUMBERS, model.predict(X_OF_NUMBERS))
        ),
        "training_r2_score": pytest.approx(score),
        "training_score": pytest.approx(score),
    }


def test_sample_weights_count():
    weight = np.random.default_rng(0).random(len(Y_OF_TWO))
    model = DecisionTreeClassifier(max_depth=2).fit(X_OF_TWO, Y_OF_TWO, weight)

    found = training_metrics(model, X_OF_TWO, Y_OF_TWO, list(weight)).metrics

    assert found["training_score"] == pytest.approx(model.score(X_OF_TWO, Y_OF_TWO, weight))
    assert found["training_roc_auc"] == pytest.approx(
        metrics.roc_auc_score(Y_OF_TWO, model.predict_proba(X_OF_TWO)[:, 1], sample_weight=weight)
    )


def test_the_positive_class_can_be_chosen():
    model = DecisionTreeClassifier(max_depth=1).fit(X_OF_TWO, Y_OF_TWO)

    found = training_metrics(model, X_OF_TWO, Y_OF_TWO, pos_label=0).metrics

    expected = metrics.precision_score(Y_OF_TWO, model.predict(X_OF_TWO), pos_label=0)
    assert found["training_precision_score"] == pytest.approx(expected)


@pytest.mark.parametrize(
    "inputs",
    [X.tolist(), pd.DataFrame(X), scipy.sparse.csr_array(X), scipy.sparse.csr_matrix(X)],
    ids=lambda data: type(data).__name__,
)
def test_any_kind_of_input_has_the_same_metrics(inputs):
    model = LogisticRegression(max_iter=500).fit(X, Y)

    found = training_metrics(model, inputs, pd.Series(Y)).metrics

    assert found == pytest.approx(training_metrics(model, X, Y).metrics)


def test_a_column_of_targets_is_read_as_a_row():
    model = DecisionTreeClassifier(max_depth=2).fit(X, Y)

    column = training_metrics(model, X, Y.reshape(-1, 1))

    assert column.metrics == training_metrics(model, X, Y).metrics


@pytest.mark.parametrize("wrap", [lambda m: make_pipeline(StandardScaler(), m), search])
def test_pipelines_and_searches_have_the_metrics_of_their_model(wrap):
    model = wrap(DecisionTreeClassifier(max_depth=2)).fit(X, Y)

    found = training_metrics(model, X, Y).metrics

    assert found.keys() == CLASSIFIER_METRICS
    assert found["training_score"] == model.score(X, Y)


def test_a_search_with_a_scoring_of_its_own_scores_by_it():
    model = search(DecisionTreeClassifier(), scoring="neg_log_loss").fit(X, Y)

    found = training_metrics(model, X, Y).metrics

    assert found["training_score"] == model.score(X, Y)
    assert found["training_score"] != found["training_accuracy_score"]


def test_a_score_of_its_own_is_asked_for():
    model = TweedieRegressor().fit(X_OF_NUMBERS, Y_OF_NUMBERS)

    found = training_metrics(model, X_OF_NUMBERS, Y_OF_NUMBERS).metrics

    assert found["training_score"] == model.score(X_OF_NUMBERS, Y_OF_NUMBERS)


def test_weights_reach_a_score_that_takes_them():
    weight = np.random.default_rng(0).random(len(Y_OF_NUMBERS))
    model = TweedieRegressor().fit(X_OF_NUMBERS, Y_OF_NUMBERS, weight)

    found = training_metrics(model, X_OF_NUMBERS, Y_OF_NUMBERS, weight).metrics

    assert found["training_score"] == model.score(X_OF_NUMBERS, Y_OF_NUMBERS, weight)


def test_what_is_neither_classifier_nor_regressor_has_its_score():
    model = PCA(2).fit(X, Y)

    assert training_metrics(model, X, Y).metrics == {"training_score": model.score(X)}


def test_without_targets_there_are_no_metrics():
    assert training_metrics(KMeans(2, n_init=1).fit(X), X, None).metrics == {}


def test_a_classifier_whose_mixin_stands_last_is_known_for_one():
    class LastMixin(BaseEstimator, ClassifierMixin):
        def fit(self, X, y):
            self.classes_ = np.unique(y)
            return self

        def predict(self, X):
            return np.repeat(self.classes_[:1], len(X))

    found = training_metrics(LastMixin().fit(X, Y), X, Y).metrics

    assert found["training_accuracy_score"] == pytest.approx(1 / 3)


def test_several_outputs_of_several_classes_have_the_share_of_rows_that_are_right_in_all():
    targets = np.column_stack([Y, Y[::-1]])
    model = MultiOutputClassifier(DecisionTreeClassifier(max_depth=1)).fit(X, targets)

    found = training_metrics(model, X, targets).metrics

    score = model.score(X, targets)
    assert found == {"training_score": score, "training_exact_match_ratio": pytest.approx(score)}


def test_several_outputs_have_no_score_where_the_model_defines_none():
    targets = np.column_stack([Y, Y[::-1]])
    model = DecisionTreeClassifier().fit(X, targets)

    assert training_metrics(model, X, targets).metrics == {"training_exact_match_ratio": 1.0}


@pytest.mark.parametrize(
    "model", [MLPClassifier(4, max_iter=30, random_state=0), KNeighborsClassifier()]
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_several_labels_at_once_have_scikit_learns_metrics(model):
    targets = np.column_stack([Y > 0, Y > 1]).astype(int)
    model.fit(X, targets)

    found = training_metrics(model, X, targets).metrics

    assert found["training_f1_score"] == pytest.approx(
        metrics.f1_score(targets, model.predict(X), average="weighted")
    )
    assert found["training_score"] == model.score(X, targets)


def test_one_class_alone_has_no_probability_metrics():
    model = DecisionTreeClassifier().fit(X, np.zeros(len(X)))

    found = training_metrics(model, X, np.zeros(len(X))).metrics

    assert found.keys() == CLASSIFIER_METRICS - {"training_log_loss", "training_roc_auc"}


def test_an_undefined_metric_is_left_out():
    model = LinearRegression().fit([[1.0]], [1.0])

    found = training_metrics(model, [[1.0]], [1.0]).metrics

    assert found.keys() == {
        "training_mean_squared_error",
        "training_root_mean_squared_error",
        "training_mean_absolute_error",
    }


def test_a_model_that_fails_is_no_failure_of_ours_and_what_it_does_tell_stays():
    reported = []

    found = training_metrics(
        Broken().fit(X, Y), X, Y, report=lambda action, error: reported.append(str(error))
    )

    assert found.metrics == {"training_score": 0.5}
    assert found.missing == "predict of Broken failed (RuntimeError: no prediction)"
    assert reported == []


def test_a_failure_of_ours_is_reported_and_the_other_metrics_stay(monkeypatch):
    class Evasive(Broken):
        def predict(self, X):
            return Unreadable()

    monkeypatch.delenv("AUTOLOG_STRICT")
    reported = []

    found = training_metrics(
        Evasive().fit(X, Y), X, Y, report=lambda action, error: reported.append(str(error))
    )

    assert found.metrics == {"training_score": 0.5}
    assert reported == ["no array"]


def test_probabilities_that_fail_do_not_take_the_labels_with_them():
    class Uncertain(SVC):
        def predict_proba(self, X):
            raise NotImplementedError

    found = training_metrics(Uncertain().fit(X, Y), X, Y)

    assert found.metrics.keys() == CLASSIFIER_METRICS - {"training_log_loss", "training_roc_auc"}
    assert found.missing == "predict_proba of Uncertain failed (NotImplementedError: )"


def test_nor_do_they_where_the_labels_would_be_told_from_them():
    class Uncertain(LogisticRegression):
        def predict_proba(self, X):
            raise NotImplementedError

    class Unsure(DecisionTreeClassifier):
        def predict_proba(self, X):
            raise NotImplementedError

    for model in (Uncertain(max_iter=500), Unsure()):
        model.fit(X, Y)
        found = training_metrics(model, X, Y, plots=True).metrics
        assert found["training_accuracy_score"] == model.score(X, Y)


@pytest.mark.parametrize(
    "model",
    [LogisticRegression(max_iter=500), DecisionTreeClassifier(), SVC(), LinearRegression()],
    ids=lambda model: type(model).__name__,
)
def test_what_was_predicted_for_the_first_rows_is_handed_on(model):
    model.fit(X, Y)

    answer = training_metrics(model, X, Y).answer

    expected = model.predict(X[:5])
    assert np.array_equal(answer, expected)
    assert answer.dtype == expected.dtype


def test_predictions_for_some_rows_only_are_not_handed_on():
    some = Y.astype(float)
    some[0] = np.nan

    assert training_metrics(LinearRegression().fit(X, Y), X, some).answer is None


def test_data_whose_rows_cannot_be_counted_have_no_metrics():
    found = training_metrics(Broken().fit(X, Y), (row for row in X), Y)

    assert (found.metrics, found.missing) == ({}, None)


def test_random_models_do_not_use_up_random_numbers():
    model = DummyClassifier(strategy="stratified", random_state=np.random.RandomState(0)).fit(X, Y)
    state = model.random_state.get_state()[2]
    global_generator = np.random.mtrand._rand
    global_generator.seed(0)

    training_metrics(model, X, Y)

    assert model.random_state.get_state()[2] == state
    assert global_generator.random() == np.random.RandomState(0).random()


def test_a_model_cannot_change_the_users_data(monkeypatch):
    monkeypatch.delenv("AUTOLOG_STRICT")

    class Overwriting(LogisticRegression):
        def predict(self, X):
            X[:] = 0
            return super().predict(X)

    model = Overwriting(max_iter=500).fit(X, Y)
    data = X.copy()

    training_metrics(model, data, Y)

    assert np.array_equal(data, X)


@pytest.mark.parametrize(
    "model",
    [LinearRegression(copy_X=False), make_pipeline(StandardScaler(copy=False), LinearRegression())],
)
def test_a_model_that_may_overwrite_its_input_is_known_by_its_params(model):
    assert overwrites_input(model.get_params())
    assert not overwrites_input(LinearRegression().get_params())


def test_where_the_pass_would_take_too_long_some_rows_have_to_do(monkeypatch):
    monkeypatch.setattr(affordable, "ALLOWED_SECONDS", 0.0)
    monkeypatch.setattr(affordable, "_TELLING_SECONDS", 0.0)
    inputs, targets = np.tile(X, (10, 1)), np.tile(Y, 10)
    model = RandomForestClassifier(5, random_state=0).fit(inputs, targets)

    found = training_metrics(model, inputs, targets)

    assert found.sampled_rows == 64
    assert found.metrics.keys() == CLASSIFIER_METRICS


def test_a_support_vector_machine_is_judged_by_its_own_labels():
    model = SVC(kernel="linear").fit(X, Y)

    found = training_metrics(model, X, Y).metrics

    assert found["training_accuracy_score"] == pytest.approx(model.score(X, Y))
    assert "training_log_loss" not in found
