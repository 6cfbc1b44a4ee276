"""Finishes the journals of processes that are gone, as their owners would have."""

from __future__ import annotations

import os
import threading
import time
from contextlib import nullcontext
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from autolog.codec import encode
from autolog.delivery.consumer import Consumer
from autolog.delivery.feed import Source
from autolog.delivery.folder import folders, remove_partial_folders
from autolog.delivery.position import position_of
from autolog.delivery.side_by_side import do_side_by_side
from autolog.delivery.survey import Survey
from autolog.errors import JournalError
from autolog.events import RunEnded, Status
from autolog.records import frame
from autolog.sinks.registry import without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from autolog.delivery.folder import JournalFolder
    from autolog.delivery.lock import JournalLock
    from autolog.sinks.base import Sink

_JOURNALS_AT_ONCE = 64
_HANGS = "a sink has not answered in time"


class Kept(msgspec.Struct, frozen=True):
    """A journal that could not be finished, and waits for the next time.

    Attributes:
        journal: Its id.
        reason: Why.
    """

    journal: str
    reason: str


class RecoveryReport(msgspec.Struct, frozen=True):
    """What a recovery did.

    Attributes:
        journals: Ids of the journals that were delivered and removed.
        killed_runs: Ids of the runs that had no end, and are KILLED now.
        lost: Events that a sink refused for good or that could not be decoded.
        damaged_bytes: Bytes of the journals that held nothing readable.
        kept: The journals that wait for the next time.
    """

    journals: tuple[str, ...] = ()
    killed_runs: tuple[str, ...] = ()
    lost: int = 0
    damaged_bytes: int = 0
    kept: tuple[Kept, ...] = ()


def recover(
    directory: Path,
    *,
    open_sink: Callable[[str, Path], Sink],
    sinks: Sequence[str] | None = None,
    deadline: float | None = None,
    all_hosts: bool = False,
    hurried: bool = True,
) -> RecoveryReport:
    """Delivers what processes that are gone have left behind, and ends their runs as KILLED.

    It may be called by any number of processes at once, and be killed at any moment: whoever
    comes next goes on where it stopped.

    Args:
        directory: The autolog directory.
        open_sink: Opens the sink of a URI, given the autolog directory.
        sinks: The URIs to deliver to; by default all that a journal is meant for.
        deadline: When to begin nothing more, by `time.monotonic`.
        all_hosts: Also takes the journals of other hosts, of which nobody here can tell whether
            they are still in use. Only for directories that no other host writes to.
        hurried: Whether to go as fast as possible; otherwise the work rests for the user's code.

    Returns:
        What was done. It raises nothing: what fails is in there.
    """
    recovery = _Recovery(directory, open_sink, sinks, deadline, hurried)
    found = (folder for folder in folders(directory) if all_hosts or folder.is_of_this_host())
    while group := list(islice(found, _JOURNALS_AT_ONCE)):
        if deadline is not None and time.monotonic() >= deadline:
            break
        recovery.finish(group)
    remove_partial_folders(directory)
    return recovery.report()


class _Orphan(msgspec.Struct):
    """A journal of a process that is gone, while its lock is held here.

    Attributes:
        folder: The journal.
        lock: Its lock.
        end: Where it ends.
        sinks: The sinks that it is meant for.
        unserved: How many of them have not been served yet.
        reasons: Why sinks have not had everything.
    """

    folder: JournalFolder
    lock: JournalLock
    end: int
    sinks: list[str]
    unserved: int
    reasons: list[str]


