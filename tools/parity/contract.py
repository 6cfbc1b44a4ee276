"""What must hold of each table of runs, as tests."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from packaging.version import Version

from autolog.testing import record
from tools.parity.comparison import differences, entry_of
from tools.parity.tables import FOLDER, cases

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tools.parity.tables import Entry

_SECONDS = 240


@dataclass(frozen=True)
class RunTable:
    """What MLflow records of some trainings, and the trainings.

    Attributes:
        name: The name of the table.
        entries: What MLflow records, by the name of a case.
        cases: Give the trainings.
    """

    name: str
    entries: Mapping[str, Entry | None]
    cases: Mapping[str, Any]


def run_table(name: str, **libraries: str) -> RunTable:
    """Reads a table; the module of tests is skipped where a library is older than the table's.

    Args:
        name: The name of the table.
        libraries: The names of the distributions that it was made with, by the names of their
            modules.
    """
    read = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    for module, distribution in libraries.items():
        installed = pytest.importorskip(module).__version__
        if Version(installed) < Version(read["made_with"][distribution]):
            pytest.skip(f"the table was made with a newer {module}", allow_module_level=True)
    return RunTable(name, read["cases"], cases(name.replace("_runs", "_cases")))


def because(reason: str, *differing: str) -> dict[str, str]:
    """The reason why these differ."""
    return dict.fromkeys(differing, reason)


def exactly(everywhere: Mapping[str, str]) -> dict[str, str]:
    """What differs in many cases as expressions that match these and no others."""
    return {re.escape(differing): reason for differing, reason in everywhere.items()}


class RunParity:
    """Subclass it in a test module, and tell it what is compared, and why it differs.

    Differences are told as `tools.parity.comparison.differences` does.

    Attributes:
        table: The table.
        live: The cases that the installed MLflow is to record once more.
        beyond: What differs in many cases, as regular expressions, with the reasons.
        differing: By case: what else differs, with the reasons.
        unknown: The cases that MLflow records too little of to compare.
    """

    table: RunTable
    live: Sequence[str]
    beyond: Mapping[str, str]
    differing: Mapping[str, Mapping[str, str]]
    unknown: Collection[str] = ()

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Makes a test for each case."""
        if "case" in metafunc.fixturenames:
            metafunc.parametrize(
                "case", [one for one in self.table.cases if one not in self.unknown]
            )

    def options_of(self, training: Any) -> Mapping[str, Any]:
        """The options of autolog's that ask for what a case asks MLflow for."""
        return {training.library: training.options}

    def test_the_table_was_made_from_these_cases(self) -> None:
        """Neither is a case without an entry, nor the other way round."""
        assert list(self.table.entries) == list(self.table.cases)

    def test_a_training_is_recorded_as_by_mlflow_but_for_what_is_told(self, case: str) -> None:
        """Nothing differs that no reason is told for, and what is told does differ."""
        found = {one for one in self.differences_of(case) if not self._is_beyond(one)}

        assert found == self.differing.get(case, {}).keys()

    def test_what_is_said_to_differ_in_many_cases_does_so_somewhere(self) -> None:
        """No reason is told for nothing."""
        found = {one for case in self.table.cases for one in self.differences_of(case)}

        matched = [one for one in self.beyond if any(re.fullmatch(one, other) for other in found)]
        assert matched == list(self.beyond)

    def test_the_installed_mlflow_records_what_the_table_says(self) -> None:
        """The table is not older than what it was made with."""
        finished = subprocess.run(
            [sys.executable, "-m", "tools.parity", self.table.name, *self.live],
            cwd=FOLDER.parents[1],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
        )

        live = json.loads(finished.stdout)

        assert list(live) == list(self.live)
        for name in self.live:
            assert differences(live[name], self.table.entries[name]) == set()

    def differences_of(self, case: str) -> frozenset[str]:
        """How the records of a case differ, found out once."""
        key = self.table.name, case
        if key not in _known:
            _known[key] = frozenset(self._differences(case))
        return _known[key]

    def _differences(self, case: str) -> set[str]:
        training = self.table.cases[case]()
        with record(**self.options_of(training)) as runs:
            training.run()
            ours = None
            if len(runs):
                folder = runs.session.directory / "artifacts" / runs.only.run_id
                ours = entry_of(runs.only, folder)
        return differences(ours, self.table.entries[case])

    def _is_beyond(self, difference: str) -> bool:
        return any(re.fullmatch(one, difference) for one in self.beyond)


_known: dict[tuple[str, str], frozenset[str]] = {}
