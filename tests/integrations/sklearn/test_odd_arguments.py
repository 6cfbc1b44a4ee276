"""Data and estimators out of the ordinary: what can be recorded is, and nothing is said."""

from __future__ import annotations

import json
import logging

import numpy as np
import pytest
import scipy.sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.decomposition import IncrementalPCA
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.neighbors import KNeighborsClassifier, KNeighborsTransformer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MaxAbsScaler, OneHotEncoder, StandardScaler

from autolog.saying import forget_what_was_said
from autolog.testing import record

RANDOM = np.random.default_rng(5)
X = np.vstack([RANDOM.normal(0, 1, (30, 3)), RANDOM.normal(6, 1, (30, 3))])
Y = np.repeat([0, 1], 30)
FORMATS = ("bsr", "coo", "csc", "csr", "dia", "dok", "lil")
PARAMS_MISSING = "autolog.params_missing"
METRICS_MISSING = "autolog.training_metrics_missing"
SIGNATURE_MISSING = "autolog.signature_missing"


@pytest.fixture(autouse=True)
def _nothing_is_said(caplog):
    """What autolog has to say stands in tags; failures of its own would be said."""
    forget_what_was_said()
    with caplog.at_level(logging.WARNING, "autolog"):
        yield
    assert caplog.messages == []


def recorded(do, **options):
    """The one run of what is done, as a user would have it; and the error that it raises."""
    error = None
    with record(strict=False, **options) as runs:
        try:
            do()
        except Exception as raised:
            error = raised
    assert "autolog.error" not in runs.only.tags
    return runs.only, error


def trained(model, *arguments, **options):
    run, error = recorded(lambda: model.fit(*arguments), **options)
    assert error is None
    return run


def outputs_of(run):
    outputs = json.loads(run.models["model"].signature)["outputs"]
    return outputs and json.loads(outputs)


class Array:
    """What NumPy can make an array of, and has neither a length nor a shape."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype=dtype)


class Interface:
    """... by the protocol of old."""

    def __init__(self, values):
        self.values = values
        self.__array_interface__ = values.__array_interface__


class Own(ClassifierMixin, BaseEstimator):
    """A user's own classifier."""

    def __init__(self, size=3):
        self.size = size

    def fit(self, X, y=None):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.zeros(len(X), dtype=int)


class Secretive(Own):
    """... which does not tell its params."""

    def get_params(self, deep=True):
        raise ValueError("no params")


class Numbered(Own):
    """... whose params have numbers for names."""

    def get_params(self, deep=True):
        return {1: "one", "size": self.size}


class Refusing(Own):
    """... which does not predict."""

    def predict(self, X):
        raise RuntimeError("not now")


@pytest.mark.parametrize("kind", [Array, Interface])
def test_what_is_an_array_to_numpy_alone_is_recorded_as_one(kind):
    model = LogisticRegression()

    run = trained(model, kind(X), kind(Y))

    expected = trained(LogisticRegression(), X, Y)
    assert run.metrics["training_log_loss"] == expected.metrics["training_log_loss"]
    assert run.models["model"].signature == expected.models["model"].signature
    (dataset,), (expected_dataset,) = run.datasets.values(), expected.datasets.values()
    assert dataset.digest == expected_dataset.digest


@pytest.mark.parametrize("kind", [Array, Interface])
def test_such_data_are_counted_and_scored_in_pieces_too(kind):
    model = SGDClassifier(random_state=0)

    run, _ = recorded(
        lambda: model.partial_fit(kind(X), kind(Y), [0, 1]), sklearn={"partial_fit_score": True}
    )

    assert run.metrics["samples_seen"] == 60
    assert run.metrics["training_score"] == model.score(X, Y)


def test_rows_that_can_only_be_gone_through_have_no_metrics():
    run = trained(Own(), (row for row in X), Y)

    assert run.status == "FINISHED"
    assert not [name for name in run.metrics if name.startswith("training_")]


def test_columns_in_a_dictionary_are_rows_to_a_model_that_takes_them():
    class OfColumns(Own):
        def predict(self, X):
            return np.zeros(len(X["a"]), dtype=int)

    run = trained(OfColumns(), {"a": np.zeros(2000), "b": np.ones(2000)}, np.zeros(2000, dtype=int))

    assert run.metrics["training_accuracy_score"] == 1.0


@pytest.mark.parametrize("layout", FORMATS)
@pytest.mark.parametrize("kind", [scipy.sparse.csr_array, scipy.sparse.csr_matrix])
@pytest.mark.parametrize(
    "model",
    [
        IncrementalPCA(2),
        KNeighborsClassifier(),
        make_pipeline(MaxAbsScaler(), LogisticRegression()),
    ],
    ids=["batches", "neighbours", "pipeline"],
)
def test_a_model_of_sparse_data_of_any_format_has_a_whole_signature(model, kind, layout):
    run = trained(model, kind(X).asformat(layout), Y)

    assert SIGNATURE_MISSING not in run.tags
    assert outputs_of(run)


