"""Descriptions of data sets, beside MLflow's of the same data."""

from __future__ import annotations

import importlib.util
import json
import logging
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import scipy.sparse

from autolog.capture.dataset.reading import DatasetReading

CASES_FILE = Path(__file__).parents[4] / "tests" / "parity" / "dataset_cases.py"


def load_cases():
    spec = importlib.util.spec_from_file_location("dataset_cases", CASES_FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.CASES


CASES = load_cases()


def described(data, targets=None, name="X"):
    return DatasetReading(data, targets, name=name).result()


def profile_of(data, targets=None):
    return json.loads(described(data, targets).profile)


def mlflows(data, targets):
    with warnings.catch_warnings():
        # MLflow's own imports warn of what they deprecate, and it warns of whole numbers
        warnings.simplefilter("ignore")
        data_sets = pytest.importorskip("mlflow.data")
        from mlflow.data.code_dataset_source import CodeDatasetSource

        source = CodeDatasetSource({})
        if isinstance(data, pd.DataFrame):
            dataset = data_sets.from_pandas(data, source=source, name="X")
        elif isinstance(data, np.ndarray | dict):
            dataset = data_sets.from_numpy(data, source=source, targets=targets, name="X")
        else:
            dataset = data_sets.from_polars(data, source=source, name="X")
        return dataset.to_dict()


@pytest.fixture(autouse=True)
def quiet_mlflow(caplog):
    caplog.set_level(logging.CRITICAL)


@pytest.mark.parametrize("name", CASES)
def test_the_description_is_mlflows_with_more_in_the_profile(name):
    expected = mlflows(*CASES[name]())

    found = described(*CASES[name]())

    assert json.loads(found.schema) == json.loads(expected["schema"])
    assert json.loads(expected["profile"]).items() <= json.loads(found.profile).items()
    assert (found.name, found.source_type) == (expected["name"], expected["source_type"])
    assert json.loads(found.source) == json.loads(expected["source"])


def test_sparse_data_are_described_without_being_made_dense():
    huge = scipy.sparse.csr_array((3, 10**12))

    found = described(huge, np.zeros(3))

    profile = json.loads(found.profile)
    assert profile["features_shape"] == [3, 10**12]
    assert profile["features_size"] == 3 * 10**12
    assert profile["features_stored"] == 0
    assert "-1, 1000000000000" in found.schema


@pytest.mark.parametrize(
    "data",
    [
        [[1.5, 2.5], [3.5, 4.5]],
        [(1.5, 2.5), (3.5, 4.5)],
        pa.table({"0": [1.5, 3.5], "1": [2.5, 4.5]}),
        [{"0": 1.5, "1": 2.5}, {"0": 3.5, "1": 4.5}],
    ],
)
def test_other_tables_have_rows_elements_and_columns(data):
    profile = profile_of(data, [0, 1])

    assert (profile["num_rows"], profile["num_elements"]) == (2, 4)
    assert profile["targets_shape"] == [2]
    assert profile["columns"]["1"]["max"] == 4.5


def test_lists_by_name_have_lengths_and_no_bytes():
    profile = profile_of(np.zeros((2, 3)), {"first": [0, 1], "second": np.array([0.0, 1.0])})

    assert profile["targets_shape"] == {"first": [2], "second": [2]}
    assert profile["targets_nbytes"] == {"second": 16}


def test_numbers_are_summarised_by_their_range_and_spread():
    column = pd.DataFrame({"a": [1.0, np.nan, 3.0]})

    assert profile_of(column)["columns"] == {
        "a": {"dtype": "float64", "missing": 1, "min": 1.0, "max": 3.0, "mean": 2.0, "std": 1.0}
    }


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["x", "y", "x", None], dtype="str"),
        pd.Series(["x", "y", "x", None], dtype="object"),
        pd.Series(["x", "y", "x", None], dtype="category"),
        pd.Series(["x", "y", "x", None], dtype="string[pyarrow]"),
    ],
)
def test_text_is_summarised_by_its_frequencies(column):
    found = profile_of(pd.DataFrame({"a": column}))["columns"]["a"]

    assert found.pop("dtype") == str(column.dtype)
    assert found == {"missing": 1, "unique": 2, "top": "x"}


def test_dates_are_summarised_by_their_range():
    dates = pd.Series(pd.to_datetime(["2020-01-01", None, "2021-01-01"])).astype("datetime64[s]")

    found = profile_of(pd.DataFrame({"a": dates}))["columns"]["a"]

    assert found == {
        "dtype": "datetime64[s]",
        "missing": 1,
        "min": "2020-01-01T00:00:00",
        "max": "2021-01-01T00:00:00",
    }


def test_what_json_cannot_say_is_left_out_without_a_warning():
    found = profile_of(np.array([[np.inf], [1.0], [np.nan]]), np.array([1e308, -1e308, 1e308]))

    assert found["columns"]["0"] == {
        "dtype": "float64",
        "missing": 1,
        "min": 1.0,
        "max": None,
        "mean": None,
        "std": None,
    }
    assert found["target_columns"]["0"]["max"] == 1e308


def test_columns_without_a_value_have_no_range():
    found = profile_of(pd.DataFrame({"a": [np.nan, np.nan], "b": pd.array([None, None], "Int64")}))

    assert found["columns"]["a"]["min"] is None
    assert found["columns"]["b"]["missing"] == 2


def test_of_many_columns_the_first_are_summarised():
    found = profile_of(np.zeros((3, 1000)))

    assert list(found["columns"]) == [str(number) for number in range(200)]


def test_of_many_rows_some_are_summarised_and_it_says_how_many():
    found = profile_of(np.arange(100_000.0).reshape(-1, 1))

    assert found["summary_rows"] == 1000
    assert found["columns"]["0"]["mean"] == pytest.approx(50_000, rel=0.01)


def test_values_are_cut_to_a_length_that_can_be_kept():
    found = profile_of(["x" * 10_000] * 3)

    assert len(found["columns"]["0"]["top"]) == 100


@pytest.mark.parametrize(
    "data",
    [
        np.empty((0, 3)),
        np.empty((3, 0)),
        pd.DataFrame(),
        pd.DataFrame({"a": []}),
        [],
        {},
        np.array(5.0),
        scipy.sparse.csr_array((0, 3)),
    ],
)
def test_empty_data_have_a_description(data):
    found = described(data)

    assert json.loads(found.profile)
    assert found.schema == "null" or json.loads(found.schema)


def test_data_without_a_schema_have_a_description():
    odd = pd.DataFrame([[1, 2]], columns=["a", "a"])

    found = described(odd)

    assert found.schema == "null"
    assert json.loads(found.profile)["num_elements"] == 2


def test_data_of_an_unknown_kind_have_none():
    assert described(object()) is None
