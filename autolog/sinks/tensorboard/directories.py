"""Which directory a run has: TensorBoard shows its path as the run's name."""

from __future__ import annotations

import re
from glob import escape
from typing import TYPE_CHECKING

from autolog.events import RunStarted

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.events import Event

_FOREIGN = re.compile(r"[^\w.\- ()=,+]")
_NAME_LENGTH = 80
DIGITS = 12
"""Of a run's id at the end of its directory's name: enough to tell it from all others."""

_MOST_KNOWN = 10_000


class Directories:
    """Directories of runs, those of children within their parent's.

    Args:
        folder: The folder that TensorBoard is pointed at.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Path] = {}

    def of(self, event: Event) -> Path:
        """The directory of an event's run, which may not be there yet."""
        if isinstance(event, RunStarted):
            begun = self._above(event) / f"{_safe(event.name)}-{event.run_id[:DIGITS]}"
            self._remember(event.run_id, begun)
            return begun
        found = self._find(event.run_id)
        if found is None:  # it was begun by a process that writes elsewhere, or later
            found = self._folder / f"run-{event.run_id[:DIGITS]}"
            self._remember(event.run_id, found)
        return found

    def _above(self, event: RunStarted) -> Path:
        parent = self._find(event.parent_run_id) if event.parent_run_id is not None else None
        return parent or self._folder / _safe(event.experiment)

    def _find(self, run_id: str) -> Path | None:
        if run_id in self._known:
            return self._known[run_id]
        for path in self._folder.rglob(f"*-{escape(run_id[:DIGITS])}"):
            if path.is_dir():
                self._remember(run_id, path)
                return path
        return None

    def _remember(self, run_id: str, path: Path) -> None:
        if len(self._known) >= _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[run_id] = path


def _safe(name: str) -> str:
    return _FOREIGN.sub("_", name)[:_NAME_LENGTH].strip(" .") or "_"
