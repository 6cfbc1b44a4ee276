"""What iterative estimators note at each iteration becomes metrics with steps."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.datasets import load_iris
from sklearn.decomposition import FactorAnalysis
from sklearn.ensemble import (
    AdaBoostClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
)
from sklearn.linear_model import BayesianRidge, LogisticRegressionCV
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autolog.testing import record
from autolog_sklearn.curves import MOST_POINTS, curves_of

X, Y = load_iris(return_X_y=True)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

EARLY_MLP = MLPClassifier(max_iter=4, early_stopping=True, random_state=0)
HALF_BOOSTING = GradientBoostingClassifier(n_estimators=3, subsample=0.5, random_state=0)
EARLY_HIST = HistGradientBoostingClassifier(max_iter=3, early_stopping=True, random_state=0)


class OfOthers(BaseEstimator):
    """A user's own estimator, whose attributes hold all sorts of things."""

    def fit(self, X, y=None):
        self.loss_curve_ = [0.5, object()]
        self.train_score_ = np.ones((2, 2))
        self.error_ = [1.0]
        return self

    @property
    def validation_score_(self):
        raise AssertionError("a property of the user's was read")


def history(run, metric):
    return [(step, value) for step, value in run.metric_history(metric)]


@pytest.mark.filterwarnings("ignore:The SAMME.R algorithm")  # of scikit-learn 1.5
@pytest.mark.parametrize(
    ("estimator", "curves"),
    [
        (EARLY_MLP, {"loss_curve": "loss_curve_", "validation_score": "validation_scores_"}),
        (
            HALF_BOOSTING,
            {
                "train_score": "train_score_",
                "oob_improvement": "oob_improvement_",
                "oob_loss": "oob_scores_",
            },
        ),
        (EARLY_HIST, {"train_score": "train_score_", "validation_score": "validation_score_"}),
        (AdaBoostClassifier(n_estimators=3), {"estimator_error": "estimator_errors_"}),
        (FactorAnalysis(1), {"log_likelihood": "loglike_"}),
        (BayesianRidge(compute_score=True), {"log_marginal_likelihood": "scores_"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_iteration_is_a_step(estimator, curves):
    model = clone(estimator)

    with record() as runs:
        model.fit(X, Y)

    for metric, attribute in curves.items():
        expected = list(enumerate(map(float, getattr(model, attribute))))
        assert expected
        assert history(runs.only, metric) == expected
    assert "autolog.error" not in runs.only.tags


def test_the_curves_of_an_iteration_are_one_event():
    with record() as runs:
        clone(HALF_BOOSTING).fit(X, Y)

    events = [event for event in runs.events if "train_score" in getattr(event, "metrics", {})]
    assert [event.step for event in events] == [0, 1, 2]
    assert events[0].metrics.keys() == {"train_score", "oob_improvement", "oob_loss"}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda model: make_pipeline(StandardScaler(), model),
        lambda model: GridSearchCV(model, {"max_iter": [3]}, cv=2),
        lambda model: GridSearchCV(
            make_pipeline(StandardScaler(), model), {"mlpclassifier__max_iter": [3]}, cv=2
        ),
    ],
    ids=["a pipeline", "a search", "a search over pipelines"],
)
def test_the_curves_of_the_estimator_within_are_recorded(wrap):
    model = wrap(MLPClassifier(max_iter=3, random_state=0))

    with record() as runs:
        model.fit(X, Y)

    assert [step for step, _ in history(runs.only, "loss_curve")] == [0, 1, 2]


def test_every_n_steps_thins_them_out():
    with record(every_n_steps=2) as runs:
        GradientBoostingClassifier(n_estimators=5).fit(X, Y)

    assert [step for step, _ in history(runs.only, "train_score")] == [0, 2, 4]


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_scores_that_are_no_curve_are_left_alone():
    with record() as runs:
        LogisticRegressionCV(Cs=2, cv=2, max_iter=500).fit(X, Y)

    assert "log_marginal_likelihood" not in runs.only.metrics
    assert "autolog.error" not in runs.only.tags


def test_attributes_that_hold_something_else_are_left_alone():
    with record() as runs:
        OfOthers().fit(X)

    assert not {"loss_curve", "train_score", "error"} & runs.only.metrics.keys()
    assert "autolog.error" not in runs.only.tags


def test_a_curve_is_recorded_up_to_a_limit():
    model = OfOthers()
    model.loss_curve_ = np.ones(MOST_POINTS + 1)

    assert len(curves_of(model)["loss_curve"]) == MOST_POINTS
