"""Whole trainings, bare and recorded in turn."""

from __future__ import annotations

from contextlib import contextmanager
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, NamedTuple

import autolog
from benchmarks.figure import Figure, Goal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

_SHARE = 1.03


class Taken(NamedTuple):
    """What a training has taken.

    Attributes:
        seconds: The time until it was over.
        cpu_seconds: The CPU time of all threads of the process.
    """

    seconds: float
    cpu_seconds: float


def least_taken(
    prepare: Callable[[], Callable[[], object]],
    turns: Mapping[str, Callable[[], AbstractContextManager[object]]],
    rounds: int,
) -> dict[str, Taken]:
    """The least that a training takes in each of some ways.

    A second of training takes a fifth more at some times than at others, whatever records it: other
    programs make it longer, and never shorter.

    Args:
        prepare: Sets up what is not measured, and gives what trains.
        turns: By the name of each way, what makes the block in which it is trained.
        rounds: How often each takes its turn, after one that sets up what a process needs once.
    """
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in turns}
    for number in range(1 + rounds):
        for name, turn in turns.items():
            with turn():
                train = prepare()
                began = perf_counter(), process_time()
                train()
                ended = perf_counter(), process_time()
            if number:
                seconds[name].append((ended[0] - began[0], ended[1] - began[1]))
    return {
        name: Taken(*(min(each) for each in zip(*taken, strict=True)))
        for name, taken in seconds.items()
    }


def beside_bare(what: str, found: Mapping[str, Taken]) -> Iterator[Figure]:
    """What a recorded training takes, beside the same without autolog.

    Args:
        what: What the table calls it.
        found: What `least_taken` has given.
    """
    recorded, bare = found["autolog"], found["bare"]
    for kind, ours, theirs in (
        (what, recorded.seconds, bare.seconds),
        (f"{what}, CPU time of all threads", recorded.cpu_seconds, bare.cpu_seconds),
    ):
        goal = Goal(_SHARE * theirs)
        yield Figure(kind, "s", ours, theirs, "the same without autolog", goal, _SHARE)


@contextmanager
def nothing() -> Iterator[None]:
    """Records nothing."""
    yield


@contextmanager
def recorded(**options: Any) -> Iterator[None]:
    """Records what is trained within the block.

    Args:
        options: Options of `autolog()`.
    """
    autolog.autolog(silent=True, **options)
    try:
        yield
    finally:
        autolog.disable()
        autolog.flush()
