"""Targets and estimators out of the ordinary: sensible metrics or none, and hardly a warning."""

from __future__ import annotations

import logging
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
from sklearn import metrics
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.cluster import DBSCAN, AgglomerativeClustering, Birch, KMeans
from sklearn.covariance import EllipticEnvelope
from sklearn.decomposition import NMF, PCA
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import IsolationForest, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier, MultiOutputRegressor
from sklearn.neighbors import KNeighborsClassifier, LocalOutlierFactor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.semi_supervised import LabelPropagation, SelfTrainingClassifier
from sklearn.svm import OneClassSVM
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from autolog.saying import forget_what_was_said
from autolog.testing import record

RANDOM = np.random.default_rng(3)
X = np.vstack([RANDOM.normal(0, 1, (30, 3)), RANDOM.normal(6, 1, (30, 3))])
Y = np.repeat([0, 1], 30)
LABELS = np.column_stack([Y, 1 - Y])
TWO_KINDS = np.column_stack([Y, Y + np.arange(60) % 2])
SCORE = "training_score"
ACCURACY = "training_accuracy_score"


class Remembers(BaseEstimator):
    """A user's own estimator, which takes any targets and predicts what it is told to."""

    def __init__(self, says=None):
        self.says = says

    def fit(self, X, y):
        self.classes_ = np.array([0, 1])
        self.places_ = {row.tobytes(): place for place, row in enumerate(X)}
        return self

    def predict(self, X):
        return [self.says[self.places_[row.tobytes()]] for row in X]


class Guesser(ClassifierMixin, Remembers):
    """... as a classifier."""


class Guessing(Guesser):
    """... which says how probable each class is, in its own way."""

    def __init__(self, says=None, probabilities=None, classes=(0, 1)):
        super().__init__(says)
        self.probabilities = probabilities
        self.classes = classes

    def fit(self, X, y):
        super().fit(X, y)
        self.classes_ = self.classes
        if self.classes is None:
            del self.classes_
        return self

    def predict_proba(self, X):
        return self.probabilities


class FewWords(Guesser):
    """... which does not say enough."""

    def predict(self, X):
        return super().predict(X)[:-1]


class Estimate(RegressorMixin, Remembers):
    """... as a regressor."""


def trained(model, *arguments, sklearn=True, **named):
    """The one run of a fit that is recorded without a failure of ours."""
    with record(sklearn=sklearn) as runs:
        model.fit(*arguments, **named)
    run = runs.only
    assert "autolog.error" not in run.tags
    return run


def test_several_classes_at_once_have_the_share_of_rows_that_are_right_in_all():
    model = MultiOutputClassifier(DecisionTreeClassifier(max_depth=1))

    run = trained(model, X, TWO_KINDS)

    exact = (model.predict(X) == TWO_KINDS).all(axis=1).mean()
    assert run.metrics["training_exact_match_ratio"] == pytest.approx(exact)
    assert ACCURACY not in run.metrics


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(4, random_state=0),
        KNeighborsClassifier(),
        MultiOutputClassifier(LogisticRegression()),
        ClassifierChain(LogisticRegression()),
    ],
    ids=lambda model: type(model).__name__,
)
def test_labels_have_the_metrics_of_scikit_learn(model):
    run = trained(model, X, LABELS)

    predicted = model.predict(X)
    assert run.metrics[ACCURACY] == metrics.accuracy_score(LABELS, predicted)
    assert run.metrics["training_f1_score"] == pytest.approx(
        metrics.f1_score(LABELS, predicted, average="weighted")
    )
    assert 0 <= run.metrics["training_roc_auc"] <= 1


@pytest.mark.parametrize("form", [list, scipy.sparse.csc_array, pd.DataFrame, pl.DataFrame])
def test_labels_may_be_given_in_any_form(form):
    run = trained(OneVsRestClassifier(LogisticRegression()), X, form(LABELS))

    assert run.metrics[ACCURACY] == 1.0


