"""Which run stands around code that is in none of the user's."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from autolog import context
from autolog.context import SILENT, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autolog.recording.run import Run


@contextmanager
def surrounded_by(run: Run, *, silently: bool = False) -> Iterator[None]:
    """Has a run stand around all code of the process, in whatever thread or task it runs.

    A context variable would not do: threads begin without it, and event loops that outlive a test
    keep that of the test which they were made in.

    Args:
        run: The run.
        silently: Whether nothing is recorded by itself.
    """
    around, context.outside = context.outside, Scope(run, SILENT if silently else None)
    try:
        yield
    finally:
        context.outside = around


@contextmanager
def nothing_is_recorded() -> Iterator[None]:
    """Has nothing recorded in the block, neither by itself nor by hand."""
    from autolog.recording.run_nowhere import RunNowhere

    with surrounded_by(RunNowhere(), silently=True):
        yield
