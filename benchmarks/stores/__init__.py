"""Stores that have many runs, all behind one interface: autolog's, and MLflow's.

A run has three params, three metrics and a tag. A thousandth of all runs satisfy the conditions of
a narrow search, and a twentieth those of a wide one.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

SHOWN = 100
"""The runs that are asked for, as a page of a list has them."""

WIDE = "metrics.score > 0.5 and params.depth = '7'"
NARROW = "metrics.score > 0.9985"
EXPERIMENT = "benchmark"

_START_NS = 1_700_000_000 * 10**9


class Facts(NamedTuple):
    """What there is to know of a run.

    Attributes:
        run_id: Its 32 hexadecimal digits.
        start_ns: When it began, in nanoseconds since the epoch.
        params: Its params.
        metrics: Its metrics, which have one value each.
        tags: Its tags.
    """

    run_id: str
    start_ns: int
    params: dict[str, str]
    metrics: dict[str, float]
    tags: dict[str, str]


def facts_of(number: int) -> Facts:
    """The run of a number; later ones have larger numbers.

    Args:
        number: From 0 on.
    """
    score = number % 1_000 / 1_000
    return Facts(
        f"{number:032x}",
        _START_NS + number * 10**9,
        {"depth": str(number % 10), "rate": "0.1", "kind": "tree"},
        {"score": score, "loss": 1 - score, "time": 1.0},
        {"team": "benchmark"},
    )


class Runs(Protocol):
    """A store in the current folder."""

    def fill(self, first: int, end: int) -> None:
        """Gives the store the runs of these numbers."""

    def newest(self) -> int:
        """How many runs the list of the newest has."""

    def wide(self) -> int:
        """How many runs a search finds whose conditions many satisfy."""

    def narrow(self) -> int:
        """How many runs a search finds whose condition few satisfy."""

    def best(self) -> int:
        """How many runs the list of the best has, by a metric."""

    def show(self) -> int:
        """How many metrics the newest run has."""
