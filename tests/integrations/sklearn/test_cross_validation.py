"""Each call of a function for cross-validation is a run."""

from __future__ import annotations

import csv
import json
import pickle

import joblib
import numpy as np
import pytest
from sklearn import model_selection
from sklearn.datasets import load_iris, make_regression
from sklearn.linear_model import Ridge
from sklearn.model_selection import (
    GridSearchCV,
    LearningCurveDisplay,
    StratifiedKFold,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
    permutation_test_score,
    validation_curve,
)
from sklearn.tree import DecisionTreeClassifier

import autolog
from autolog.testing import record

X, Y = load_iris(return_X_y=True)
TREE = DecisionTreeClassifier(max_depth=2, random_state=0)
FUNCTIONS = {
    "cross_val_predict": lambda: cross_val_predict(TREE, X, Y, cv=shuffled()),
    "cross_val_score": lambda: cross_val_score(TREE, X, Y, cv=shuffled()),
    "cross_validate": lambda: cross_validate(TREE, X, Y, cv=shuffled())["test_score"],
    "learning_curve": lambda: learning_curve(TREE, X, Y, cv=shuffled(), shuffle=True)[2],
    "permutation_test_score": lambda: permutation_test_score(
        TREE, X, Y, cv=shuffled(), n_permutations=3, random_state=None
    )[1],
    "validation_curve": lambda: validation_curve(
        TREE, X, Y, param_name="max_depth", param_range=[1, 2], cv=shuffled()
    )[1],
}


def shuffled():
    """Folds that are drawn by the global random numbers."""
    return StratifiedKFold(3, shuffle=True)


def kept(runs, name):
    runs.session.flush()
    return (runs.session.directory / "artifacts" / runs.only.run_id / name).read_text()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_is_one_finished_run_of_its_estimator(name):
    with record() as runs:
        FUNCTIONS[name]()

    run = runs.only
    assert (run.name, run.status, run.children) == (name, "FINISHED", [])
    assert run.tags["estimator_name"] == "DecisionTreeClassifier"
    assert run.params["estimator__max_depth"] == "2"
    assert run.params["cv"].startswith("StratifiedKFold(n_splits=3")
    assert len(run.datasets) == 1


@pytest.mark.parametrize("name", FUNCTIONS)
def test_results_and_random_numbers_are_the_same(name):
    def outcome():
        np.random.seed(0)  # noqa: NPY002 - the global generator is what folds are drawn from
        return FUNCTIONS[name]().tolist(), np.random.random()  # noqa: NPY002

    expected = outcome()

    with record():
        found = outcome()

    assert found == expected


def test_scores_and_times_of_folds_are_steps():
    with record() as runs:
        result = cross_validate(
            TREE, X, Y, cv=3, scoring=["accuracy", "f1_macro"], return_train_score=True
        )

    run = runs.only
    for name, values in result.items():
        assert run.metric_history(name) == list(enumerate(values))
        assert run.metrics[f"mean_{name}"] == values.mean()
        assert run.metrics[f"std_{name}"] == values.std()


def test_what_is_no_number_of_a_fold_is_left_out():
    with record() as runs:
        cross_validate(TREE, X, Y, cv=3, return_estimator=True, return_indices=True)

    kinds = {name.removeprefix("mean_").removeprefix("std_") for name in runs.only.metrics}
    assert kinds == {"fit_time", "score_time", "test_score"}


def test_every_fold_is_kept_whatever_steps_are():
    with record(every_n_steps=2) as runs:
        scores = cross_val_score(TREE, X, Y, cv=3)

    assert runs.only.metric_history("test_score") == list(enumerate(scores))


def test_predictions_for_rows_that_were_not_fitted_on_are_judged():
    with record() as runs:
        predicted = cross_val_predict(TREE, X, Y, cv=3)

    assert runs.only.metrics["cross_val_accuracy_score"] == (predicted == Y).mean()


def test_predictions_of_a_regressor_are_judged():
    inputs, targets = make_regression(30, 2, random_state=0)

    with record() as runs:
        predicted = cross_val_predict(Ridge(), inputs, targets, cv=3)

    expected = ((predicted - targets) ** 2).mean()
    assert runs.only.metrics["cross_val_mean_squared_error"] == pytest.approx(expected)


