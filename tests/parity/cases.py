"""Data whose signatures are compared with MLflow's: by name, what makes the inputs and outputs."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import scipy.sparse

TABLE = np.arange(10.0).reshape(5, 2)
DAYS = ["2024-01-01", "2024-02-29", "2025-12-31"]
MISSING = float("nan")


def column(values, dtype=None, name="a"):
    """A frame of one column."""
    return pd.DataFrame({name: pd.Series(values, dtype=dtype)})


def in_arrow(values, arrow_type):
    """A frame of one column that pandas keeps in Arrow's memory."""
    return column(values, pd.ArrowDtype(arrow_type))


def array(dtype):
    return np.array([[0, 1], [1, 0]]).astype(dtype)


def objects(*values):
    """An array of objects, whatever they are."""
    filled = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        filled[place] = value
    return filled


CASES = {
    # arrays
    "array of doubles": lambda: (TABLE, TABLE[:, 0]),
    "array of bool, classes int8": lambda: (array(bool), np.array([0, 1], dtype="int8")),
    "array of int16, classes int32": lambda: (array("int16"), np.array([0, 1], dtype="int32")),
    "array of int64, classes uint8": lambda: (array("int64"), np.array([0, 1], dtype="uint8")),
    "array of uint32 and uint64": lambda: (array("uint32"), array("uint64")),
    "array of float16 and float32": lambda: (array("float16"), array("float32")),
    "array of complex numbers": lambda: (array("complex64"), array("complex128")),
    "array in big-endian order": lambda: (array(">f8"), array(">i4")),
    "array of text, classes of bytes": lambda: (np.array([["x", "long"]]), np.array([b"a", b"bc"])),
    "array of objects, classes of text": lambda: (
        objects("x", None, 1),
        objects("yes", "no", "yes"),
    ),
    "array of dates and times": lambda: (
        np.array(DAYS, dtype="datetime64[D]"),
        np.array(DAYS, dtype="datetime64[ns]"),
    ),
    "array of spans of time": lambda: (np.array([1, 2], dtype="timedelta64[s]"), None),
    "array of one axis": lambda: (np.arange(3), np.array([True, False, True])),
    "array of three axes": lambda: (np.zeros((2, 3, 4), dtype="float32"), np.zeros((2, 10))),
    "array of five axes": lambda: (np.zeros((2, 1, 2, 3, 4), dtype="uint8"), None),
    "array without rows": lambda: (np.zeros((0, 3)), np.zeros(0, dtype=int)),
    "array in Fortran order and a view": lambda: (np.asfortranarray(TABLE), TABLE[::2, ::-1]),
    "array with masked elements": lambda: (np.ma.masked_less(TABLE, 3), None),
    "array without axes": lambda: (np.array(1.5), np.array(1)),
    # sparse matrices
    "sparse CSR matrix": lambda: (scipy.sparse.csr_matrix(TABLE), np.zeros(5)),
    "sparse CSC matrix of float32": lambda: (
        scipy.sparse.csc_matrix(TABLE.astype("float32")),
        scipy.sparse.csr_matrix(TABLE.astype(int)),
    ),
    "sparse CSR and CSC array": lambda: (
        scipy.sparse.csr_array(TABLE),
        scipy.sparse.csc_array(TABLE.astype(bool)),
    ),
    "sparse COO and LIL matrix": lambda: (
        scipy.sparse.coo_matrix(TABLE),
        scipy.sparse.lil_matrix(TABLE),
    ),
    "sparse DOK and BSR array": lambda: (
        scipy.sparse.dok_array(TABLE),
        scipy.sparse.bsr_array(TABLE),
    ),
    "sparse DIA matrix": lambda: (scipy.sparse.dia_matrix(TABLE), None),
    # frames of pandas
    "frame of doubles, array of outputs": lambda: (
        pd.DataFrame(TABLE, columns=["length", "width"]),
        np.array([0, 1, 2, 0, 1]),
    ),
    "frame with numbered columns": lambda: (pd.DataFrame(TABLE), pd.DataFrame({"p": [0.5]})),
    "frame with an index of its own": lambda: (
        pd.DataFrame({"a": [1.0]}, index=pd.Index(["x"], name="key")),
        pd.Series([1], name="target"),
    ),
    "frame of all widths of integers": lambda: (
        pd.DataFrame({name: np.array([1], dtype=name) for name in ("int8", "int16", "int32")}),
        pd.DataFrame({name: np.array([1], dtype=name) for name in ("uint8", "uint16", "uint32")}),
    ),
    "frame of int64 and uint64": lambda: (column([1, 2]), column([1, 2], "uint64")),
    "frame of float16, float32 and bool": lambda: (
        pd.DataFrame({"a": array("float16")[0], "b": array("float32")[0], "c": array(bool)[0]}),
        None,
    ),
    "frame of integers with missing": lambda: (column([1, None, 3]), column([MISSING, MISSING])),
    "frame of nullable numbers": lambda: (
        pd.DataFrame({"a": pd.array([1, 2], "Int64"), "b": pd.array([1.5, 2.5], "Float32")}),
        column([True, False], "boolean"),
    ),
    "frame of nullable numbers with missing": lambda: (
        pd.DataFrame({"a": pd.array([1, None], "Int32"), "b": pd.array([1.5, None], "Float64")}),
        column([True, None], "boolean"),
    ),
    "frame of text": lambda: (column(["x", "y"]), column(["x", None])),
    "frame of nullable text": lambda: (column(["x", "y"], "string"), column(["x", None], "string")),
    "frame of missing text": lambda: (column([None, None], "string"), column([None], "str")),
    "frame of objects: text": lambda: (column(["x", "y"], object), column(["x", None], object)),
    "frame of objects: text and NaN": lambda: (column(["x", MISSING], object), None),
    "frame of objects: bool with missing": lambda: (
        column([True, False], object),
        column([True, None], object),
    ),
    "frame of objects: integers with missing": lambda: (
        column([1, 2], object),
        column([1, None], object),
    ),
    "frame of objects: numbers of two types": lambda: (column([1, 2.5], object), None),
    "frame of objects: bytes": lambda: (column([b"x", None]), column([bytearray(b"x")])),
    "frame of objects: dates": lambda: (
        column([dt.date(2024, 1, 1), None]),
        column([dt.datetime(2024, 1, 1)], object),  # noqa: DTZ001 - times without a zone are data too
    ),
    "frame of objects: nothing but None": lambda: (column([None, None]), None),
    "frame of objects: decimal numbers": lambda: (column([Decimal("1.5"), None]), None),
    "frame of objects: text and numbers": lambda: (column(["x", 1, "y"]), None),
    "frame of objects: times of day": lambda: (column([dt.time(12)]), None),
    "frame of lists": lambda: (
        column([[1, 2], [3]]),
        column([[["x"], []], None, [["y", None]]]),
    ),
    "frame of lists of mixed items": lambda: (column([["x", 1]]), column([[1, 2.5]])),
    "frame of tuples": lambda: (column([(1, 2), (3, 4)]), None),
    "frame of arrays": lambda: (
        column([np.array([1.0, 2.0]), np.array([3.0])]),
        column([np.zeros((2, 2), dtype="float32"), np.zeros((1, 2), dtype="float32")]),
    ),
    "frame of arrays of NaN, and of nothing": lambda: (
        column([np.array([MISSING])]),
        column([np.array([])]),
    ),
    "frame of arrays of text": lambda: (column([np.array(["x", "y"]), np.array(["z"])]), None),
    "frame of dictionaries": lambda: (
        column([{"name": "x", "size": 1}, {"name": "y", "size": 2}]),
        column([{"b": 1.5, "a": {"c": True}}, {"a": {}, "d": [1]}, None]),
    ),
    "frame of dictionaries with missing values": lambda: (
        column([{"a": None}, {"a": {"x": 1}}]),
        column([{"a": 1}, {"a": None}]),
    ),
    "frame of dictionaries with numbered keys": lambda: (column([{2: "x", 1: "y"}]), None),
    "frame of dates": lambda: (
        column(pd.to_datetime(DAYS)),
        column(pd.to_datetime([*DAYS, None])),
    ),
    "frame of dates with a time zone": lambda: (
        column(pd.to_datetime(DAYS).tz_localize("Europe/Berlin")),
        None,
    ),
    "frame of spans of time": lambda: (column(pd.to_timedelta([1, 2], unit="s")), None),
    "frame of periods and intervals": lambda: (
        column(pd.period_range("2024", periods=2, freq="D")),
        column(pd.interval_range(0, 2)),
    ),
    "frame of complex numbers": lambda: (column([1j, 2j]), None),
    "frame of categories of text": lambda: (
        column(["x", "y"], "category"),
        column(["x", None], "category"),
    ),
    "frame of categories of numbers": lambda: (
        column([1, 2], "category"),
        column(np.array([1.5, 2.5], dtype="float32"), "category"),
    ),
    "frame of categories of bool, with missing numbers": lambda: (
        column([True, False], "category"),
        column([1, None], "category"),
    ),
    "frame of categories that do not occur": lambda: (
        column(pd.Categorical([None], categories=["x"])),
        column(pd.Categorical([1], categories=[1, "x"])),
    ),
    "frame of categories of dates": lambda: (column(pd.Categorical(pd.to_datetime(DAYS))), None),
    "frame without rows": lambda: (
        pd.DataFrame({"a": pd.Series(dtype=float), "b": pd.Series(dtype=object)}),
        column([], "category"),
    ),
    "frame of sparse columns": lambda: (column(pd.arrays.SparseArray([0.0, 1.0])), None),
    "frame with columns of two levels": lambda: (
        pd.DataFrame(TABLE, columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")])),
        None,
    ),
    "frame with text and numbers for names": lambda: (
        pd.DataFrame(TABLE, columns=["a", 1]),
        pd.DataFrame(TABLE, columns=[0.5, 1.5]),
    ),
    "frame with a number of NumPy's for a name": lambda: (
        pd.DataFrame(TABLE, columns=pd.Index(["a", np.int64(1)], dtype=object)),
        None,
    ),
    "frame in Arrow's memory": lambda: (
        in_arrow([1, None], pa.int64()),
        in_arrow([1.5, 2.5], pa.float32()),
    ),
    "frame in Arrow's memory: text and bool": lambda: (
        in_arrow(["x", None], pa.string()),
        in_arrow([True, None], pa.bool_()),
    ),
    "frame in Arrow's memory: dates": lambda: (
        in_arrow([dt.date(2024, 1, 1)], pa.date32()),
        in_arrow(pd.to_datetime(DAYS), pa.timestamp("us", "UTC")),
    ),
    "frame in Arrow's memory: lists and records": lambda: (
        in_arrow([[1], [2, 3]], pa.list_(pa.int64())),
        in_arrow([{"x": 1}], pa.struct([("x", pa.int64())])),
    ),
    "frame in Arrow's memory: decimal numbers": lambda: (
        in_arrow([Decimal("1.5")], pa.decimal128(3, 1)),
        in_arrow(["x", "x"], pa.dictionary(pa.int32(), pa.string())),
    ),
    "series with and without a name": lambda: (pd.Series(["a text"]), pd.Series([1.5], name="p")),
    "series with missing": lambda: (pd.Series([1.5, None]), pd.Series([1.5, None], name="p")),
    "index": lambda: (pd.Index([1, 2]), pd.Index(["x"], name="key")),
    # frames of other libraries
    "Polars frame of numbers": lambda: (
        pl.DataFrame({"a": [1, 2], "b": [0.5, None], "c": pl.Series([1, 2], dtype=pl.Float32)}),
        pl.DataFrame(
            {str(kind): pl.Series([1], dtype=kind) for kind in (pl.Int8, pl.Int16, pl.Int32)}
        ),
    ),
    "Polars frame of text, bool and bytes": lambda: (
        pl.DataFrame({"a": ["x", None], "b": [True, False], "c": [b"x", b"y"]}),
        pl.DataFrame({"a": pl.Series([None, None], dtype=pl.String)}),
    ),
    "Polars frame of dates and categories": lambda: (
        pl.DataFrame({"a": [dt.date(2024, 1, 1)], "b": [dt.datetime(2024, 1, 1)]}),  # noqa: DTZ001 - as above
        pl.DataFrame({"a": pl.Series(["x"], dtype=pl.Categorical)}),
    ),
    "Polars frame of lists and records": lambda: (
        pl.DataFrame({"a": [[1, 2], [3]], "b": [{"y": 1, "x": "t"}, {"y": 2, "x": None}]}),
        pl.DataFrame({"a": pl.Series([[1.0, 2.0]], dtype=pl.Array(pl.Float64, 2))}),
    ),
    "Polars frame of unsigned numbers": lambda: (
        pl.DataFrame({"a": pl.Series([1], dtype=pl.UInt8), "b": pl.Series([1], dtype=pl.UInt32)}),
        pl.DataFrame({"a": pl.Series([1], dtype=pl.UInt64)}),
    ),
    "Polars frame of decimals and spans of time": lambda: (
        pl.DataFrame({"a": [Decimal("1.5")], "b": [dt.timedelta(1)], "c": [None]}),
        None,
    ),
    "Polars series": lambda: (pl.Series([1.5, None]), pl.Series("p", ["x"])),
    "Arrow table": lambda: (
        pa.table({"a": [1, None], "b": [0.5, 1.5], "c": ["x", "y"], "d": [b"x", b"y"]}),
        pa.chunked_array([[1], [2]]),
    ),
    "Arrow table of nested columns": lambda: (
        pa.table(
            {
                "a": [[1], [2]],
                "b": [{"x": 1}, {"x": 2}],
                "c": pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int32())),
                "d": pa.array(["x", "y"]).dictionary_encode(),
                "e": [dt.datetime(2024, 1, 1), None],  # noqa: DTZ001 - as above
                "f": [Decimal("1.5"), None],
            }
        ),
        pa.array([1.5]),
    ),
    # lists, dictionaries and scalars
    "list of numbers": lambda: ([1, 2], [0.5, 1.5]),
    "list of text, classes bool": lambda: (["x", "y"], [True, False]),
    "list with missing values": lambda: ([MISSING, 1], [None]),
    "list of numbers of two types": lambda: ([1, 2.5], [np.int32(1), np.int64(2)]),
    "list of text and numbers": lambda: (["x", 1, "y"], None),
    "list of NumPy's numbers": lambda: ([np.int64(1)], [np.float32(1), np.float32(2)]),
    "list of NumPy's small numbers": lambda: ([np.float16(1)], [np.int8(1)]),
    "list of dates": lambda: ([dt.date(2024, 1, 1)], [np.datetime64("2024-01-01")]),
    "list of time stamps": lambda: ([pd.Timestamp("2024-01-01")], [pd.NaT]),
    "list of rows": lambda: ([[1, 2], [3, 4]], [["x"], [], ["y"]]),
    "list of rows of two types": lambda: ([[1, 2.5], [3, 4]], [["x", 1]]),
    "list of arrays: several outputs": lambda: (
        TABLE,
        [np.array([[0.5, 0.5]]), np.array([[0.1, 0.2, 0.7]])],
    ),
    "list of arrays: several outputs of classes": lambda: (
        [np.array(["x"])],
        [np.array([1, 2]), np.array([3, 4])],
    ),
    "list of arrays of objects: several outputs of classes": lambda: (
        [objects("x", "y")],
        [objects("x", None), objects(1.5, 2.5)],
    ),
    "list of arrays without axes": lambda: ([np.array(1), np.array(2)], [np.array("x")]),
    "tuple of arrays: two outputs": lambda: (TABLE, (TABLE[:, 0], TABLE[:, 1])),
    "tuple of rows": lambda: (((1, 2), (3, 4)), None),
    "list of dictionaries": lambda: (
        [{"a": 1, "b": None}, {"a": 2, "c": ["x"]}],
        [{"label": "x", "score": 0.5}],
    ),
    "list of dictionaries with NaN": lambda: ([{"a": MISSING}, {"a": 1.5}], [{"a": {}}]),
    "empty list": lambda: ([], None),
    "nested lists": lambda: ([[[1.5]], [[]]], [[None], [1]]),
    "dictionary of arrays": lambda: (
        {"image": np.zeros((2, 8, 8), dtype="uint8"), "text": np.array(["x", "long"])},
        {"scores": np.zeros((2, 3))},
    ),
    "dictionary of lists": lambda: ({"a": [1, 2], "b": ["x", None]}, {"a": [[1.5]]}),
    "dictionary of scalars": lambda: (
        {"a": 1, "b": "x", "c": None, "d": {"e": True}},
        {"probability": 0.5},
    ),
    "dictionary of arrays and scalars": lambda: ({"a": np.zeros(2), "b": 1}, None),
    "dictionary with numbered keys": lambda: ({1: 0.5}, None),
    "scalar": lambda: ("a text", 0.5),
    "scalar of NumPy's": lambda: (np.float32(1), np.int64(1)),
}
