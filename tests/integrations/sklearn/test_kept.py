"""What a fit leaves behind besides numbers: its model, its data set, its plots and its page."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
from sklearn.base import BaseEstimator
from sklearn.cluster import DBSCAN
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import autolog
from autolog.testing import record

IRIS, SPECIES = load_iris(return_X_y=True)


def signature_of(run):
    texts = json.loads(run.models["model"].signature)
    return {side: texts[side] and json.loads(texts[side]) for side in ("inputs", "outputs")}


def test_a_fitted_model_is_given_back_with_the_same_predictions():
    autolog.autolog()
    fitted = LogisticRegression(max_iter=500).fit(IRIS, SPECIES)

    model = autolog.load_model(autolog.last_run())

    assert np.array_equal(model.predict_proba(IRIS), fitted.predict_proba(IRIS))


def test_what_the_user_does_to_a_model_after_its_fit_is_not_kept():
    autolog.autolog()
    fitted = LogisticRegression(max_iter=500).fit(IRIS, SPECIES)
    before = fitted.coef_.copy()

    fitted.coef_ *= 0

    assert np.array_equal(autolog.load_model(autolog.last_run()).coef_, before)


def test_a_model_may_be_written_by_skops():
    autolog.autolog(sklearn={"model_format": "skops"})
    fitted = LogisticRegression(max_iter=500).fit(IRIS, SPECIES)

    run = autolog.last_run()

    assert "model.skops" in run.models[0].files
    assert np.array_equal(autolog.load_model(run).coef_, fitted.coef_)


def test_a_frame_has_a_signature_of_its_columns():
    frame = load_breast_cancer(as_frame=True)
    X, y = frame.data[["mean radius", "mean area"]], frame.target

    with record() as runs:
        make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)

        signature = signature_of(runs.only)

    assert signature["inputs"] == [
        {"type": "double", "name": name, "required": True} for name in X.columns
    ]
    assert signature["outputs"][0]["tensor-spec"] == {"dtype": "int64", "shape": [-1]}


def test_the_signature_is_that_of_the_data_before_the_fit_changed_them():
    class Shrinking(LogisticRegression):
        def fit(self, X, y):
            super().fit(X, y)
            del X["b"]
            return self

    X = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": [0.0, 1.0, 0.0, 1.0]})
    with record(sklearn={"training_metrics": False}) as runs:
        Shrinking().fit(X, [0, 1, 0, 1])

        names = [column["name"] for column in signature_of(runs.only)["inputs"]]

    assert names == ["a", "b"]


@pytest.mark.parametrize(
    ("model", "has_outputs"),
    [(LogisticRegression(max_iter=500), True), (PCA(2), True), (DBSCAN(), False)],
    ids=["predict", "transform", "neither"],
)
def test_the_outputs_of_a_signature_are_what_the_model_can_be_asked(model, has_outputs):
    with record() as runs:
        model.fit(IRIS, SPECIES)

        signature = signature_of(runs.only)

    assert signature["inputs"]
    assert bool(signature["outputs"]) is has_outputs


def test_asking_for_the_signature_changes_neither_model_nor_random_numbers():
    bare = LogisticRegression(max_iter=500).fit(IRIS, SPECIES)
    np.random.seed(3)  # noqa: NPY002 - the generator that users have
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(3)  # noqa: NPY002

    with record():
        recorded = LogisticRegression(max_iter=500).fit(IRIS, SPECIES)

    assert np.random.random() == expected  # noqa: NPY002
    assert pickle.dumps(recorded) == pickle.dumps(bare)


def test_rows_of_the_training_data_are_kept_only_on_request():
    with record() as runs:
        Ridge().fit(IRIS, SPECIES)
        without = set(runs[0].models["model"].files)
    with record(log_input_examples=True) as runs:
        Ridge().fit(IRIS, SPECIES)
        asked = set(runs[0].models["model"].files)

    assert asked - without == {"input_example.json", "serving_input_example.json"}


@pytest.mark.parametrize(
    "data",
    [
        IRIS,
        pd.DataFrame(IRIS, columns=list("abcd")),
        pl.DataFrame(IRIS, schema=list("abcd")),
        scipy.sparse.csr_array(IRIS),
        IRIS.tolist(),
    ],
    ids=["numpy", "pandas", "polars", "sparse", "lists"],
)
def test_a_data_set_of_any_kind_is_described_under_the_name_of_its_variable(data):
    def train(training_rows):
        LogisticRegression(max_iter=500).fit(training_rows, SPECIES)

    with record() as runs:
        train(data)

        ((context, name),) = runs.only.datasets
        (described,) = runs.only.datasets.values()

    assert (context, name) == ("train", "training_rows")
    assert len(described.digest) == 8
    assert json.loads(described.schema)
    assert json.loads(described.profile)


def test_equal_data_have_equal_digests_and_other_data_another():
    with record() as runs:
        Ridge().fit(IRIS, SPECIES)
        Ridge().fit(np.asfortranarray(IRIS.copy()), SPECIES)
        changed = IRIS.copy()
        changed[-1, -1] += 1
        Ridge().fit(changed, SPECIES)

        first, equal, other = (next(iter(run.datasets.values())).digest for run in runs)

    assert first == equal
    assert first != other


def test_data_that_the_fit_overwrites_are_described_as_they_were():
    X, y = load_diabetes(return_X_y=True)
    with record() as runs:
        LinearRegression().fit(X.copy(), y)
        LinearRegression(copy_X=False).fit(X.copy(), y)

        kept, overwritten = (next(iter(run.datasets.values())).digest for run in runs)

    assert overwritten == kept


def test_a_data_set_is_described_even_if_the_fit_fails():
    with record() as runs:
        with pytest.raises(ValueError, match="NaN"):
            LogisticRegression().fit(np.full((4, 2), np.nan), [0, 1, 0, 1])

        assert len(runs.only.datasets) == 1
        assert runs.only.models == {}


@pytest.mark.parametrize(
    ("option", "gone"),
    [
        ("log_models", "models"),
        ("log_datasets", "datasets"),
        ("log_plots", "artifacts"),
    ],
)
def test_each_of_them_can_be_left_out(option, gone):
    with record(**{"log_models": False, "log_datasets": False, option: False}) as runs:
        LogisticRegression(max_iter=500).fit(IRIS, SPECIES)

        assert not getattr(runs.only, gone)
        assert runs.only.metrics


def test_a_search_keeps_the_search_and_plots_of_its_best():
    from sklearn.model_selection import GridSearchCV

    with record() as runs:
        GridSearchCV(LogisticRegression(max_iter=500), {"C": [0.1, 1.0]}).fit(IRIS, SPECIES)

        assert runs.only.models.keys() == {"model", "best_estimator"}
        assert {"estimator.html", "training_confusion_matrix.png"} <= set(runs.only.artifacts)


def test_a_model_that_cannot_be_serialised_is_trained_all_the_same(caplog):
    class Holding(LogisticRegression):
        def fit(self, X, y):
            self.stream_ = (number for number in range(3))
            return super().fit(X, y)

    with record() as runs:
        Holding(max_iter=500).fit(IRIS, SPECIES)

        assert runs.only.status == "FINISHED"
        assert runs.only.models == {}
        assert "generator" in runs.only.tags["autolog.model_skipped"]
        assert runs.only.metrics["training_accuracy_score"] > 0.9


def test_a_model_beyond_the_limit_is_skipped_with_a_record():
    with record(max_model_bytes=100) as runs:
        LogisticRegression(max_iter=500).fit(IRIS, SPECIES)

        assert runs.only.models == {}
        assert "100" in runs.only.tags["autolog.model_skipped"]


def test_a_model_that_is_kept_by_hand_obeys_the_options():
    fitted = LogisticRegression(max_iter=500).fit(IRIS, SPECIES)
    with record(sklearn={"model_format": "skops"}, log_input_examples=True) as runs:
        with autolog.run("by hand"):
            autolog.log_model(fitted, "one", inputs=IRIS)
            autolog.log_model(fitted, "two", inputs=IRIS, input_example=False)

        one, two = (set(runs.only.models[name].files) for name in ("one", "two"))

    assert {"model.skops", "input_example.json"} <= one
    assert "input_example.json" not in two


def test_a_masked_array_is_a_data_set_too():
    masked = np.ma.masked_array(IRIS, mask=False)
    with record() as runs:
        LogisticRegression(max_iter=500).fit(masked, SPECIES)

        assert len(runs.only.datasets) == 1


def test_an_estimator_whose_params_cannot_be_read_has_its_data_set():
    class Varied(BaseEstimator):
        def __init__(self, *options):
            pass

        def fit(self, X, y):
            return self

    with record(strict=False) as runs:
        Varied().fit(IRIS, SPECIES)

        assert len(runs.only.datasets) == 1
