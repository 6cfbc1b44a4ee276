"""The sink that appends the events of each run to a file of its own."""

from __future__ import annotations

import shutil
import uuid
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from autolog.events import ArtifactStored, RunEnded, RunStarted
from autolog.sinks.folder import writing
from autolog.sinks.jsonl.lines import FORMAT, as_line
from autolog.sinks.jsonl.run_file import RunFile, journal_of
from autolog.sinks.run_files import file_of

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.events import Event
    from autolog.sinks.base import Batch

MAIN = "run.jsonl"
"""The file of the journal that the run began in."""

_PIECE = 1024 * 1024


class JSONLinesSink:
    """Keeps a folder for each run: `run.jsonl`, and copies of its artifacts.

    There is one writer for each file, so that none is locked: what other processes log into the
    run goes to a file of their own beside it.

    Args:
        folder: Where the folders of the runs are.
        artifacts: The folder that holds the artifacts of each run.

    Attributes:
        exit_timeout: Seconds that a process which ends may wait for this sink.
    """

    exit_timeout = 10.0

    def __init__(self, folder: Path, artifacts: Path) -> None:
        self._folder = folder
        self._artifacts = artifacts
        self._files: dict[tuple[str, str], RunFile] = {}

    def write(self, batch: Batch) -> None:
        """Appends the events that the files do not hold yet.

        Raises:
            DiskFull: There is no room.
            SinkUnavailable: A file cannot be written now.
        """
        of_runs: dict[str, list[tuple[int, Event]]] = {}
        for position, event in zip(batch.positions, batch.events, strict=True):
            of_runs.setdefault(event.run_id, []).append((position, event))
        with writing(self._folder):
            try:
                for run_id, events in of_runs.items():
                    self._write(batch.journal, run_id, events)
            except OSError:
                self._files.clear()  # how far they got is in the files
                raise

    def close(self) -> None:
        """Nothing is held open between two batches."""

    def _write(self, journal: str, run_id: str, events: list[tuple[int, Event]]) -> None:
        file = self._file_of(journal, run_id, events[0][1])
        news = [(position, event) for position, event in events if file.lacks(position)]
        if news:
            lines = [
                as_line(event, position, self._further(journal, event)) for position, event in news
            ]
            file.append(b"".join(lines), news[-1][0])
        if isinstance(events[-1][1], RunEnded):
            del self._files[journal, run_id]

    def _file_of(self, journal: str, run_id: str, event: Event) -> RunFile:
        known = self._files.get((journal, run_id))
        if known is None:
            path = self._path(journal, run_id, event)
            path.parent.mkdir(parents=True, exist_ok=True)
            known = self._files[journal, run_id] = RunFile(path)
        return known

    def _path(self, journal: str, run_id: str, event: Event) -> Path:
        folder = self._folder / (run_id or "processes")
        main = folder / MAIN
        if run_id and (isinstance(event, RunStarted) or journal_of(main) == journal):
            return main
        return folder / f"{journal}.jsonl"

    def _further(self, journal: str, event: Event) -> dict[str, object]:
        if isinstance(event, RunStarted):
            return {"format": FORMAT, "journal": journal}
        if isinstance(event, ArtifactStored) and not self._keep(event):
            return {"copied": False}
        return {}

    def _keep(self, event: ArtifactStored) -> bool:
        """Copies an artifact; whether there was one."""
        file = file_of(event, self._artifacts / event.run_id)
        if event.drawn_from is not None or file is None:
            return False
        place = PurePosixPath(event.path)
        try:
            source = file.open("rb")
        except OSError:
            return False  # replaced or removed since
        target = self._folder / event.run_id / "artifacts" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{uuid.uuid4().hex}")
        try:
            with source, unfinished.open("wb") as copy:
                shutil.copyfileobj(source, copy, _PIECE)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
        return True
