"""Runs that outlive one call: all recorded calls on one object go into the same run."""

from __future__ import annotations

import threading
import time
import weakref
from collections import deque
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.events import Status
from autolog.guard import guard

if TYPE_CHECKING:
    from collections.abc import Callable

    from autolog.capture.warned import WarningsSeen
    from autolog.recording.run import Run


def _no_warnings() -> WarningsSeen:
    from autolog.capture.warned import WarningsSeen  # late, since few scripts have such objects

    return WarningsSeen()


class ObjectRun(msgspec.Struct, eq=False):
    """The run of one object.

    Attributes:
        run: The run.
        owned: Whether it was opened for the object, rather than by the user.
        enclosing: The run in whose block the calls are made.
        reference: Leads to the object as long as it is used.
        memory: What the hook of one call notes for the next.
        seen: The warnings of all calls.
        finish: Called before the run ends, with the object, or `None` if it is gone.
        write: Records what is not recorded yet, because that is done for many steps at once.
        time_ns: When the last call returned; the run ends with it, however long the object is kept.
    """

    run: Run
    owned: bool
    enclosing: Run | None
    reference: Callable[[], Any]
    memory: dict[str, Any] = msgspec.field(default_factory=dict)
    seen: WarningsSeen = msgspec.field(default_factory=_no_warnings)
    finish: Callable[[Any], None] | None = None
    write: Callable[[], None] | None = None
    time_ns: int | None = None


class ObjectRuns:
    """The runs of the objects of a session, which are held weakly.

    A run ends when its object is gone, when the block around its calls is left, or with `end_all`.
    An object may go at any moment, even amid work of ours: then nothing is done but to wake the
    thread that ends its run.

    Args:
        end_run: Ends a run, as `RecordingSession.end_run` does.
    """

    def __init__(self, end_run: Callable[..., None]) -> None:
        self._end_run = end_run
        self.start_anew()

    def start_anew(self) -> None:
        """Forgets all objects, in a forked child: their runs are the parent's."""
        self._lock = threading.RLock()
        self._held: dict[int, ObjectRun] = {}
        self._enclosing: set[str] = set()
        self._gone: deque[tuple[int, object]] = deque()
        self._wake: SimpleQueue[bool] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def find(self, instance: object, enclosing: Run | None) -> ObjectRun | None:
        """The run that an object's earlier calls went to, if this one belongs there too.

        Args:
            instance: The object.
            enclosing: The run in whose block the call is made.
        """
        held = self._held.get(id(instance))
        if held is None:
            return None
        is_same = held.reference() is instance and held.enclosing is enclosing
        if is_same and not (held.owned and held.run.ended):
            return held
        self.let_go(instance)
        return None

    def for_object(
        self, instance: object, run: Run, *, owned: bool, enclosing: Run | None
    ) -> ObjectRun:
        """Has the calls on an object go into a run.

        Args:
            instance: The object.
            run: The run.
            owned: Whether the run ends with the object.
            enclosing: The run in whose block the call is made.

        Raises:
            TypeError: The object cannot be held weakly.
        """
        key = id(instance)
        with self._lock:
            reference = weakref.ref(instance, partial(_note_gone, self._gone, self._wake, key))
            held = self._held[key] = ObjectRun(run, owned, enclosing, reference)
            if enclosing is not None:
                self._enclosing.add(enclosing.run_id)
            self._watch()
        return held

    def let_go(
        self, instance: object, status: Status = Status.FINISHED, error: BaseException | None = None
    ) -> None:
        """Ends the run of an object, which begins something else."""
        with self._lock:
            held = self._held.pop(id(instance), None) if self._held else None
            if held is not None:
                self._end(held, status, error)

    def end_within(self, enclosing: Run) -> None:
        """Ends the runs whose calls were made in a block that is being left."""
        if enclosing.run_id not in self._enclosing:
            return
        with self._lock:
            self._enclosing.discard(enclosing.run_id)
            for key, held in list(self._held.items()):
                if held.enclosing is enclosing:
                    del self._held[key]
                    self._end(held)

    def end_gone(self) -> None:
        """Ends the runs of objects that are no more."""
        with self._lock:
            while self._gone:
                key, reference = self._gone.popleft()
                held = self._held.get(key)
                # Another object may have the same id by now.
                if held is not None and held.reference is reference:
                    del self._held[key]
                    self._end(held)

    def write_all(self) -> None:
        """Has everything recorded that was seen."""
        for held in list(self._held.values()):
            if held.write is not None:
                with guard(f"recording steps of the run {held.run.name!r}", held.run.note_failure):
                    held.write()

    def end_all(self, status: Status = Status.FINISHED, seconds: float | None = None) -> None:
        """Ends all of them.

        Args:
            status: How they end.
            seconds: How long finishing them may take; those that are left end without it.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        with self._lock:
            while self._held:
                _, held = self._held.popitem()
                is_late = deadline is not None and time.monotonic() > deadline
                self._end(held, status, is_late=is_late)
            if self._thread is not None:
                self._thread = None
                self._wake.put(False)

    def _end(
        self,
        held: ObjectRun,
        status: Status = Status.FINISHED,
        error: BaseException | None = None,
        *,
        is_late: bool = False,
    ) -> None:
        if held.finish is not None and error is None:
            with guard(f"finishing the run {held.run.name!r}", held.run.note_failure):
                held.finish(None if is_late else held.reference())
        if held.owned and not held.run.ended:
            self._end_run(held.run, status, error, time_ns=held.time_ns)

    def _watch(self) -> None:
        if self._thread is not None:
            return
        thread = threading.Thread(
            target=self._end_as_they_go, args=(self._wake,), name="autolog-objects", daemon=True
        )
        try:
            thread.start()
        except RuntimeError:  # the interpreter is too far gone for a thread, and ends all runs soon
            return
        self._thread = thread

    def _end_as_they_go(self, wake: SimpleQueue[bool]) -> None:
        while wake.get():
            with guard("ending the run of an object that is gone"):
                self.end_gone()


def _note_gone(
    gone: deque[tuple[int, object]], wake: SimpleQueue[bool], key: int, reference: object
) -> None:
    """Called amid anything, even amid a garbage collection: takes no lock, and starts nothing."""
    gone.append((key, reference))
    wake.put(True)
