"""The comparison in words: a line for each module, then each test that is to be looked at."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from tools.transparency.expected import reason_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tools.transparency.comparison import Ends, Pair, Verdict

ROW = "{:<62} {:>6} {:>7} {:>9} {:>11} {:>6} {:>7}"
HEAD = ROW.format("module", "tests", "differ", "bare s", "recorded s", "ratio", "runs")


class Report:
    """Collects what is found out, and prints it."""

    def __init__(self) -> None:
        self._pairs: dict[str, Pair] = {}
        self._verdicts: dict[str, Verdict] = {}

    def add(self, module: str, pair: Pair) -> None:
        """Prints the line of a module."""
        if not self._pairs:
            _print(HEAD)
        self._pairs[module] = pair
        _print(_row(module, [pair]))

    def settle(self, module: str, verdict: Verdict) -> None:
        """Keeps what is left of its differences."""
        self._verdicts[module] = verdict

    def is_transparent(self) -> bool:
        """Whether all modules ran to their ends, and no test ended otherwise unexpectedly."""
        return not self._troubles() and all(
            reason_for(module, test) for module, test, _ in self._differences()
        )

    def conclude(self) -> None:
        """Prints the sum, and the tests that are to be looked at."""
        _print(_row("all", list(self._pairs.values())))
        self._print_differences()
        self._print_unsteady()
        self._print_failing()
        _print_list("not run to its end", self._troubles())
        self._print_said()

    def _differences(self) -> Iterator[tuple[str, str, Sequence[Ends]]]:
        for module, verdict in self._verdicts.items():
            for test, ends in verdict.differences.items():
                yield module, test, ends

    def _print_differences(self) -> None:
        expected, others = [], []
        for module, test, ends in self._differences():
            bare, recorded = ends[-1]
            told = f"{_told(module, test, ends)}\n      "
            if reason := reason_for(module, test):
                expected.append(f"{told}{reason}")
            else:
                others.append(f"{told}{recorded.line or bare.line}")
        _print_list("ends otherwise when it is recorded", others)
        _print_list("so by its nature", expected)

    def _print_unsteady(self) -> None:
        lines = [
            _told(module, test, ends)
            for module, verdict in self._verdicts.items()
            for test, ends in verdict.unsteady.items()
        ]
        _print_list("unsteady, or so when run again", lines)

    def _print_failing(self) -> None:
        lines = [
            f"{module}::{test}: {outcome.line}"
            for module, pair in self._pairs.items()
            for test, outcome in pair.failing().items()
        ]
        _print_list("fails without autolog too", lines)

    def _print_said(self) -> None:
        """Prints what autolog logged; of messages about the same error, one."""
        said = {line for pair in self._pairs.values() for line in pair.recorded.said}
        alike: dict[str, list[str]] = {}
        for line in sorted(said):
            alike.setdefault(_error_in(line), []).append(line)
        lines = [f"{len(some)} like: {some[0]}" for some in alike.values()]
        _print_list("autolog said", lines, count=len(said))

    def _troubles(self) -> list[str]:
        return [
            f"{module}, {kind}: {trial.trouble}"
            for module, pair in self._pairs.items()
            for kind, trial in (("bare", pair.bare), ("recorded", pair.recorded))
            if trial.trouble
        ]


def _row(name: str, pairs: Sequence[Pair]) -> str:
    bare = sum(pair.bare.seconds for pair in pairs)
    recorded = sum(pair.recorded.seconds for pair in pairs)
    return ROW.format(
        name,
        sum(len(pair.bare.outcomes) for pair in pairs),
        sum(len(pair.differing()) for pair in pairs),
        f"{bare:.1f}",
        f"{recorded:.1f}",
        f"{recorded / bare:.2f}",
        sum(pair.recorded.runs for pair in pairs),
    )


def _error_in(message: str) -> str:
    """The error that a message tells in brackets, which has no names of estimators."""
    error = re.search(r"\((\w+: .*)\)", message)
    return re.sub(r"'\w+'|0x\w+|\d+", "", error[1] if error else message)


def _told(module: str, test: str, ends: Sequence[Ends]) -> str:
    """A test, and how it ended each time."""
    bare = " ".join(bare.kind for bare, _ in ends)
    recorded = " ".join(recorded.kind for _, recorded in ends)
    return f"{module}::{test}: bare {bare}; recorded {recorded}"


def _print_list(title: str, lines: Sequence[str], count: int | None = None) -> None:
    number = len(lines) if count is None else count
    _print(f"\n{title}: {number or 'none'}")
    for line in lines:
        _print(f"  {line}")


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
