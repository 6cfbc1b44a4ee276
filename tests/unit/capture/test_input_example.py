"""Input examples of kinds that MLflow does not write; for the others see tests/parity."""

from __future__ import annotations

import json
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse
from packaging.version import Version

from autolog.capture.input_example import write_input_example

arrays_of_one_axis = pytest.mark.skipif(
    Version(scipy.__version__) < Version("1.13"),
    reason="SciPy has sparse arrays of one axis since 1.13",
)

VALUES = np.array([[1.0, 0.0], [0.0, 2.0]])


def written(rows, folder):
    """What is said of the example, the example and the request."""
    info = write_input_example(rows, folder)
    files = [info["artifact_path"], info["serving_input_path"]]
    return info, *(json.loads((folder / file).read_text()) for file in files)


def test_a_frame_is_written_with_the_body_of_a_request(tmp_path):
    info, example, request = written(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}), tmp_path)

    assert info == {
        "artifact_path": "input_example.json",
        "type": "dataframe",
        "pandas_orient": "split",
        "serving_input_path": "serving_input_example.json",
    }
    assert example == {"columns": ["a", "b"], "data": [[1, "x"], [2, "y"]]}
    assert request == {"dataframe_split": example}


@pytest.mark.parametrize("make", [pl.DataFrame, pa.table, pa.record_batch])
def test_frames_of_other_libraries_are_written_as_those_of_pandas(make, tmp_path):
    rows = make({"a": [1, None], "b": ["x", "y"]})

    info, example, request = written(rows, tmp_path)

    assert (info["type"], info["pandas_orient"]) == ("dataframe", "split")
    assert example == {"columns": ["a", "b"], "data": [[1, "x"], [None, "y"]]}
    assert request == {"dataframe_split": example}


@pytest.mark.parametrize("form", ["bsr", "coo", "csr", "dia", "dok", "lil"])
def test_sparse_formats_without_columns_in_front_are_written_as_csr(form, tmp_path):
    rows = scipy.sparse.coo_array(VALUES).asformat(form)

    info, example, request = written(rows, tmp_path)

    assert info["type"] == "sparse_matrix_csr"
    rebuilt = scipy.sparse.csr_matrix(
        (example["data"], example["indices"], example["indptr"]), shape=example["shape"]
    )
    assert rebuilt.toarray().tolist() == VALUES.tolist()
    assert request == {"inputs": VALUES.tolist()}


def test_a_sparse_array_with_columns_in_front_is_written_as_csc(tmp_path):
    assert written(scipy.sparse.csc_array(VALUES), tmp_path)[0]["type"] == "sparse_matrix_csc"


def test_a_wide_sparse_matrix_is_not_made_dense(tmp_path):
    rows = scipy.sparse.csr_array((5, 1_000_000))

    info = write_input_example(rows, tmp_path)

    assert info == {"artifact_path": "input_example.json", "type": "sparse_matrix_csr"}
    assert [path.name for path in tmp_path.iterdir()] == ["input_example.json"]


def test_a_tuple_is_written_as_a_list(tmp_path):
    assert written(((1, 2), (3, 4)), tmp_path)[1] == [[1, 2], [3, 4]]


def test_a_dictionary_that_a_chat_model_takes_is_its_own_request(tmp_path):
    rows = {"messages": [{"role": "user", "content": "hello"}]}

    _, example, request = written(rows, tmp_path)

    assert example == request == rows


@pytest.mark.parametrize(
    "rows",
    [
        None,
        "text",
        pd.Series([1]),
        pytest.param(scipy.sparse.coo_array(np.array([1.0, 0.0])), marks=arrays_of_one_axis),
        [np.zeros(2)],
        [{"a": np.zeros(2)}],
        {"a": np.zeros(2), "b": 1},
        np.array([1j]),
        pd.DataFrame({"a": [Decimal("1.5")]}),
        [{(1, 2): 3}],
        [object()],
    ],
    ids=lambda rows: type(rows).__name__,
)
def test_what_cannot_be_written_leaves_nothing_behind(rows, tmp_path):
    assert write_input_example(rows, tmp_path) is None
    assert list(tmp_path.iterdir()) == []