@pytest.mark.parametrize(
    "model",
    [
        make_pipeline(StandardScaler(), KNeighborsTransformer()).set_output(transform="pandas"),
        make_pipeline(OneHotEncoder()).set_output(transform="pandas"),
    ],
    ids=["neighbours", "one-hot"],
)
def test_a_model_whose_output_is_never_to_be_had_says_so_in_a_tag(model):
    run = trained(model, X)

    assert "Predicting on five rows failed (ValueError" in run.tags[SIGNATURE_MISSING]
    assert outputs_of(run) is None


@pytest.mark.parametrize(
    ("model", "param"),
    [(Secretive(), "size"), (Numbered(), "1"), (Numbered(), "size")],
    ids=["not told", "a number", "a text beside it"],
)
def test_the_params_of_an_estimator_with_a_way_of_its_own_are_recorded(model, param):
    run = trained(model, X, Y)

    assert param in run.params
    assert (PARAMS_MISSING in run.tags) == isinstance(model, Secretive)
    assert run.metrics["training_accuracy_score"] == 0.5
    assert run.datasets
    assert "estimator.html" in run.artifacts
    assert run.models


def test_so_are_those_of_a_model_that_is_cross_validated_though_it_cannot_be_cloned():
    run, error = recorded(lambda: cross_validate(Numbered(), X, Y, cv=2))

    assert isinstance(error, TypeError)
    assert run.params["estimator__1"] == "one"


@pytest.mark.parametrize(
    "model",
    [
        Pipeline([("scaler", StandardScaler), ("model", LogisticRegression())]),
        Pipeline([("scaler", StandardScaler()), ("model", LogisticRegression)]),
        Pipeline(3),
        Pipeline([()]),
        VotingClassifier([("one", LogisticRegression), ("other", LogisticRegression())]),
        GridSearchCV(LogisticRegression, {"C": [1.0]}),
    ],
    ids=["step", "last step", "number of steps", "empty step", "voter", "candidate"],
)
def test_a_class_where_an_object_belongs_costs_the_user_his_own_error_alone(model):
    with pytest.raises(Exception) as bare:
        model.fit(X, Y)

    run, error = recorded(lambda: model.fit(X, Y))

    assert (type(error), str(error)) == (type(bare.value), str(bare.value))
    assert run.params.keys() >= model.get_params(deep=False).keys()
    assert run.status == "FAILED"


def test_a_param_that_cannot_be_printed_is_named_by_its_class():
    class Unprintable:
        def __repr__(self):
            raise RuntimeError("no text")

    assert trained(Own(Unprintable()), X, Y).params["size"] == "<unprintable Unprintable>"


def test_a_model_that_does_not_predict_is_kept_with_a_tag_that_says_so():
    run = trained(Refusing(), X, Y)

    assert "predict of Refusing failed (RuntimeError: not now)" in run.tags[METRICS_MISSING]
    assert "RuntimeError: not now" in run.tags[SIGNATURE_MISSING]
    assert run.models


def test_so_is_one_that_cannot_be_scored_on_its_targets():
    class OfWords(Own):
        def score(self, X, y):
            raise ValueError("no words")

    run = trained(OfWords(), X, np.array(["no", "yes"])[Y])

    assert run.tags[METRICS_MISSING] == "score of OfWords failed (ValueError: no words)"
    assert "training_score" not in run.metrics


def test_a_model_that_cannot_be_scored_in_pieces_is_asked_once():
    class Unscored(SGDClassifier):
        asked = 0

        def score(self, X, y):
            type(self).asked += 1
            raise RuntimeError("no score")

    model = Unscored()

    def train():
        for _ in range(3):
            model.partial_fit(X, Y, [0, 1])

    run, _ = recorded(train, sklearn={"partial_fit_score": True})

    assert run.tags[METRICS_MISSING] == "score of Unscored failed (RuntimeError: no score)"
    assert Unscored.asked == 1


def test_a_model_is_asked_about_its_training_data_once():
    asked = []

    class Counting(Own):
        def predict(self, X):
            asked.append(len(X))
            return super().predict(X)

    run = trained(Counting(), X, Y)

    assert asked == [60]
    assert outputs_of(run) == [{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]


@pytest.mark.parametrize(
    "give",
    [
        lambda said: said.tolist(),
        lambda said: np.where(said, "yes", "no").tolist(),
        lambda said: np.where(said, "yes", "no"),
        lambda said: said.astype("float32"),
        lambda said: said[:, None],
    ],
    ids=["list", "list of text", "text", "single precision", "column"],
)
def test_the_signature_is_the_same_whether_or_not_there_are_training_metrics(give):
    class Giving(Own):
        def predict(self, X):
            return give(np.arange(len(X)) % 2)

    with_metrics = trained(Giving(), X, give(Y))
    without = trained(Giving(), X, give(Y), sklearn={"training_metrics": False})

    assert with_metrics.models["model"].signature == without.models["model"].signature


def test_what_would_take_too_long_is_left_out_and_a_tag_says_so(monkeypatch):
    monkeypatch.setattr("autolog.capture.evaluation.MOST_RANKED", 200)
    monkeypatch.setattr("autolog.capture.classification.MOST_RANKED", 200)
    several = np.arange(60) % 4

    run = trained(KNeighborsClassifier(), X, several)

    assert "training_log_loss" in run.metrics
    assert "training_roc_auc" not in run.metrics
    assert run.tags[METRICS_MISSING] == (
        "roc_auc (for 60 rows of 4 classes it would take too long)"
    )
