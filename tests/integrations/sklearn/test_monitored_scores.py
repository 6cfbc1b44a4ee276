"""What the user's own `ScoringMonitor` computes at each iteration is on record."""

from __future__ import annotations

import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from autolog.testing import record

callbacks = pytest.importorskip("sklearn.callback", reason="callbacks are new in scikit-learn 1.9")

X, Y = load_iris(return_X_y=True)


@pytest.fixture
def monitor():
    return callbacks.ScoringMonitor(scoring=["accuracy", "neg_log_loss"])


@pytest.fixture
def model(monitor):
    return LogisticRegression(C=0.01).set_callbacks(monitor)


def scores_of(monitor, name):
    rows = [row for row in monitor.get_logs().data if row["task_name"] == "lbfgs-iter"]
    return [(row["task_id"], row[name]) for row in rows]


@pytest.mark.parametrize(
    "wrap", [lambda model: model, lambda model: make_pipeline(StandardScaler(), model)]
)
def test_each_iteration_is_a_step(monitor, model, wrap):
    with record() as runs:
        wrap(model).fit(X, Y)

    for name in ("accuracy", "neg_log_loss"):
        assert runs.only.metric_history(name) == scores_of(monitor, name)
        assert len(runs.only.metric_history(name)) > 1


def test_an_iteration_is_on_record_before_the_next(model):
    seen = []

    def score(estimator, inputs, targets):
        seen.append(len(runs.only.metric_history("score")))
        return estimator.score(inputs, targets)

    with record() as runs:
        model.set_callbacks(callbacks.ScoringMonitor(scoring={"score": score})).fit(X, Y)

    assert seen[:4] == [0, 1, 2, 3]


def test_a_second_fit_has_its_own_scores(monitor, model):
    with record() as runs:
        model.fit(X, Y)
        model.set_params(max_iter=500, C=0.001).fit(X, Y)

    assert runs[1].metric_history("accuracy") == scores_of(monitor, "accuracy")


def test_every_n_steps_thins_them_out(model):
    with record(every_n_steps=2) as runs:
        model.fit(X, Y)

    assert all(step % 2 == 0 for step, _ in runs.only.metric_history("accuracy"))


@pytest.mark.parametrize(
    "fit",
    [
        lambda model: GridSearchCV(model, {"C": [0.01, 0.02]}, cv=2).fit(X, Y),
        lambda model: cross_val_score(model, X, Y, cv=2),
    ],
)
def test_the_scores_of_many_fits_are_no_curve(model, fit):
    with record() as runs:
        fit(model)

    assert "accuracy" not in runs.only.metrics


def test_a_monitor_that_has_scored_nothing_is_no_failure(monitor):
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).set_callbacks(monitor)

    with record() as runs:
        pipeline.fit(X, Y)

    assert runs.only.metrics["training_accuracy_score"] > 0.9


@pytest.mark.parametrize("last", ["passthrough", None])
def test_a_pipeline_that_ends_with_no_estimator_is_recorded_like_others(last):
    with record() as runs:
        Pipeline([("scaler", StandardScaler()), ("last", last)]).fit(X)

    assert runs.only.status == "FINISHED"
    assert runs.only.params["steps"]