class _Recovery:
    """One pass over the journals; a sink that fails is not tried again for the next journal.

    The sinks are served side by side, each journal after journal, so that none waits for another.
    """

    def __init__(
        self,
        directory: Path,
        open_sink: Callable[[str, Path], Sink],
        sinks: Sequence[str] | None,
        deadline: float | None,
        hurried: bool,
    ) -> None:
        self._directory = directory
        self._open_sink = open_sink
        self._sinks = sinks
        self._deadline = deadline
        self._hurried = hurried
        self._failed: dict[str, str] = {}
        self._journals: list[str] = []
        self._killed: list[str] = []
        self._kept: list[Kept] = []
        self._counting = threading.Lock()
        self._lost = 0
        self._damaged = 0

    def report(self) -> RecoveryReport:
        return RecoveryReport(
            tuple(self._journals), tuple(self._killed), self._lost, self._damaged, tuple(self._kept)
        )

    def finish(self, group: Sequence[JournalFolder]) -> None:
        """Finishes those of the journals whose owner is gone."""
        orphans = [orphan for folder in group if (orphan := self._take(folder)) is not None]
        of_sinks: dict[str, list[tuple[_Orphan, int]]] = {}
        for orphan in orphans:
            for place, uri in enumerate(orphan.sinks):
                of_sinks.setdefault(uri, []).append((orphan, place))
        work = [partial(self._serve, uri, journals) for uri, journals in of_sinks.items()]
        do_side_by_side(work, self._deadline)
        for orphan in orphans:
            self._conclude(orphan)

    def _take(self, folder: JournalFolder) -> _Orphan | None:
        """Takes the lock of a journal, and has it end as its owner would have."""
        try:
            lock = folder.take_orphan()
        except FileNotFoundError:
            return None  # somebody else has finished it
        except OSError as error:
            self._kept.append(Kept(folder.id, str(error)))
            return None
        if lock is None:
            return None
        try:
            if folder.segments():
                end, sinks = self._end_open_runs(folder), folder.sinks()
                return _Orphan(folder, lock, end, sinks, len(sinks), [])
            return _Orphan(folder, lock, 0, [], 0, [])
        except (OSError, JournalError) as error:
            lock.release()
            self._kept.append(Kept(folder.id, str(error)))
            return None

    def _serve(self, uri: str, journals: Sequence[tuple[_Orphan, int]]) -> None:
        """Delivers journals to one sink."""
        for orphan, place in journals:
            try:
                reason = self._deliver(orphan.folder, orphan.end, place, uri)
            except (OSError, JournalError) as error:
                reason = str(error)
            with self._counting:
                orphan.unserved -= 1
                if reason is not None:
                    orphan.reasons.append(reason)

    def _conclude(self, orphan: _Orphan) -> None:
        """Removes a journal that every sink has had, and lets go of the others."""
        folder = orphan.folder
        with self._counting:
            if orphan.unserved:
                # its lock stays held: a sink is still at it, in a thread that nobody waits for
                self._kept.append(Kept(folder.id, "; ".join([*orphan.reasons, _HANGS])))
                return
        try:
            if orphan.reasons:
                self._kept.append(Kept(folder.id, "; ".join(orphan.reasons)))
            else:
                folder.remove()
                self._journals.append(folder.id)
        except OSError as error:
            self._kept.append(Kept(folder.id, str(error)))
        finally:
            orphan.lock.release()

    def _end_open_runs(self, folder: JournalFolder) -> int:
        """Cuts the torn tail, writes the missing ends, and returns where the journal ends then."""
        survey = Survey(folder)
        killed = survey.open_runs.last_facts()
        # All of them went on for as long as the process did, as a search does with its last child.
        time_ns = max((survey.latest_ns, *(last.time_ns for last in killed.values())))
        ends = b"".join(
            frame(encode(RunEnded(run_id, last.sequence + 1, time_ns, Status.KILLED)))
            for run_id, last in killed.items()
        )
        path = folder.segment_path(survey.last_segment)
        os.truncate(path, survey.end)
        if ends:
            with path.open("ab") as file:
                file.write(ends)
        self._killed += killed
        self._damaged += survey.skipped
        return position_of(survey.last_segment, survey.end + len(ends))

    def _deliver(self, folder: JournalFolder, end: int, place: int, uri: str) -> str | None:
        """Delivers a journal to one sink; returns why that failed, or None."""
        if self._sinks is not None and uri not in self._sinks:
            return f"{without_secrets(uri)} was not asked for"
        if uri in self._failed:
            return self._failed[uri]
        source = Source(folder.id, folder, lambda: end)
        consumer = Consumer(uri, source, place, self._directory, open_sink=self._open_sink)
        with consumer.hurry() if self._hurried else nullcontext():
            arrived = consumer.drain(self._deadline)
        consumer.close()
        with self._counting:
            self._lost += consumer.lost
        if arrived:
            return None
        if consumer.error is None:
            return f"{consumer.name} was not reached in time"
        self._failed[uri] = f"{consumer.name} cannot be written: {consumer.error}"
        return self._failed[uri]
