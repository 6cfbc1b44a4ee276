"""Baselines in a JSON file that is committed beside the tests."""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from autolog.errors import ConfigurationError
from autolog.pytest_plugin.gates.baselines import MOST_RUNS
from autolog.pytest_plugin.gates.comparing import Baseline

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from autolog.pytest_plugin.gates.baselines import Baselines
    from autolog.pytest_plugin.gates.comparing import Check

_VERSION = 1
_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """What a file has about a metric of a test.

    Attributes:
        value: Its value.
        runs: Its values in the last runs, the oldest first, where a gate asks for their spread.
    """

    value: float
    runs: tuple[float, ...] = ()

    @classmethod
    def read(cls, document: Any) -> Entry:
        """The entry that a file has.

        Raises:
            ValueError: It is none.
        """
        if not isinstance(document, dict):
            return cls(_finite(document))
        runs = document.get("runs", [])
        if not isinstance(runs, list):
            raise ValueError(f"{runs!r} is no list of earlier runs")  # noqa: TRY004 - of a file
        return cls(_finite(document.get("value")), tuple(map(_finite, runs)))

    def document(self) -> object:
        """The entry as it is written."""
        return {"value": self.value, "runs": list(self.runs)} if self.runs else self.value


class BaselineFile:
    """Reads and writes baselines. The file is read once, when something is first asked of it.

    Args:
        path: The file, which need not be there.
        shown: What it is called in messages.
        history: Has earlier runs, for what the file has none of.
    """

    def __init__(self, path: Path, shown: str, history: Baselines) -> None:
        self.path = path
        self.shown = shown
        self._history = history

    def read(self) -> None:
        """See `Baselines`."""
        _ = self.tests

    @cached_property
    def tests(self) -> dict[str, dict[str, Entry]]:
        """The entries, by test and metric.

        Raises:
            ConfigurationError: The file is no baseline file, or cannot be read.
        """
        try:
            return read_tests(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"{self.shown} is no file of baselines: {error}.") from error

    def find(self, test: str, metric: str) -> Baseline | None:
        """See `Baselines`."""
        entry = self.tests.get(test, {}).get(metric)
        return None if entry is None else Baseline(entry.value, self.shown)

    def missing(self, _test: str) -> str:
        """See `Baselines`."""
        what = "has none for it" if self.path.exists() else "does not exist"
        return f"{self.shown} {what}; --autolog-update-baseline writes it"

    def metrics(self, test: str) -> Collection[str]:
        """See `Baselines`."""
        return self.tests.get(test, {})

    def earlier(self, test: str, metric: str) -> tuple[float, ...]:
        """See `Baselines`: those of the file, else those of the store."""
        entry = self.tests.get(test, {}).get(metric)
        return (entry.runs if entry else ()) or self._history.earlier(test, metric)

    def write(self, checks: Mapping[str, Iterable[Check]]) -> int:
        """Replaces the entries of some tests; those of others stay.

        Args:
            checks: What was compared in each test that has passed.

        Returns:
            How many entries are not as they were.

        Raises:
            OSError: The file cannot be written.
        """
        old = self.tests
        new = {test: _entries(compared) for test, compared in checks.items()}
        tests = {test: entries for test, entries in {**old, **new}.items() if entries}
        changed = sum(
            old.get(test, {}).get(metric) != tests.get(test, {}).get(metric)
            for test in {*old, *tests}
            for metric in {*old.get(test, {}), *tests.get(test, {})}
        )
        if changed:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
            beside.write_text(written(tests), encoding="utf-8")
            beside.replace(self.path)
        return changed


def read_tests(content: bytes) -> dict[str, dict[str, Entry]]:
    """The entries of a file, by test and metric.

    Args:
        content: What is in the file.

    Raises:
        ValueError: That is no file of baselines.
    """
    document = json.loads(content)
    version = document.get("version") if isinstance(document, dict) else None
    if version != _VERSION:
        raise ValueError(f"it says version {version!r}, and {_VERSION} is known")
    tests = document.get("tests")
    if not isinstance(tests, dict) or not all(isinstance(one, dict) for one in tests.values()):
        raise ValueError('"tests" has the metrics of each test')
    return {
        test: {metric: Entry.read(entry) for metric, entry in metrics.items()}
        for test, metrics in tests.items()
    }


def written(tests: Mapping[str, Mapping[str, Entry]]) -> str:
    """The text of a file: sorted, and one line for each metric, so that changes are easy to see.

    Args:
        tests: The entries, by test and metric.
    """
    blocks = []
    for test, entries in sorted(tests.items()):
        lines = ",\n".join(
            f"      {json.dumps(metric)}: {json.dumps(entry.document())}"
            for metric, entry in sorted(entries.items())
        )
        blocks.append(f"    {json.dumps(test)}: {{\n{lines}\n    }}")
    inner = ",\n".join(blocks)
    body = f"{{\n{inner}\n  }}" if blocks else "{}"
    return f'{{\n  "version": {_VERSION},\n  "tests": {body}\n}}\n'


def _entries(checks: Iterable[Check]) -> dict[str, Entry]:
    """What a test's checks have found, without what cannot be compared with."""
    entries: dict[str, Entry] = {}
    for check in checks:
        if check.now is not None and math.isfinite(check.now):
            now, before = _rounded(check.now), entries.get(check.metric)
            if check.earlier is None:  # perhaps another check of the same metric has asked for them
                runs = before.runs if before else ()
            else:
                runs = (*map(_rounded, check.earlier), now)[-MOST_RUNS:]
            entries[check.metric] = Entry(now, runs)
    return entries


def _rounded(value: float) -> float:
    """A value with those of its digits that count; see `ROUNDING`."""
    rounded = float(f"{value:.{_DIGITS}g}")
    return rounded if math.isfinite(rounded) else value


def _finite(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no value of a metric")
    return float(value)
