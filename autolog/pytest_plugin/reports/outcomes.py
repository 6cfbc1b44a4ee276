"""What came of all tests of a session, as their processes have told of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from autolog.pytest_plugin.gates.comparing import Check, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autolog.pytest_plugin.reports.records import TestRecord

_ORDER = (Verdict.FAILED, Verdict.NO_BASELINE, Verdict.KEPT, Verdict.WRITTEN, Verdict.PASSED)
_WORDS = {Verdict.FAILED: "failed", Verdict.NO_BASELINE: "without a baseline"}


class Outcomes:
    """The last attempt at each test, with the comparisons that were made in it.

    Args:
        records: What was told of attempts, the latest last.
    """

    def __init__(self, records: Iterable[TestRecord] = ()) -> None:
        self.tests: dict[str, TestRecord] = {}
        for record in records:
            self.add(record)

    def add(self, record: TestRecord) -> None:
        """Takes in what is told of one more attempt."""
        self.tests[record["nodeid"]] = record

    def checks_of(self, test: str) -> list[Check]:
        """The comparisons of a test."""
        checks = [Check.from_record(check) for check in self.tests[test]["checks"]]
        return checks if self._has_passed(test) else list(map(_kept, checks))

    @property
    def checks(self) -> list[tuple[str, Check]]:
        """All comparisons with their tests, what needs attention first."""
        found = [(test, check) for test in self.tests for check in self.checks_of(test)]
        return sorted(found, key=lambda pair: _ORDER.index(pair[1].verdict))

    @property
    def written(self) -> dict[str, list[Check]]:
        """The comparisons of the tests that have passed, whose metrics may become baselines."""
        return {test: self.checks_of(test) for test in self.tests if self._has_passed(test)}

    def _has_passed(self, test: str) -> bool:
        return self.tests[test]["outcome"] == "passed"

    @property
    def session_run_id(self) -> str | None:
        """The run of the session, if the tests are kept in one."""
        return next(
            (
                record["session_run_id"]
                for record in self.tests.values()
                if record["session_run_id"]
            ),
            None,
        )

    @property
    def verdicts(self) -> Counter[Verdict]:
        """How many comparisons came to what."""
        return Counter(check.verdict for _, check in self.checks)

    def without_metric(self, options: Iterable[str]) -> list[str]:
        """Those parts of `--autolog-fail` that were about nothing that any test has recorded.

        Args:
            options: The parts as they were written.
        """
        met = {check.option for _, check in self.checks}
        return [option for option in options if option not in met]


def counted(verdicts: Counter[Verdict]) -> str:
    """How many comparisons came to what, in words."""
    return ", ".join(
        f"{verdicts[verdict]} {_WORDS.get(verdict, verdict)}"
        for verdict in _ORDER
        if verdicts[verdict]
    )


def _kept(check: Check) -> Check:
    written = check.verdict is Verdict.WRITTEN
    return replace(check, verdict=Verdict.KEPT) if written else check
