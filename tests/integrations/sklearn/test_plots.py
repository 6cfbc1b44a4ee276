"""The plots of real estimators, from the pass that finds their training metrics."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.cluster import KMeans
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from autolog.capture import affordable
from autolog.capture.metrics import training_metrics

X, Y = load_iris(return_X_y=True)
X_OF_TWO, Y_OF_TWO = load_breast_cancer(return_X_y=True)
X_OF_NUMBERS, Y_OF_NUMBERS = load_diabetes(return_X_y=True)

MATRIX = "training_confusion_matrix"
ROC_CURVE = "training_roc_curve"
PRECISION_RECALL_CURVE = "training_precision_recall_curve"


class CountedClassifier(ClassifierMixin, BaseEstimator):
    """Counts how often it is asked."""

    def __init__(self, calls):
        self.calls = calls

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        self.calls.append("predict")
        return self.classes_[(X[:, 0] > 14).astype(int)]

    def predict_proba(self, X):
        self.calls.append("predict_proba")
        return np.column_stack([X[:, 0] <= 14, X[:, 0] > 14]).astype(float)


def plots_of(model, inputs, targets, **options):
    model.fit(inputs, targets)
    found = training_metrics(model, inputs, targets, plots=True, **options)
    return {plot.name: plot.data for plot in found.plots}


def test_a_classifier_of_several_classes_has_a_confusion_matrix():
    model = LogisticRegression(max_iter=500)

    plots = plots_of(model, X, Y)

    assert list(plots) == [MATRIX]
    expected = metrics.confusion_matrix(Y, model.predict(X))
    assert plots[MATRIX].counts == expected.tolist()


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(5, max_depth=2, random_state=0),
        make_pipeline(StandardScaler(), LogisticRegression()),
        GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [5, 9]}, cv=2),
        LinearSVC(dual=False),
        RidgeClassifier(),
        SVC(),
    ],
    ids=lambda model: type(model).__name__,
)
def test_a_classifier_of_two_classes_has_the_curves_of_its_scores(model):
    plots = plots_of(model, X_OF_TWO, Y_OF_TWO)

    area = metrics.get_scorer("roc_auc")(model, X_OF_TWO, Y_OF_TWO)
    average = metrics.get_scorer("average_precision")(model, X_OF_TWO, Y_OF_TWO)
    assert list(plots) == [MATRIX, ROC_CURVE, PRECISION_RECALL_CURVE]
    assert plots[ROC_CURVE].area == pytest.approx(area)
    assert plots[PRECISION_RECALL_CURVE].average_precision == pytest.approx(average)


def test_the_curves_are_about_the_second_class():
    names = np.array(["yes", "no"], dtype=object)

    plots = plots_of(DecisionTreeClassifier(max_depth=1), X_OF_TWO, names[Y_OF_TWO])

    assert plots[ROC_CURVE].positive_class == "yes"
    assert plots[PRECISION_RECALL_CURVE].prevalence == pytest.approx(np.mean(Y_OF_TWO == 0))


def test_a_classifier_without_scores_has_no_curves():
    model = VotingClassifier([("tree", DecisionTreeClassifier(max_depth=1))])

    assert list(plots_of(model, X_OF_TWO, Y_OF_TWO)) == [MATRIX]


def test_weights_count():
    weight = np.random.default_rng(0).random(len(Y_OF_TWO))
    model = DecisionTreeClassifier(max_depth=2)

    plots = plots_of(model, X_OF_TWO, Y_OF_TWO, sample_weight=weight)

    scores = model.predict_proba(X_OF_TWO)[:, 1]
    area = metrics.roc_auc_score(Y_OF_TWO, scores, sample_weight=weight)
    assert plots[ROC_CURVE].area == pytest.approx(area)
    assert np.sum(plots[MATRIX].counts) == pytest.approx(weight.sum(), rel=1e-3)


def test_a_regressor_has_its_predictions_and_residuals():
    plots = plots_of(LinearRegression(), X_OF_NUMBERS, Y_OF_NUMBERS)

    assert list(plots) == ["training_predicted_actual", "training_residuals"]
    assert plots["training_residuals"].rows == len(Y_OF_NUMBERS)
    assert sum(plots["training_residuals"].counts) == len(Y_OF_NUMBERS)


@pytest.mark.parametrize(
    ("model", "targets"),
    [
        (KMeans(2, n_init=1), None),
        (LinearRegression(), np.column_stack([Y, Y])),
        (KNeighborsClassifier(), np.column_stack([Y > 0, Y > 1]).astype(int)),
        (DecisionTreeClassifier(), np.column_stack([Y, Y])),
    ],
    ids=["no targets", "several numbers", "several labels", "several classes"],
)
def test_what_has_not_one_output_has_no_plots(model, targets):
    assert plots_of(model, X, targets) == {}


def test_plots_ask_the_model_nothing_that_the_metrics_do_not():
    alone, together = CountedClassifier([]), CountedClassifier([])
    for model in (alone, together):
        model.fit(X_OF_TWO, Y_OF_TWO)

    training_metrics(alone, X_OF_TWO, Y_OF_TWO)
    training_metrics(together, X_OF_TWO, Y_OF_TWO, plots=True)

    assert together.calls == alone.calls


def test_metrics_are_the_same_with_plots():
    model = LogisticRegression(max_iter=500).fit(X, Y)

    alone, together = (training_metrics(model, X, Y, plots=plots) for plots in (False, True))

    assert alone.plots == ()
    assert alone.metrics == together.metrics


def test_plots_of_a_sample_are_those_of_its_metrics(monkeypatch):
    monkeypatch.setattr(affordable, "ALLOWED_SECONDS", 0.0)
    monkeypatch.setattr(affordable, "_TELLING_SECONDS", 0.0)
    model = DecisionTreeClassifier(max_depth=2)
    inputs, targets = np.tile(X, (10, 1)), np.tile(Y, 10)
    model.fit(inputs, targets)

    found = training_metrics(model, inputs, targets, plots=True)

    assert found.sampled_rows == 64
    assert np.sum(found.plots[0].data.counts) == 64


def test_scores_that_fail_take_neither_metrics_nor_matrix_with_them():
    class Unsure(LinearSVC):
        def predict(self, X):
            return np.repeat(self.classes_[:1], len(X))

        def decision_function(self, X):
            raise RuntimeError("no scores")

    model = Unsure(dual=False).fit(X_OF_TWO, Y_OF_TWO)

    found = training_metrics(model, X_OF_TWO, Y_OF_TWO, plots=True)

    assert "training_score" in found.metrics
    assert [plot.name for plot in found.plots] == [MATRIX]
    assert found.missing == "decision_function of Unsure failed (RuntimeError: no scores)"
