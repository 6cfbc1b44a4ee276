"""`cv_results_`: what a search says of its candidates, all together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autolog_sklearn.csv_table import csv_source
from autolog_sklearn.folds import Fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from autolog.capture.redaction import Redactor

_NO_METRICS = ("param", "split")


class CandidateTable:
    """A search's `cv_results_`.

    Args:
        columns: The values of all candidates, by column.
    """

    def __init__(self, columns: Mapping[str, Any]) -> None:
        self._columns = columns
        self.params: list[Mapping[str, Any]] = list(columns.get("params", ()))

    def metrics(self) -> Iterator[dict[str, float]]:
        """The numbers that are about all folds of a candidate, candidate by candidate."""
        numbers = {
            name: values.tolist()
            for name, values in self._numeric()
            if not name.startswith(_NO_METRICS)
        }
        for row in zip(*numbers.values(), strict=True):
            yield dict(zip(numbers, map(float, row), strict=True))

    def folds(self, place: int, *, started_ns: int, ended_ns: int) -> list[Fold]:
        """The scores of one candidate's folds, where nothing else told of them."""
        by_fold: dict[int, dict[str, float]] = {}
        for name, values in self._numeric():
            split, _, metric = name.partition("_")
            number = split.removeprefix("split")
            if split.startswith("split") and number.isdecimal():
                by_fold.setdefault(int(number), {})[metric] = float(values[place])
        return [Fold(metrics, None, started_ns, ended_ns) for _, metrics in sorted(by_fold.items())]

    def best(self, count: int | None, refit: Any) -> list[int]:
        """The places of the best candidates, in the order of the search.

        Args:
            count: How many; `None` for all.
            refit: The search's param, which may name the score that decides.
        """
        everyone = range(len(self.params))
        ranks = self._ranks(refit)
        if count is None or ranks is None:
            return list(everyone)[:count]
        return sorted(sorted(everyone, key=lambda place: float(ranks[place]))[:count])

    def csv(self, redactor: Redactor) -> Callable[[], str]:
        """What renders all columns, in any thread."""
        return csv_source(self._columns, redactor)

    def _ranks(self, refit: Any) -> Any:
        names = [name for name in self._columns if name.startswith("rank_test_")]
        if isinstance(refit, str) and f"rank_test_{refit}" in names:
            return self._columns[f"rank_test_{refit}"]
        return self._columns[names[0]] if names else None

    def _numeric(self) -> Iterator[tuple[str, Any]]:
        for name, column in self._columns.items():
            values = np.asarray(column) if name != "params" else None
            if values is not None and values.dtype.kind in "fiu" and values.ndim == 1:
                yield name, values
