"""The data behind LightGBM's data sets, which let go of them as soon as they are built."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from lightgbm import Dataset
from lightgbm.basic import LightGBMError

from autolog.capture.boosting.remembered import RememberedData
from autolog.capture.dataset.excerpt import Excerpt
from autolog.capture.dataset.variable import variable_name
from autolog.capture.kinds import is_array, is_instance
from autolog.capture.rows import count_rows, first_rows, take_rows
from autolog.integration import Call, HookSteps, Patch, Resumed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autolog.integration import Run

_remembered = RememberedData()

_TRAIN_NAME = "train"
_IS_PART = "is_part"
_ROWS = 5
_MOST_REFERENCES = 100


def remember(data_set: Dataset, known: Sequence[Dataset] = ()) -> None:
    """Remembers a few rows of a data set, and of those that it refers to, while they have them.

    Args:
        data_set: The data set.
        known: Data sets that have been remembered just now.
    """
    for one in _with_references(data_set):
        if any(one is other for other in known):
            return
        data, is_part = one.data, isinstance(one.data, list)
        if is_part:
            # matrices that stand below each other; else sequences, which are the user's code
            data = data[0] if data and is_array(data[0]) else None
        elif data is None and one.used_indices is not None:
            data, is_part = _rows_of_subset(one), True
        if data is not None:
            _remembered.remember(one, data, one.label, {_IS_PART: is_part})


def input_rows(data_set: Dataset) -> Any:
    """A few rows such as the model is to be asked about; `None` if none are remembered.

    Args:
        data_set: What the model is trained on.
    """
    found = map(_remembered.find, _with_references(data_set))
    return next((one.rows for one in found if one is not None and one.rows is not None), None)


class UsedDataSets:
    """Describes the data sets of one training, by their data or by what is remembered of them.

    Args:
        run: The run of the training.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._known: list[Dataset] = []
        self._unknown: list[tuple[Dataset, str, str]] = []

    def log_train_set(self, data_set: Dataset) -> None:
        """Describes what a model is trained on, under the name of the caller's variable."""
        name = variable_name(data_set, sys._getframe(1))  # noqa: SLF001 - the one way
        self.log(data_set, name or _TRAIN_NAME, "train")

    def log(self, data_set: Dataset, name: str, context: str) -> None:
        """Describes a data set.

        Args:
            data_set: The data set; its rows are remembered for another training.
            name: Its name.
            context: `train` or `eval`.
        """
        remember(data_set, self._known)
        self._known.append(data_set)
        described = _described(data_set)
        if described is None:
            self._unknown.append((data_set, name, context))
        else:
            self._run.log_dataset(*described, name=name, context=context)

    def log_built(self) -> None:
        """Describes those of which nothing was known before the training built them."""
        for data_set, name, context in self._unknown:
            described = _described(data_set)
            if described is not None:
                self._run.log_dataset(*described, name=name, context=context)
        self._known.clear()
        self._unknown.clear()


def _described(data_set: Any) -> tuple[Any, Any] | None:
    """The data and targets that tell most of a data set; `None` before it is built from files."""
    found = _remembered.find(data_set)
    rows = None if found is None else found.rows
    if found is not None and rows is not None and not found.details[_IS_PART]:
        if data_set.data is not None:
            return data_set.data, data_set.label
        data, targets = found.data, found.targets
        if data is not None:
            # LightGBM keeps the targets too, but as numbers of its own
            return data, data_set.label if targets is None else targets
    shape = _shape(data_set, rows)
    if shape is None:
        return None
    # an excerpt is read later, and the user may change his targets until then
    targets = data_set.label.copy() if is_array(data_set.label) else None
    return Excerpt(rows, shape), targets


def _with_references(data_set: Any) -> Iterator[Any]:
    """The data set, the one that its bins are those of, and so on."""
    for _ in range(_MOST_REFERENCES):
        if not isinstance(data_set, Dataset):
            return
        yield data_set
        data_set = data_set.reference


def _rows_of_subset(subset: Any) -> Any:
    """The first rows of some rows of another data set, which alone has data."""
    import numpy as np

    whole = subset.reference
    data: Any = whole.data if isinstance(whole, Dataset) else None
    found = _remembered.find(whole)
    if data is None and found is not None and not found.details[_IS_PART]:
        data = found.data
    if data is None or isinstance(data, list) or first_rows(data) is None:
        return None
    places = np.sort(np.asarray(subset.used_indices))[:_ROWS]
    return data.take(places) if is_instance(data, "pyarrow", "Table") else take_rows(data, places)


def _shape(data_set: Any, rows: Any) -> tuple[int, int] | None:
    """The number of rows and columns; `None` before it is built from something unknown."""
    try:
        return data_set.num_data(), data_set.num_feature()
    except LightGBMError:  # it is not built yet
        pass
    if data_set.used_indices is not None:
        whole = _shape(data_set.reference, rows)
        return None if whole is None else (len(data_set.used_indices), whole[1])
    if rows is None:
        return None
    parts = data_set.data if isinstance(data_set.data, list) else [data_set.data]
    return sum(map(count_rows, parts)), rows.shape[1]


def _is_to_be_built(call: Call) -> bool:
    return any(one.data is not None for one in _with_references(call.instance))


def _build(call: Call, _resume: Resumed) -> HookSteps:
    remember(call.instance)
    yield


DATA_SET_PATCHES = (
    # The last moment at which it has its data for certain; a training builds it within its call.
    Patch("lightgbm.basic:Dataset.construct", _build, "none", _is_to_be_built),
)
"""Patches of what builds a data set."""
