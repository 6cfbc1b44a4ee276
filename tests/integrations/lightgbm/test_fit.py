"""Each fit of an estimator is a run: with its rounds, or with how it does on its training data."""

from __future__ import annotations

import inspect

import lightgbm
import numpy as np
import pytest
from lightgbm import LGBMClassifier, LGBMModel, LGBMRanker, LGBMRegressor
from sklearn.metrics import accuracy_score, mean_squared_error
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autolog.testing import record

TINY = {"n_estimators": 3, "num_leaves": 4, "n_jobs": 1, "verbose": -1}


class Own(LGBMClassifier):
    """A user's classifier, which is one of LightGBM's."""


class Postponing(LGBMClassifier):
    """A user's classifier, whose fit trains nothing yet."""

    def fit(self, X, y):
        return self


def evaluated_on(inputs, targets):
    """The argument for one evaluation set, which LightGBM 4.7 has renamed."""
    if "eval_X" in inspect.signature(LGBMModel.fit).parameters:
        return {"eval_X": inputs, "eval_y": targets}
    return {"eval_set": [(inputs, targets)]}


def test_a_fit_has_the_params_of_the_estimator_and_of_its_training(classifier, table):
    with record() as runs:
        classifier.fit(*table)

        assert runs.only.name == "LGBMClassifier"
        assert runs.only.params.keys() >= classifier.get_params().keys()
        assert runs.only.params["n_estimators"] == runs.only.params["num_boost_round"] == "3"
        assert runs.only.params["objective"] == "binary"
        assert runs.only.params["categorical_feature"] == "auto"


def test_a_fit_that_fails_before_its_training_has_its_params(classifier):
    with record() as runs:
        with pytest.raises(ValueError, match="inconsistent numbers of samples"):
            classifier.fit(np.zeros((3, 2)), [0, 1])

        assert runs.only.status == "FAILED"
        assert runs.only.params["num_leaves"] == "4"


def test_the_tags_name_the_estimator(classifier, table):
    with record() as runs:
        classifier.fit(*table)

        assert runs.only.tags["estimator_name"] == "LGBMClassifier"
        assert runs.only.tags["estimator_class"] == "lightgbm.sklearn.LGBMClassifier"


def test_each_round_is_a_step_and_there_are_no_training_metrics(classifier, table):
    inputs, targets = table

    with record() as runs:
        classifier.fit(inputs[:150], targets[:150], eval_metric="auc", **evaluated_on(*table))

        curves = classifier.evals_result_["valid_0"]
        assert curves.keys() == {"auc", "binary_logloss"}
        for metric, curve in curves.items():
            points = runs.only.metric_history(f"valid_0-{metric}")
            assert points == list(enumerate(curve))
        assert not any(name.startswith("training") for name in runs.only.metrics)


def test_a_fit_without_evaluation_sets_is_asked_about_its_training_data(classifier, table):
    with record() as runs:
        classifier.fit(*table)

        accuracy = accuracy_score(table[1], classifier.predict(table[0]))
        assert runs.only.metrics["training_accuracy_score"] == accuracy
        assert "training_confusion_matrix.png" in runs.only.artifacts


def test_training_metrics_count_samples_by_their_weight(table):
    inputs, targets = table
    weights = np.arange(200) / 100
    regressor = LGBMRegressor(**TINY)

    with record() as runs:
        regressor.fit(inputs, targets, sample_weight=weights)

        error = mean_squared_error(targets, regressor.predict(inputs), sample_weight=weights)
        assert runs.only.metrics["training_mean_squared_error"] == pytest.approx(error)


def test_training_metrics_can_be_done_without(classifier, table):
    with record(lightgbm={"training_metrics": False}) as runs:
        classifier.fit(*table)

        assert not any(name.startswith("training") for name in runs.only.metrics)


def test_a_ranker_has_the_metrics_of_its_last_round_instead(table):
    inputs, targets = table

    with record() as runs:
        LGBMRanker(**TINY).fit(inputs, targets, group=[20] * 10, eval_at=[2])

        assert [step for step, _ in runs.only.metric_history("training-ndcg_at_2")] == [2]


