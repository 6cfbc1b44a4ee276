"""What a test's process tells of one attempt at the test, to whoever reports of all tests."""

from __future__ import annotations

from typing import Any, TypedDict


class TestRecord(TypedDict):
    """Plain values only, since pytest-xdist carries them from process to process.

    Attributes:
        nodeid: The test's node id.
        run_id: Its run; None where it has neither trained nor logged anything.
        session_run_id: The run of the session; None where nothing is kept.
        attempt: Which attempt it was, from 1.
        outcome: `passed`, `failed`, `skipped`, `xfailed`, `xpassed` or `error`.
        duration: How long it took, in seconds.
        peak_memory: The most memory that its process had meanwhile, in bytes, if known.
        metrics: What it has recorded: the last value of each metric.
        checks: The comparisons with baselines, as `Check.record` has them.
    """

    nodeid: str
    run_id: str | None
    session_run_id: str | None
    attempt: int
    outcome: str
    duration: float
    peak_memory: int | None
    metrics: dict[str, float]
    checks: list[dict[str, Any]]
