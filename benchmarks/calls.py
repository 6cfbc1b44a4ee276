"""What a patched call and a run cost that have nothing to record."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import wrapt
from sklearn.base import BaseEstimator

import autolog
from autolog.capture.environment import capture_environment
from autolog.events import EnvironmentCaptured, RunEnded, RunStarted, Status
from benchmarks import primitive
from benchmarks.figure import Figure
from benchmarks.recording import fresh_directory
from benchmarks.timing import durations_ns

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROUNDS = 2_000
_QUICK_ROUNDS = 300
_CALLS = 100
_RUN_ID = "0" * 32


@wrapt.decorator
def _letting_pass(wrapped: Any, _instance: Any, args: Any, kwargs: Any) -> Any:
    return wrapped(*args, **kwargs)


class _Inner(BaseEstimator):  # type: ignore[misc]
    """An estimator that does nothing: in a patched method, and in a wrapped one."""

    def fit(self) -> None:
        pass

    @_letting_pass
    def wrapped(self) -> None:
        pass


class _Outer(BaseEstimator):  # type: ignore[misc]
    """An estimator whose fit times calls that are nested in it."""

    def fit(self, rounds: int) -> None:
        inner = _Inner()
        self.nested_ns = median(durations_ns(lambda _: _repeat(inner, "fit"), rounds)) / _CALLS
        self.passed_ns = median(durations_ns(lambda _: _repeat(inner, "wrapped"), rounds)) / _CALLS


def measure(*, quick: bool) -> Iterator[Figure]:
    """A call of a patched method inside a recorded one, and a run in which nothing happens."""
    rounds = _QUICK_ROUNDS if quick else _ROUNDS
    with fresh_directory():
        yield _nested_call(rounds)
    with fresh_directory() as directory:
        yield _empty_run(directory, rounds)


def _nested_call(rounds: int) -> Figure:
    autolog.autolog(silent=True, sklearn={"training_metrics": False})
    outer = _Outer()
    outer.fit(rounds)
    return Figure(
        "nested call of a patched method",
        "ns",
        outer.nested_ns,
        outer.passed_ns,
        "an empty wrapt wrapper",
        ratio_limit=5.0,
    )


def _empty_run(directory: Path, rounds: int) -> Figure:
    environment = capture_environment(Path.cwd(), "train.py")

    def write_events(_: int) -> None:
        now = time.time_ns()
        write(RunStarted(_RUN_ID, 0, now, "empty", "default"))
        write(EnvironmentCaptured(_RUN_ID, 1, now, environment.tags, environment.packages))
        write(RunEnded(_RUN_ID, 2, now, Status.FINISHED))

    with primitive.plain_file(directory) as write:
        plain = durations_ns(write_events, rounds)
    _open_and_end(0)  # sets up what the process needs only once
    return Figure(
        "empty run",
        "µs",
        median(durations_ns(_open_and_end, rounds)) / 1e3,
        median(plain) / 1e3,
        primitive.NAME,
        ratio_limit=10.0,
    )


def _repeat(inner: _Inner, method: str) -> None:
    for _ in range(_CALLS):
        getattr(inner, method)()


def _open_and_end(_: int) -> None:
    with autolog.run("empty"):
        pass
