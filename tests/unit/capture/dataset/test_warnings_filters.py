"""Reading data goes on beside the user's code, and leaves the filters of warnings alone."""

from __future__ import annotations

import datetime as dt
import threading
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import sparse

from autolog.capture.dataset import reading
from autolog.capture.dataset.digest import digest_of
from autolog.capture.dataset.reading import DatasetReading
from autolog.capture.dataset.sources import parts_of

MISSING = [1, None, 3]

DATA = {
    "NumPy": np.eye(3),
    "objects": np.array(["a", None, 2], dtype=object),
    "sparse": sparse.csr_matrix(np.eye(3)),
    "lists": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],
    "Arrow": pa.table({"whole": MISSING, "text": ["a", None, "c"]}),
    "Polars": pl.DataFrame({"whole": MISSING, "text": ["a", None, "c"]}),
    "pandas": pd.DataFrame(
        {
            "float": [1.0, np.nan, 3.0],
            "nullable": pd.array(MISSING, dtype="Int64"),
            "complete": pd.array([1, 2, 3], dtype="Int32"),
            "truth": pd.array([True, None, False], dtype="boolean"),
            "arrow": pd.array(MISSING, dtype="int64[pyarrow]"),
            "arrow truth": pd.array([True, None, False], dtype="bool[pyarrow]"),
            "text": pd.array(["a", None, "c"], dtype="string"),
            "category": pd.Categorical(["a", None, "c"]),
            "time": pd.to_datetime(["2020-01-01", None, "2020-01-03"]),
            "zone": pd.to_datetime(["2020-01-01", None, "2020-01-03"]).tz_localize("UTC"),
            "day": [dt.date(2020, 1, 1), None, dt.date(2020, 1, 3)],
            "period": pd.period_range("2020", periods=3, freq="D"),
            "interval": pd.interval_range(0, 3),
        }
    ),
}


@pytest.mark.parametrize("data", DATA.values(), ids=DATA)
def test_the_thread_that_reads_exchanges_no_filters_of_warnings(monkeypatch, data):
    entered = []
    enter = warnings.catch_warnings.__enter__

    def noting(filters):
        if threading.current_thread() is not threading.main_thread():
            entered.append(filters)
        return enter(filters)

    monkeypatch.setattr(warnings.catch_warnings, "__enter__", noting)
    monkeypatch.setattr(reading, "_READ_AT_ONCE_SECONDS", -1.0)

    described = DatasetReading(data, None, name="data").result()

    assert described.digest
    assert entered == []


@pytest.mark.parametrize("kind", ["Int64", "UInt8", "Float32", "boolean", "int16[pyarrow]"])
def test_a_nullable_column_has_the_digest_of_its_numbers(kind):
    column = pd.Series([1, 0, 1]).astype(kind)
    missing = pd.Series([1, 0, None], dtype=kind)

    assert read(column).tolist() == [1, 0, 1]
    np.testing.assert_array_equal(read(missing), [1.0, 0.0, np.nan])
    assert digest_of(parts_of(column)).digits != digest_of(parts_of(missing)).digits


def read(column):
    (part,) = parts_of(column)
    return part.take(slice(0, len(column)))
