"""What is recorded of the fits of XGBoost's estimators."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
import xgboost
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from xgboost.callback import EarlyStopping

import autolog
from autolog.testing import record

# XGBoost's newest versions are about to drop some boosters and estimators
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated")

SMALL = {"n_estimators": 3, "max_depth": 2, "n_jobs": 1}


def steps(run, metric):
    return [point.step for point in run.metric_history(metric)]


def training_metrics(run):
    return {name for name in run.metrics if name.startswith("training_")}


@pytest.mark.parametrize(
    "kind",
    [
        xgboost.XGBClassifier,
        xgboost.XGBRegressor,
        xgboost.XGBRFClassifier,
        xgboost.XGBRFRegressor,
    ],
)
def test_a_fit_is_one_run_with_tags_params_rounds_and_model(task, kind):
    with record() as runs:
        kind(**SMALL).fit(task.X, task.y, eval_set=[(task.X, task.y)], verbose=False)

        run = runs.only
        assert run.name == run.tags["estimator_name"] == kind.__name__
        assert run.tags["estimator_class"] == f"xgboost.sklearn.{kind.__name__}"
        assert run.params["n_estimators"] == "3"
        assert run.params["missing"] == "nan"
        rounds = 1 if "RF" in kind.__name__ else 3
        assert run.params["num_boost_round"] == str(rounds)
        metric = "logloss" if "Classifier" in kind.__name__ else "rmse"
        assert steps(run, f"validation_0-{metric}") == list(range(rounds))
        assert run.models["model"].flavor == "xgboost"
        assert training_metrics(run) == set()


def test_params_are_told_once_and_as_the_training_has_them(task):
    classes = np.arange(len(task.X)) % 3

    with record() as runs:
        xgboost.XGBClassifier(**SMALL, eval_metric=["merror", "mlogloss"]).fit(task.X, classes)

        assert runs.only.params["objective"] == "multi:softprob"
        assert runs.only.params["eval_metric"] == "['merror', 'mlogloss']"
        told = [event for event in runs.events if type(event).__name__ == "ParamsLogged"]
        assert len(told) == 1


def test_functions_and_callbacks_are_no_params(task):
    def error(truth, predicted):
        return 0.5

    model = xgboost.XGBRegressor(
        **SMALL,
        eval_metric=error,
        objective=lambda truth, predicted: (predicted - truth, np.ones_like(truth)),
        callbacks=[EarlyStopping(rounds=2)],
    )

    with record() as runs:
        model.fit(task.X, task.y, eval_set=[(task.X, task.y)], verbose=False)

        assert "eval_metric" not in runs.only.params
        assert "callbacks" not in runs.only.params
        assert not any("function" in value for value in runs.only.params.values())
        assert "validation_0-error" in runs.only.metrics
        assert runs.only.metrics["best_iteration"] == model.best_iteration


def test_early_stopping_by_an_argument_of_the_estimator_is_recorded(task):
    model = xgboost.XGBClassifier(
        n_estimators=50, learning_rate=1, early_stopping_rounds=2, eval_metric=["logloss", "auc"]
    )

    with record() as runs:
        model.fit(task.X[:80], task.y[:80], eval_set=[(task.X[80:], task.y[80:])], verbose=False)

        run = runs.only
        assert run.metrics["best_iteration"] == model.best_iteration
        assert run.metrics["stopped_iteration"] == model.best_iteration + 2
        assert run.metrics["best_score"] == model.best_score
        assert run.metrics["validation_0-auc"] == model.best_score
        assert steps(run, "validation_0-auc")[-1] == model.best_iteration + 3


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (xgboost.XGBClassifier, {"training_accuracy_score", "training_roc_auc", "training_score"}),
        (xgboost.XGBRegressor, {"training_r2_score", "training_score"}),
    ],
)
def test_without_a_set_there_are_the_training_metrics_of_scikit_learns(task, kind, expected):
    with record() as runs:
        model = kind(**SMALL).fit(task.X, task.y)

        assert expected <= training_metrics(runs.only)
        score = runs.only.metrics["training_score"]
        assert score == pytest.approx(model.score(task.X, task.y))


def test_training_metrics_are_left_out_if_nobody_wants_them(task):
    with record(xgboost={"training_metrics": False}) as runs:
        xgboost.XGBClassifier(**SMALL).fit(task.X, task.y)

        assert training_metrics(runs.only) == set()


def test_a_ranker_is_evaluated_by_its_own_metric(task):
    groups = np.repeat(np.arange(12), 10)

    with record() as runs:
        xgboost.XGBRanker(**SMALL, eval_metric="ndcg@3").fit(task.X, task.y, qid=groups)

        assert steps(runs.only, "train-ndcg_at_3") == [2]
        assert training_metrics(runs.only) == set()
        assert '"outputs"' in runs.only.models["model"].signature


def test_a_ranker_has_rounds_on_its_sets(task):
    groups = np.repeat(np.arange(12), 10)

    with record() as runs:
        xgboost.XGBRanker(**SMALL).fit(
            task.X,
            task.y,
            qid=groups,
            eval_set=[(task.X, task.y)],
            eval_qid=[groups],
            verbose=False,
        )

        assert steps(runs.only, "validation_0-ndcg_at_32") == [0, 1, 2]


def test_a_fit_goes_on_with_a_model_from_the_right_step(task):
    first = xgboost.XGBClassifier(**SMALL).fit(task.X, task.y)

    with record() as runs:
        xgboost.XGBClassifier(**SMALL).fit(
            task.X, task.y, eval_set=[(task.X, task.y)], xgb_model=first, verbose=False
        )

        assert steps(runs.only, "validation_0-logloss") == [3, 4, 5]


def test_weights_of_samples_count_in_training_metrics(task):
    weights = np.where(task.y == 1, 1.0, 0.0)

    with record() as runs:
        model = xgboost.XGBClassifier(**SMALL).fit(task.X, task.y, sample_weight=weights)

        expected = accuracy_score(task.y, model.predict(task.X), sample_weight=weights)
        assert runs.only.metrics["training_accuracy_score"] == expected


def test_a_refit_of_the_same_object_is_another_run(task):
    model = xgboost.XGBClassifier(**SMALL)

    with record() as runs:
        model.fit(task.X, task.y)
        model.set_params(n_estimators=5).fit(task.X, task.y)

        assert [run.params["n_estimators"] for run in runs] == ["3", "5"]


def test_a_class_of_the_users_own_is_recorded(task):
    class Own(xgboost.XGBClassifier):
        def fit(self, X, y, **others):
            return super().fit(X, y, **others)

    with record() as runs:
        Own(**SMALL).fit(task.X, task.y, eval_set=[(task.X, task.y)], verbose=False)

        assert runs.only.name == "Own"
        assert steps(runs.only, "validation_0-logloss") == [0, 1, 2]


def test_a_fit_that_fails_has_its_params(task):
    with record() as runs:
        with pytest.raises(ValueError, match="Invalid classes"):
            xgboost.XGBClassifier(**SMALL).fit(task.X, task.y + 5)

        assert runs.only.status == "FAILED"
        assert runs.only.params["max_depth"] == "2"


def test_a_search_is_one_tree(task):
    search = GridSearchCV(xgboost.XGBClassifier(**SMALL), {"max_depth": [1, 2]}, cv=2)

    with record() as runs:
        search.fit(task.X, task.y)

        assert runs.only.name == "GridSearchCV"
        assert len(runs.all) == 3
        assert [child.params["max_depth"] for child in runs.only.children] == ["1", "2"]


def test_a_pipeline_is_one_run(task):
    with record() as runs:
        make_pipeline(StandardScaler(), xgboost.XGBClassifier(**SMALL)).fit(task.X, task.y)

        assert [run.name for run in runs.all] == ["Pipeline"]


def test_metrics_after_the_fit_go_to_its_run(task):
    with record() as runs:
        model = xgboost.XGBClassifier(**SMALL).fit(task.X, task.y)
        labels = model.predict(task.X)
        accuracy = accuracy_score(task.y, labels)
        model.score(task.X, task.y)

        metrics = runs.only.metrics
        assert metrics["accuracy_score_unknown_dataset"] == accuracy
        assert metrics["XGBClassifier_score_unknown_dataset"] == accuracy


def test_data_sets_are_described_with_their_names(task):
    def train(features, truth):
        sets = [(features, truth), (features[:20], truth[:20])]
        xgboost.XGBClassifier(**SMALL).fit(features, truth, eval_set=sets, verbose=False)

    with record() as runs:
        train(pd.DataFrame(task.X, columns=list("abcd")), task.y)

        sets = runs.only.datasets
        assert sets.keys() == {
            ("train", "features"),
            ("eval", "validation_0"),
            ("eval", "validation_1"),
        }
        assert sets["train", "features"].digest == sets["eval", "validation_0"].digest
        assert sets["train", "features"].digest != sets["eval", "validation_1"].digest
        assert '"name": "a"' in sets["eval", "validation_1"].schema


def test_an_estimator_loads_back_as_such(task):
    autolog.autolog()
    model = xgboost.XGBClassifier(**SMALL).fit(task.X, task.y)

    loaded = autolog.load_model(autolog.last_run())

    assert type(loaded) is xgboost.XGBClassifier
    assert np.array_equal(loaded.predict_proba(task.X), model.predict_proba(task.X))
    assert np.array_equal(loaded.classes_, model.classes_)


def test_categories_and_missing_values_keep_their_schema():
    frame = pd.DataFrame(
        {
            "city": pd.Categorical(["a", "b", None, "a"] * 10),
            "size": [1.0, np.nan, 3.0, 4.0] * 10,
            "count": range(40),
        }
    )

    with record() as runs:
        xgboost.XGBRegressor(**SMALL, enable_categorical=True).fit(frame, np.arange(40.0))

        signature = runs.only.models["model"].signature
        assert (
            '\\"type\\": \\"string\\", \\"name\\": \\"city\\", \\"required\\": false' in signature
        )
        assert (
            '\\"type\\": \\"double\\", \\"name\\": \\"size\\", \\"required\\": false' in signature
        )
        assert '\\"type\\": \\"long\\", \\"name\\": \\"count\\", \\"required\\": true' in signature
        assert '"outputs": null' not in signature


def test_nothing_of_it_is_recorded_by_others_if_it_is_switched_off(task):
    with record(xgboost=False) as runs:
        xgboost.XGBClassifier(**SMALL).fit(task.X, task.y)
        make_pipeline(StandardScaler(), xgboost.XGBClassifier(**SMALL)).fit(task.X, task.y)

        assert [run.name for run in runs] == ["Pipeline"]


def test_fits_in_threads_are_runs_of_their_own(task):
    def fit(rounds):
        model = xgboost.XGBClassifier(**{**SMALL, "n_estimators": rounds})
        return model.fit(task.X, task.y, eval_set=[(task.X, task.y)], verbose=False)

    with record() as runs:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(fit, [2, 3, 4, 5]))

        found = {run.params["num_boost_round"]: steps(run, "validation_0-logloss") for run in runs}
        assert found == {str(rounds): list(range(rounds)) for rounds in (2, 3, 4, 5)}
