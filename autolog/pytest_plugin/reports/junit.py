"""What is told of a test under names: in pytest's JUnit XML, and by the tags of its run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autolog.pytest_plugin.reports.records import TestRecord


def properties(record: TestRecord) -> list[tuple[str, object]]:
    """The properties of a test, as `record_property` takes them.

    Args:
        record: What is told of the test.
    """
    found: list[tuple[str, object]] = []
    if record["run_id"] is not None:
        found.append(("autolog.run_id", record["run_id"]))
    if record["session_run_id"] is not None:
        found.append(("autolog.session_run_id", record["session_run_id"]))
    found += [(f"autolog.metric.{name}", value) for name, value in record["metrics"].items()]
    return [*found, *((f"autolog.{name}", text) for name, text in check_tags(record["checks"]))]


def check_tags(checks: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """What came of a test's comparisons, each under the name of its metric.

    Args:
        checks: The comparisons, as `Check.record` has them.
    """
    checks = list(checks)
    if not checks:
        return []
    from autolog.pytest_plugin.gates.comparing import Check

    found = map(Check.from_record, checks)
    return [(f"check.{check.metric}", check.words()) for check in found]