def test_labels_that_scikit_learn_predicts_as_something_else_have_no_metrics():
    run = trained(KNeighborsClassifier(), X, scipy.sparse.csr_matrix(LABELS))

    assert ACCURACY not in run.metrics


@pytest.mark.parametrize("targets", [LABELS, TWO_KINDS], ids=["labels", "classes"])
def test_labels_may_be_predicted_as_lists(targets):
    run = trained(Guesser(targets.tolist()), X, targets)

    name = ACCURACY if targets is LABELS else "training_exact_match_ratio"
    assert run.metrics[name] == 1.0


@pytest.mark.parametrize("targets", [LABELS, TWO_KINDS], ids=["labels", "classes"])
@pytest.mark.parametrize(
    "says",
    [[["one"], ["one", "two"]] * 30, Y, LABELS.astype(str)],
    ids=["of any length", "one axis", "text"],
)
def test_labels_predicted_as_something_else_have_no_metrics(targets, says):
    run = trained(Guesser(says), X, targets)

    assert not {ACCURACY, "training_roc_auc", "training_exact_match_ratio"} & run.metrics.keys()


@pytest.mark.parametrize(
    "probabilities",
    [[[0.5], [0.5, 0.5]] * 30, [np.full(60, 0.5)] * 2, np.full((60, 2), "even"), None],
    ids=["of any length", "one axis", "text", "nothing"],
)
def test_probabilities_of_labels_that_are_none_are_left_out(probabilities):
    run = trained(Guessing(LABELS, probabilities), X, LABELS)

    assert run.metrics[ACCURACY] == 1.0
    assert "training_roc_auc" not in run.metrics


def test_classes_of_several_outputs_in_a_sparse_matrix_are_not_compared():
    run = trained(DummyClassifier(), X, scipy.sparse.csc_matrix(TWO_KINDS + 1))

    assert run.status == "FINISHED"
    assert "training_exact_match_ratio" not in run.metrics


def test_a_label_that_never_occurs_has_no_area():
    run = trained(RandomForestClassifier(2), X, np.column_stack([Y, 0 * Y]))

    assert run.metrics[ACCURACY] == 1.0
    assert "training_roc_auc" not in run.metrics


