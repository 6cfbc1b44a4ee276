"""Data sets of which MLflow makes a description, as functions that give data and targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

_ROWS = 3000
_NUMBERS = np.arange(_ROWS * 4.0).reshape(_ROWS, 4)


def _frame() -> pd.DataFrame:
    return pd.DataFrame(_NUMBERS, columns=list("abcd"))


def _with_one_missing(dtype: str, value: Any) -> tuple[pd.DataFrame, None]:
    """A frame in which one value is missing, far from the beginning."""
    column = pd.Series([value] * _ROWS, dtype=dtype)
    column[_ROWS - 5] = None
    return _frame().assign(with_one_missing=column), None


CASES: dict[str, Callable[[], tuple[Any, Any]]] = {
    "array": lambda: (_NUMBERS, None),
    "array with targets": lambda: (_NUMBERS, np.arange(_ROWS) % 3),
    "array with several targets": lambda: (_NUMBERS, _NUMBERS[:, :2]),
    "array with text as targets": lambda: (_NUMBERS, np.array(["low", "high"] * (_ROWS // 2))),
    "array of floats of 4 bytes": lambda: (np.asfortranarray(_NUMBERS.astype("f4")), None),
    "array of bools": lambda: (_NUMBERS > 0, None),
    "array of images": lambda: (_NUMBERS.reshape(-1, 5, 2, 2), None),
    "array of objects": lambda: (np.array([["a", 1.5]] * 9, dtype=object), None),
    "vector": lambda: (_NUMBERS[:, 0], None),
    "dictionary of arrays": lambda: ({"left": _NUMBERS, "right": _NUMBERS[:, 0]}, None),
    "frame": lambda: (_frame(), None),
    "frame of whole numbers": lambda: (pd.DataFrame({"a": [1, 2], "b": [True, False]}), None),
    "frame of text": lambda: (_frame().assign(s="text"), None),
    "frame of objects": lambda: (_frame().assign(s=pd.Series(["x"] * _ROWS, dtype=object)), None),
    "frame of categories": lambda: (_frame().assign(c=pd.Categorical(["x", "y"] * 1500)), None),
    "frame of dates": lambda: (_frame().assign(d=pd.Timestamp("2020-01-01")), None),
    "frame with unnamed columns": lambda: (pd.DataFrame(_NUMBERS), None),
    "frame with a missing float": lambda: _with_one_missing("float64", 1.0),
    "frame with a missing text": lambda: _with_one_missing("str", "x"),
    "frame with a missing object": lambda: _with_one_missing("object", "x"),
    "frame with a missing date": lambda: _with_one_missing("datetime64[ns]", "2020-01-01"),
    "frame with a missing category": lambda: _with_one_missing("category", "x"),
    "frame with a missing whole number": lambda: _with_one_missing("Int64", 1),
    "Polars": lambda: (pl.DataFrame({"a": [1, None], "s": ["x", "y"], "f": [0.5, 1.5]}), None),
    "Polars with a column of nothing": lambda: (
        pl.DataFrame({"a": pl.Series([None, None], dtype=pl.Float64), "b": [1, 2]}),
        None,
    ),
}
"""By name; what MLflow is given is made anew at each call."""