def test_probabilities_for_rows_that_were_not_fitted_on_are_no_predictions():
    with record() as runs:
        cross_val_predict(TREE, X, Y, cv=3, method="predict_proba")

    assert runs.only.metrics == {}


def test_probabilities_of_outputs_with_different_classes_are_no_predictions():
    outputs = np.column_stack([Y, Y == 1])

    with record() as runs:
        cross_val_predict(TREE, X, outputs, method="predict_proba")

    assert "cross_val_accuracy_score" not in runs.only.metrics


def test_a_learning_curve_has_a_step_for_each_number_of_samples():
    with record() as runs:
        sizes, train, test = learning_curve(TREE, X, Y, cv=3, shuffle=True, random_state=0)

    run = runs.only
    for name, scores in {"train_score": train, "test_score": test}.items():
        assert run.metric_history(f"mean_{name}") == list(
            zip(sizes, scores.mean(axis=1), strict=True)
        )
        assert run.metric_history(f"std_{name}") == list(
            zip(sizes, scores.std(axis=1), strict=True)
        )
    assert {"learning_curve.csv", "learning_curve.json", "learning_curve.png"} <= {*run.artifacts}


def test_the_table_of_a_curve_has_every_fold():
    with record() as runs:
        train, test = validation_curve(TREE, X, Y, param_name="max_depth", param_range=[1, 2], cv=2)
        table = list(csv.DictReader(kept(runs, "validation_curve.csv").splitlines()))

    assert [row["max_depth"] for row in table] == ["1", "2"]
    assert [float(row["split1_test_score"]) for row in table] == test[:, 1].tolist()
    assert [float(row["mean_train_score"]) for row in table] == train.mean(axis=1).tolist()


def test_the_plot_of_a_curve_has_the_means_over_all_folds():
    with record() as runs:
        _, test = validation_curve(
            TREE, X, Y, param_name="criterion", param_range=["gini", "entropy"], cv=2
        )
        data = json.loads(kept(runs, "validation_curve.json"))

    assert (data["over"], data["labels"]) == ("criterion", ["gini", "entropy"])
    assert data["test"] == test.mean(axis=1).tolist()


def test_a_permutation_test_has_its_score_its_probability_and_every_permutation():
    with record() as runs:
        score, scores, p_value = permutation_test_score(TREE, X, Y, cv=2, n_permutations=3)

    run = runs.only
    assert (run.metrics["score"], run.metrics["p_value"]) == (score, p_value)
    assert run.metric_history("permutation_score") == list(enumerate(scores))


def test_a_display_records_the_curve_that_it_draws():
    with record() as runs:
        LearningCurveDisplay.from_estimator(TREE, X, Y, cv=2, shuffle=True)

    assert runs.only.name == "learning_curve"


def test_nothing_of_a_cross_validation_is_recorded_where_it_is_not_wanted():
    with record(sklearn={"cross_validation": False}) as runs:
        cross_validate(TREE, X, Y, cv=2)
        cross_val_predict(TREE, X, Y, cv=2)

    assert len(runs) == 0


def test_a_search_that_is_cross_validated_is_one_run():
    with record() as runs:
        cross_val_score(GridSearchCV(TREE, {"max_depth": [1, 2]}, cv=2), X, Y, cv=2)

    assert (runs.only.name, runs.only.children) == ("cross_val_score", [])


def test_an_error_of_the_scoring_ends_the_run():
    def refuse(model, X, y):
        raise ArithmeticError("no")

    with record() as runs, pytest.raises(ArithmeticError):
        cross_validate(TREE, X, Y, cv=2, scoring=refuse, error_score="raise")

    assert runs.only.status == "FAILED"
    assert runs.only.error.type == "ArithmeticError"


def test_folds_in_threads_are_silent():
    with record() as runs, joblib.parallel_backend("threading"):
        cross_validate(TREE, X, Y, cv=10, n_jobs=2)

    assert runs.only.name == "cross_validate"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_functions_stay_the_same_objects(name):
    function = getattr(model_selection, name)
    bare = pickle.dumps(function)

    with record():
        assert getattr(model_selection, name) is function
        assert pickle.dumps(function) == bare


def test_a_cross_validation_in_a_run_of_the_users_logs_into_it():
    with record() as runs, autolog.run("mine"):
        cross_val_score(TREE, X, Y, cv=2)

    assert runs.only.name == "mine"
    assert len(runs.only.metric_history("test_score")) == 2
