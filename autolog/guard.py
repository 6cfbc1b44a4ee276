"""The one place where autolog's own failures stop, before they can reach the user."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from autolog.full_disk import DISK_FULL, say_disk_full
from autolog.saying import note_failure, say_once

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


def strict() -> bool:
    """Whether failures of autolog's own are to be raised instead of reported."""
    return os.environ.get("AUTOLOG_STRICT", "") not in {"", "0"}


class guard:  # noqa: N801 - reads as a statement: `with guard("logging a step"):`
    """A block of autolog's own work: an `Exception` that it raises ends here.

    `KeyboardInterrupt` and `SystemExit` pass: they are the user's. With `AUTOLOG_STRICT=1`
    everything passes.

    Args:
        action: What the block does, to complete "autolog failed while ...".
        report: Called with the action and the error, to record the failure where it belongs.

    Example:
        >>> with guard("logging a LightGBM round"):
        ...     run.log_metrics(metrics, step=round_number)
    """

    __slots__ = ("action", "failed", "report")

    def __init__(self, action: str, report: Callable[[str, Exception], None] | None = None) -> None:
        self.action = action
        self.report = report
        self.failed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception) or strict():
            return False
        self.failed = True
        if isinstance(error, OSError) and error.errno in DISK_FULL:
            say_disk_full(error.filename)
        else:
            say_once(
                f"autolog failed while {self.action} ({type(error).__name__}: {error}); "
                "your code goes on, with less recorded. `autolog doctor` shows more.",
                about=f"{self.action}: {type(error).__name__}",
            )
        if self.report is not None:
            try:
                self.report(self.action, error)
            except Exception:  # the report is a courtesy, and must not become the failure
                note_failure("autolog could not report a failure")
        return True