def test_early_stopping_of_a_fit(table):
    inputs, targets = table
    classifier = LGBMClassifier(**TINY | {"n_estimators": 50, "learning_rate": 2.0})

    with record() as runs:
        classifier.fit(
            inputs[:150],
            targets[:150],
            callbacks=[lightgbm.early_stopping(2, verbose=False)],
            **evaluated_on(inputs[150:], targets[150:]),
        )

        metrics = runs.only.metrics
        assert metrics["best_iteration"] == classifier.best_iteration_
        assert metrics["stopped_iteration"] == classifier.best_iteration_ + 1
        assert metrics["best_score"] == classifier.best_score_["valid_0"]["binary_logloss"]


def test_several_classes_are_recorded_by_lightgbms_names(table):
    inputs, _ = table
    targets = np.arange(200) % 3

    with record() as runs:
        LGBMClassifier(**TINY).fit(inputs, targets, **evaluated_on(inputs[:90], targets[:90]))

        assert "valid_0-multi_logloss" in runs.only.metrics
        assert runs.only.params["num_class"] == "3"


def test_an_objective_of_ones_own_is_recorded_without_its_text(table):
    def squares(targets, predicted):
        return predicted - targets, np.ones(len(targets))

    with record() as runs:
        LGBMRegressor(**TINY, objective=squares).fit(*table)

        assert "objective" not in runs.only.params
        assert "training_r2_score" in runs.only.metrics
        assert runs.only.models.keys() == {"model"}


def test_an_estimator_derived_from_lightgbms_is_recorded_as_one(table):
    with record() as runs:
        Own(**TINY).fit(*table)

        assert runs.only.tags["autolog.integration"] == "lightgbm"
        assert runs.only.name == "Own"


def test_a_second_fit_of_the_same_object_is_a_run_of_its_own(classifier, table):
    with record() as runs:
        classifier.fit(*table)
        classifier.set_params(n_estimators=2).fit(*table)

        assert [run.params["num_boost_round"] for run in runs] == ["3", "2"]


def test_a_fit_that_goes_on_with_another_model_counts_its_rounds(classifier, table):
    inputs, targets = table
    classifier.fit(inputs, targets)
    evaluated = evaluated_on(inputs[:90], targets[:90])

    with record() as runs:
        LGBMClassifier(**TINY).fit(inputs, targets, init_model=classifier, **evaluated)

        history = runs.only.metric_history("valid_0-binary_logloss")
        assert [step for step, _ in history] == [3, 4, 5]


def test_a_fit_that_trains_nothing_has_no_model_and_is_no_failure(table):
    with record() as runs:
        Postponing(**TINY).fit(*table)

        assert runs.only.models == {}
        assert "NotFittedError" in runs.only.tags["autolog.model_skipped"]


def test_a_search_is_one_tree_of_scikit_learns(classifier, table):
    with record() as runs:
        GridSearchCV(classifier, {"num_leaves": [3, 4]}, cv=2).fit(*table)

        assert runs.only.name == "GridSearchCV"
        assert [child.params["num_leaves"] for child in runs.only.children] == ["3", "4"]
        assert len(runs.all) == 3


def test_within_a_pipeline_nothing_is_recorded_twice(classifier, table):
    with record() as runs:
        make_pipeline(StandardScaler(), classifier).fit(*table)

        assert [run.name for run in runs.all] == ["Pipeline"]
        assert runs.only.params["lgbmclassifier__num_leaves"] == "4"


def test_within_a_cross_validation_nothing_is_recorded_twice(classifier, table):
    with record() as runs:
        cross_validate(classifier, *table, cv=2)

        assert [run.name for run in runs.all] == ["cross_validate"]


def test_what_is_computed_afterwards_goes_to_the_run_of_the_fit(classifier, table):
    inputs, targets = table

    with record() as runs:
        classifier.fit(inputs[:150], targets[:150])
        accuracy = accuracy_score(targets[150:], classifier.predict(inputs[150:]))

        found = [value for name, value in runs.only.metrics.items() if "accuracy" in name]
        assert accuracy in found