@pytest.mark.parametrize(
    "model", [LinearRegression(), MultiOutputRegressor(DecisionTreeRegressor(max_depth=1))]
)
def test_several_amounts_have_the_mean_of_their_errors(model):
    amounts = X[:, :2] * 2.0

    run = trained(model, X, amounts)

    assert run.metrics["training_mean_absolute_error"] == pytest.approx(
        metrics.mean_absolute_error(amounts, model.predict(X))
    )


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (KMeans(2, n_init=1), {"n_clusters": 2.0}),
        (AgglomerativeClustering(3), {"n_clusters": 3.0}),
        (DBSCAN(2.0), {"n_clusters": 2.0, "noise_ratio": 0.0}),
        (DBSCAN(0.01), {"n_clusters": 0.0, "noise_ratio": 1.0}),
        (Birch(n_clusters=2), {"n_clusters": 2.0}),
        (make_pipeline(StandardScaler(), KMeans(2, n_init=1)), {"n_clusters": 2.0}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_clustering_tells_its_clusters_and_its_noise(model, expected):
    found = trained(model, X).metrics

    assert {
        name: found[name] for name in ("n_clusters", "noise_ratio") if name in found
    } == expected


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (KMeans(2, n_init=1), "inertia"),
        (GaussianMixture(2), "lower_bound"),
        (make_pipeline(MinMaxScaler(), NMF(2, tol=0.01, max_iter=900)), "reconstruction_err"),
        (PCA(2), "noise_variance"),
        (IsolationForest(n_estimators=3, contamination=0.1), "offset"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_an_estimator_has_found_about_itself_is_a_metric(model, name):
    found = trained(model, X).metrics

    last = model[-1] if hasattr(model, "steps") else model
    assert found[name] == pytest.approx(getattr(last, f"{name}_"))


def test_the_share_that_the_forest_left_out_is_a_metric():
    model = RandomForestClassifier(30, oob_score=True, random_state=0)

    assert trained(model, X, Y).metrics["oob_score"] == model.oob_score_


def test_a_silhouette_is_not_computed_unless_it_is_asked_for():
    assert "training_silhouette_score" not in trained(KMeans(2, n_init=1), X).metrics


@pytest.mark.parametrize(
    ("model", "seen"),
    [
        (KMeans(2, n_init=1), X),
        (make_pipeline(StandardScaler(), KMeans(2, n_init=1)), StandardScaler().fit_transform(X)),
        (make_pipeline("passthrough", KMeans(2, n_init=1)), X),
    ],
    ids=["alone", "in a pipeline", "in a pipeline that does nothing"],
)
def test_a_silhouette_is_that_of_scikit_learn(model, seen):
    run = trained(model, X, sklearn={"silhouette": True})

    last = model[-1] if hasattr(model, "steps") else model
    assert run.metrics["training_silhouette_score"] == pytest.approx(
        metrics.silhouette_score(seen, last.labels_)
    )


@pytest.mark.parametrize(
    ("model", "inputs"),
    [
        (DBSCAN(0.01), X),
        (KMeans(1), X),
        (PCA(2), X),
        (DBSCAN(2.0, metric="precomputed"), metrics.pairwise_distances(X)),
    ],
)
def test_where_there_are_no_two_clusters_of_points_there_is_no_silhouette(model, inputs):
    run = trained(model, inputs, sklearn={"silhouette": True})

    assert "training_silhouette_score" not in run.metrics


def test_the_silhouette_of_many_rows_takes_some_of_them():
    many = np.tile(X, (100, 1)) + RANDOM.normal(size=(6000, 3))
    model = KMeans(2, n_init=1)

    run = trained(model, many, sklearn={"silhouette": True})

    expected = metrics.silhouette_score(many[::2], model.labels_[::2])
    assert run.metrics["training_silhouette_score"] == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(
    "model",
    [IsolationForest(n_estimators=3), OneClassSVM(), LocalOutlierFactor(), EllipticEnvelope()],
    ids=lambda model: type(model).__name__,
)
def test_an_outlier_detector_has_no_metrics_of_classifiers(model):
    run = trained(model, X)

    assert run.status == "FINISHED"
    assert not [name for name in run.metrics if name.startswith("training_")]


@pytest.mark.parametrize(
    "model",
    [
        SelfTrainingClassifier(LogisticRegression()),
        LabelPropagation(),
        make_pipeline(StandardScaler(), SelfTrainingClassifier(LogisticRegression())),
        make_pipeline(SelfTrainingClassifier(LogisticRegression())),
    ],
)
def test_rows_without_a_label_do_not_count(model):
    some = np.where(np.arange(60) % 2 == 0, Y, -1)

    run = trained(model, X, some)

    labelled = some != -1
    assert run.metrics[ACCURACY] == model.score(X[labelled], some[labelled])
    assert run.metrics["training_roc_auc"] == 1.0


def test_a_class_called_minus_one_counts_elsewhere():
    assert trained(DecisionTreeClassifier(), X, np.where(Y, 1, -1)).metrics[ACCURACY] == 1.0


@pytest.mark.parametrize(
    ("targets", "says"),
    [
        (np.where(np.arange(60) < 3, np.nan, Y), Y),
        (pd.Series([None, *Y[1:]], dtype="Int64"), Y),
        (pd.Series([None, *np.array(["no", "yes"])[Y[1:]]], dtype=object), [*["no"] * 60]),
    ],
    ids=["NaN", "a nullable integer", "None"],
)
def test_rows_whose_target_is_missing_do_not_count(targets, says):
    run = trained(Guesser(np.array(says)), X, targets)

    known = ~pd.isna(targets)
    expected = np.mean(np.asarray(targets)[known] == np.array(says)[known])
    assert run.metrics[ACCURACY] == pytest.approx(expected)


def test_amounts_that_are_missing_do_not_count():
    amounts = np.where(np.arange(60) < 3, np.nan, 2.0)

    run = trained(Estimate(np.full(60, 5.0)), X, amounts)

    assert run.metrics["training_mean_absolute_error"] == 3.0


@pytest.mark.parametrize(
    "model", [DecisionTreeClassifier(), DummyClassifier(), KNeighborsClassifier()]
)
def test_a_single_class_has_no_curve_and_no_area(model):
    run = trained(model, X, np.zeros(60))

    assert run.metrics[ACCURACY] == 1.0
    assert not {"training_roc_auc", "training_log_loss"} & run.metrics.keys()
    assert "training_roc_curve.png" not in run.artifacts


def test_a_class_that_is_absent_from_the_data_leaves_out_what_needs_all_classes():
    class Prefitted(Guesser):
        def predict_proba(self, X):
            return np.full((len(X), 3), 1 / 3)

        def fit(self, X, y):
            super().fit(X, y)
            self.classes_ = np.array([0, 1, 2])
            return self

    run = trained(Prefitted(Y), X, Y)

    assert run.metrics[ACCURACY] == 1.0
    assert not {"training_roc_auc", "training_log_loss"} & run.metrics.keys()


def test_probabilities_that_are_not_defined_have_no_loss():
    class Undefined(Guesser):
        def predict_proba(self, X):
            return np.full((len(X), 2), np.nan)

    run = trained(Undefined(Y), X, Y)

    assert run.metrics[ACCURACY] == 1.0
    assert not {"training_roc_auc", "training_log_loss"} & run.metrics.keys()


@pytest.mark.parametrize(
    ("model", "targets"),
    [
        (Guesser(["a"] * 60), Y),
        (Guesser(Y), np.array([0, "one"] * 30, dtype=object)),
        (Guesser(Y), [["one"], ["one", "two"]] * 30),
        (Guesser(Y), np.zeros((60, 2, 2))),
        (FewWords(Y), Y),
        (Estimate(["much"] * 60), X[:, 0]),
        (Estimate(X), X[:, 0]),
        (Estimate(X[:, 0]), np.datetime64("2024-01-01") + np.arange(60)),
    ],
    ids=[
        "text for numbers",
        "labels of two kinds",
        "lists of any length",
        "three axes",
        "too few predictions",
        "text for amounts",
        "several amounts for one",
        "dates",
    ],
)
def test_predictions_that_cannot_be_compared_have_no_metrics(model, targets):
    run = trained(model, X, targets)

    assert not [name for name in run.metrics if name.startswith("training_")]


@pytest.mark.parametrize(
    ("probabilities", "classes"),
    [
        (np.full((60, 2), 0.5), None),
        (np.full((60, 2), 0.5), 3),
        (np.full((60, 2), 0.5), [[0, 1]]),
        (np.full((60, 2), 0.5), [0, 1, 2]),
        (np.full((59, 2), 0.5), [0, 1]),
        (np.full((60, 2), "even"), [0, 1]),
        (np.full((60, 2), 0.5, dtype=object), [0, 1]),
        ([[0.5, 0.5]] * 60, [0, 1]),
    ],
    ids=[
        "no classes",
        "a number of classes",
        "classes of one among several outputs",
        "more classes than columns",
        "too few rows",
        "text",
        "objects",
        "lists",
    ],
)
def test_probabilities_that_are_no_table_of_the_classes_are_left_out(probabilities, classes):
    run = trained(Guessing(Y, probabilities, classes), X, Y)

    assert run.metrics[ACCURACY] == 1.0
    assert not {"training_roc_auc", "training_log_loss"} & run.metrics.keys()


def test_probabilities_may_be_whole_numbers():
    run = trained(Guessing(Y, np.column_stack([1 - Y, Y])), X, Y)

    assert run.metrics["training_roc_auc"] == 1.0


def test_one_output_among_several_possible_has_no_area():
    run = trained(ClassifierChain(LogisticRegression()), X, LABELS[:, :1])

    assert run.metrics[ACCURACY] == 1.0


def test_weights_below_zero_have_no_root_of_a_mean_of_squares():
    weights = np.where(np.arange(60) < 5, -1.0, 0.1)

    run = trained(DecisionTreeRegressor(max_depth=1), X, X[:, 0], sample_weight=weights)

    assert run.metrics["training_mean_squared_error"] < 0
    assert "training_root_mean_squared_error" not in run.metrics


@pytest.mark.parametrize("score", [None, "good", [1.0, 2.0], {"accuracy": 1.0}])
def test_a_score_that_is_no_number_is_left_out(score):
    class Scoring(Guesser):
        def score(self, X, y):
            return score

    run = trained(Scoring(Y), X, Y)

    assert run.metrics[ACCURACY] == 1.0
    assert SCORE not in run.metrics


@pytest.mark.parametrize("weights", [2.0, np.full(60, 2.0), [2.0] * 60])
def test_weights_that_are_all_the_same_change_nothing(weights):
    run = trained(LogisticRegression(), X, Y, sample_weight=weights)

    assert run.metrics[ACCURACY] == 1.0
    assert run.metrics["training_roc_auc"] == 1.0


class Weighing(Guesser):
    """... which takes weights."""

    def fit(self, X, y, sample_weight=None):
        return super().fit(X, y)


def test_one_weight_for_all_is_one_for_the_rows_that_are_known():
    run = trained(Weighing(Y), X, np.where(X[:, 0] > 1, np.nan, Y), sample_weight=2.0)

    assert run.metrics[ACCURACY] == 1.0


def test_samples_that_weigh_nothing_have_no_metrics():
    run = trained(Weighing(Y), X, Y, sample_weight=np.zeros(60))

    assert not [name for name in run.metrics if name.startswith("training_")]


def test_a_search_that_keeps_no_model_has_no_training_metrics():
    search = GridSearchCV(DecisionTreeClassifier(), {"max_depth": [1, 2]}, cv=2, refit=False)

    run = trained(search, X, Y)

    assert run.metrics["best_cv_score"] == search.best_score_
    assert not [name for name in run.metrics if name.startswith("training_")]


def test_the_positive_class_may_be_a_text():
    names = np.array(["no", "yes"])[Y]
    guess = np.where(np.arange(60) < 15, "yes", names)

    run = trained(Guesser(guess), X, names, sklearn={"pos_label": "yes"})

    assert run.metrics["training_precision_score"] == pytest.approx(30 / 45)


def test_nothing_that_scikit_learn_warns_us_of_reaches_the_user():
    with warnings.catch_warnings(record=True) as shown, record():
        warnings.simplefilter("always")
        DecisionTreeClassifier().fit(X, np.zeros(60))
        RandomForestClassifier(2).fit(X, np.column_stack([Y, 0 * Y]))
        LinearRegression().fit(X[:2], Y[:2])

    assert [str(warning.message) for warning in shown] == []


def test_the_same_failure_is_said_once_however_often_and_with_whatever_numbers(caplog):
    class Unreadable:
        def __array__(self, dtype=None, copy=None):
            raise RuntimeError(f"not these {RANDOM.random()}")

    class Broken(Guesser):
        def predict(self, X):
            return Unreadable()

    forget_what_was_said()
    with caplog.at_level(logging.WARNING, "autolog"), record(strict=False, log_signatures=False):
        for _ in range(5):
            Broken().fit(X, Y)

    assert len(caplog.messages) == 1
    assert "computing the training metrics of Broken" in caplog.messages[0]
