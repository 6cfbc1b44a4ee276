"""XGBoost's matrices: what they were made from is remembered, and told to runs that use them."""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
from xgboost import DataIter, DMatrix
from xgboost.core import XGBoostError

from autolog.capture.boosting.plain_params import plain_params
from autolog.capture.boosting.remembered import RememberedData
from autolog.capture.dataset.excerpt import Excerpt
from autolog.capture.dataset.variable import variable_name
from autolog.capture.kinds import is_array
from autolog.capture.quiet import quiet
from autolog.capture.rows import spread_rows
from autolog.integration import Call, HookSteps, Patch, Resumed, guard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from autolog.integration import Run

_remembered = RememberedData()

_FIRST_ROWS = 5
_SAMPLED_ROWS = 256
_WIDEST = 10_000
_TRAIN_NAME = "train"
_HOW_IT_IS_READ = ("missing", "feature_names", "feature_types", "enable_categorical")
"""The arguments that new rows are made into a matrix with, so that a model can predict on them."""


def first_rows_of(matrix: DMatrix) -> Any:
    """A few rows of what a matrix was made from; `None` where they cannot be had any more.

    They are data of the user's kind, but for arrays without the names that the matrix has.
    """
    remembered = _remembered.find(matrix)
    rows = None if remembered is None else remembered.rows
    if rows is None:
        rows = _taken_back(matrix, np.arange(min(_FIRST_ROWS, matrix.num_row())), dense=True)
    pandas = sys.modules.get("pandas")
    names = matrix.feature_names
    if pandas is None or not names or not is_array(rows) or rows.shape != (len(rows), len(names)):
        return rows
    return pandas.DataFrame(rows, columns=names)


def read_like(matrix: DMatrix) -> Mapping[str, Any]:
    """The arguments by which rows become a matrix in the way that another matrix was made."""
    remembered = _remembered.find(matrix)
    return {} if remembered is None else remembered.details


class UsedMatrices:
    """Describes the matrices of one training, of which one may be trained and evaluated on.

    It holds the user's data, and is to be let go of before the training.

    Args:
        run: The run of the training.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._known: list[tuple[DMatrix, tuple[Any, Any]]] = []

    def log_train_matrix(self, matrix: DMatrix) -> None:
        """Describes what a model is trained on, under the name of the caller's variable."""
        name = variable_name(matrix, sys._getframe(1))  # noqa: SLF001 - the one way
        self.log(matrix, name or _TRAIN_NAME, "train")

    def log(self, matrix: DMatrix, name: str, context: str) -> None:
        """Describes a data set.

        Args:
            matrix: The matrix that it is in.
            name: Its name.
            context: `train` or `eval`.
        """
        found = next((found for known, found in self._known if known is matrix), None)
        if found is None:
            found = _described(matrix)
            self._known.append((matrix, found))
        data, targets = found
        self._run.log_dataset(data, targets, name=name, context=context)


def _described(matrix: DMatrix) -> tuple[Any, Any]:
    """The data and targets that a matrix was made from, or some rows of the matrix."""
    remembered = _remembered.find(matrix)
    data = None if remembered is None else remembered.data
    targets = None if remembered is None or data is None else remembered.targets
    if targets is None:
        labels = matrix.get_label()
        targets = labels if len(labels) else None
    if data is None:
        rows = _taken_back(matrix, spread_rows(matrix.num_row(), _SAMPLED_ROWS))
        if rows is None and remembered is not None:
            rows = remembered.rows
        # a matrix has numbers only, and knows neither their types nor the names of categories
        data = Excerpt(rows, (matrix.num_row(), matrix.num_col()), first_rows_of(matrix))
    return data, targets


def _taken_back(matrix: DMatrix, places: NDArray[np.intp], *, dense: bool = False) -> Any:
    """Some rows as the matrix has them; `None` where it gives none away."""
    try:
        with quiet():
            rows = matrix.slice(places.astype(np.int32), allow_groups=True).get_data()
    except XGBoostError:  # made of quantiles, or of what is not in memory
        return None
    return _with_missing(rows) if dense and rows.shape[1] <= _WIDEST else rows


def _with_missing(rows: Any) -> NDArray[Any]:
    """A sparse matrix as an array, in which what is not stored is missing."""
    table = np.full(rows.shape, np.nan, dtype=rows.dtype)
    for row, (begin, end) in enumerate(zip(rows.indptr, rows.indptr[1:], strict=False)):
        table[row, rows.indices[begin:end]] = rows.data[begin:end]
    return table


def _is_made_from_data(call: Call) -> bool:
    """Whether a constructor is given the user's data, rather than a part of another matrix."""
    data = call.get("data")
    return data is not None and not isinstance(data, ctypes.c_void_p)


def _remember(call: Call, _resume: Resumed) -> HookSteps:
    yield
    data, targets = call.get("data"), call.get("label")
    details = _how_it_is_read(call.arguments)
    if not isinstance(data, DataIter):
        _remembered.remember(call.instance, data, targets, details)
    elif (batch := _remembered.find(data)) is not None:
        _remembered.remember_rows(call.instance, batch.rows, {**batch.details, **details})


def _how_it_is_read(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that say how rows become a matrix, as far as they are numbers and names."""
    given = {name: arguments[name] for name in _HOW_IT_IS_READ if name in arguments}
    plain = plain_params(given)
    return {name: value for name, value in plain.items() if value is not None}


def _brings_first_batch(call: Call) -> bool:
    iterator = call.instance
    # XGBoost has iterators of its own, over a single batch that its caller has
    is_own = type(iterator).__module__.startswith("xgboost.")
    return bool(call.args) and not is_own and _remembered.find(iterator) is None


def _watch_batch(call: Call, _resume: Resumed) -> HookSteps:
    take, *others = call.args
    call.args = (_watched(take, call.instance), *others)
    yield


def _watched(take: Callable[..., Any], iterator: DataIter) -> Callable[..., Any]:
    """What an iterator hands its batches to, with a look at the first."""

    def take_and_remember(*args: Any, **kwargs: Any) -> Any:
        with guard("looking at the first batch of a DataIter"):
            if _remembered.find(iterator) is None:
                details = _how_it_is_read(kwargs)
                _remembered.remember(iterator, kwargs.get("data"), details=details)
        return take(*args, **kwargs)

    return take_and_remember


MATRIX_PATCHES = (
    Patch("xgboost.core:DMatrix.__init__+", _remember, "aside", _is_made_from_data),
    Patch("xgboost.core:DataIter.next+", _watch_batch, "none", _brings_first_batch),
)
"""Patches of the constructors of matrices, and of the iterators that some are made from."""
