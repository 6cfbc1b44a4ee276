"""Reads `--autolog-fail`: which metrics of all tests must not become worse."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from autolog.errors import ConfigurationError
from autolog.pytest_plugin.gates.comparing import Gate
from autolog.pytest_plugin.gates.directions import higher_is_better
from autolog.pytest_plugin.gates.tolerances import Tolerance

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIZE = re.compile(
    r"(?P<sign>[+-]?)\s*(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)\s*(?P<unit>%|sd|)"
)
_WILDCARDS = frozenset("*?[")
_WAYS = {"-": True, "+": False}


@dataclass(frozen=True, slots=True)
class GateOption:
    """A part of `--autolog-fail`.

    Attributes:
        text: It, as it was written.
        pattern: The metric's name, perhaps with `*`, `?` and `[...]`.
        higher_is_better: Which way is worse; None where the names of the metrics tell.
        tolerance: How much worse they may be.
    """

    text: str
    pattern: str
    higher_is_better: bool | None
    tolerance: Tolerance

    def matches(self, metric: str) -> bool:
        """Whether it is about a metric."""
        return metric == self.pattern or fnmatchcase(metric, self.pattern)

    def gate(self, metric: str) -> Gate:
        """What it asks of a metric.

        Raises:
            ConfigurationError: Neither it nor the metric's name says which way is worse.
        """
        better = self.higher_is_better
        if better is None:
            better = higher_is_better(metric)
        if better is None:
            raise ConfigurationError(
                f"--autolog-fail={self.text}: whether a higher {metric} is better cannot be told "
                f"from its name; {metric}:-1% fails if it falls, {metric}:+1% if it rises."
            )
        return Gate(metric, better, self.tolerance, self.text)


def read_gates(texts: Iterable[str]) -> tuple[GateOption, ...]:
    """The parts of several options, each of which may have several, with commas between them.

    Args:
        texts: Such as `test_score:-1%,*loss:+0.1`; `-3sd` allows three standard deviations of
            earlier runs.

    Raises:
        ConfigurationError: One of them cannot be read, or does not say which way is worse.

    Example:
        >>> [gate.pattern for gate in read_gates(["test_score:-1%,loss"])]
        ['test_score', 'loss']
    """
    parts = (part.strip() for text in texts for part in text.split(","))
    return tuple(_read(part) for part in parts if part)


def _read(text: str) -> GateOption:
    pattern, colon, size = (part.strip() for part in text.rpartition(":"))
    if not colon:
        pattern, size = text, "0"
    match = _SIZE.fullmatch(size)
    if match is None or not pattern:
        raise ConfigurationError(
            f"--autolog-fail={text}: expected a metric and how much worse it may be, such as "
            "test_score:-1%, loss:+0.1 or accuracy:-3sd"
        )
    option = GateOption(text, pattern, _WAYS.get(match["sign"]), _tolerance(match))
    if not _WILDCARDS.intersection(pattern):
        option.gate(pattern)  # says at once if the way is missing
    return option


def _tolerance(match: re.Match[str]) -> Tolerance:
    size = float(match["number"])
    if match["unit"] == "%":
        return Tolerance(rel=size / 100)
    return Tolerance(spread=size) if match["unit"] == "sd" else Tolerance(abs=size)
