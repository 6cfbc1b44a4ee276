"""How well one recorded model does after its fit, as its run tells it."""

from __future__ import annotations

import itertools
import json
import weakref
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autolog.integration import Run

CALLS_FILE = "metric_info.json"
"""The artifact that says by which call each metric was computed."""

UNKNOWN_DATA_SET = "unknown_dataset"
"""The name of data that no variable of the caller's holds."""

_MOST_DATA_SETS = 16
"""Data sets that are described on one run; a model in use is asked about one after the other."""

_MOST_CALLS = 1000
"""Calls that are described in the file of a run, which is written anew for each of them."""


class Evaluation:
    """What is known of a recorded model after its fit.

    Threads may share one: each step is a single operation on a dictionary or an iterator.

    Args:
        run: The run of the fit.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self._data_sets: dict[str, _SameName] = defaultdict(_SameName)
        self._described = itertools.count()
        self._metrics: dict[str, Iterator[int]] = defaultdict(partial(itertools.count, 1))
        self._calls: dict[str, str] = {}
        self._is_file_due = False

    def data_set(self, run: Run, data: Any, variable: str | None) -> str:
        """What a data set is called here; one that is new is described on the run.

        Args:
            run: The run of the fit, as it is to be recorded into now.
            data: The data set.
            variable: The name of the caller's variable, if one holds it.
        """
        name, is_new = self.name_of(data, variable)
        if is_new and next(self._described) < _MOST_DATA_SETS:
            run.log_dataset(data, name=name, context="eval")
        return name

    def name_of(self, data: Any, variable: str | None) -> tuple[str, bool]:
        """What a data set is called here, and whether it was not met before."""
        name = variable or UNKNOWN_DATA_SET
        number, is_new = self._data_sets[name].number_of(data)
        return _numbered(name, number), is_new

    def log(self, run: Run, metric: str, data_set: str, value: float, call: str) -> None:
        """Records a metric.

        Args:
            run: The run of the fit, as it is to be recorded into now.
            metric: What was computed, such as `accuracy_score`.
            data_set: The name of the data.
            value: The number.
            call: The call that gave it, as text.
        """
        key = f"{_numbered(metric, next(self._metrics[metric]))}_{data_set}"
        run.log_metrics({key: value})
        if len(self._calls) >= _MOST_CALLS:
            return
        self._calls[key] = run.redactor.text(call)
        if not self._is_file_due:
            self._is_file_due = True
            run.log_text(CALLS_FILE, self._text)

    def _text(self) -> str:
        # before the look at the calls, so that one that comes meanwhile has the file written again
        self._is_file_due = False
        return json.dumps(self._calls.copy(), indent=2, sort_keys=True)


class _SameName(msgspec.Struct):
    """The data sets that were met under one name."""

    count: Iterator[int] = msgspec.field(default_factory=partial(itertools.count, 1))
    known: dict[int, tuple[Callable[[], Any] | None, int]] = msgspec.field(default_factory=dict)

    def number_of(self, data: Any) -> tuple[int, bool]:
        """The number of a data set, from 1, and whether it is new."""
        key = id(data)
        reference, number = self.known.get(key, (None, 0))
        if number and (reference is None or reference() is data):
            return number, False
        try:
            reference = weakref.ref(data, partial(_forget, self.known, key))
        except TypeError:  # a list, which cannot be told from a later one at the same place
            reference = None
        number = next(self.count)
        self.known[key] = reference, number
        return number, True


def _forget(known: dict[int, tuple[Any, int]], key: int, reference: object) -> None:
    if known.get(key, (None, 0))[0] is reference:
        known.pop(key, None)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"
