"""Work that nobody has to wait for, done in order by one thread beside the training."""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autolog.guard import guard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autolog.capture.metrics import Report

    _Piece = tuple[str, Callable[[], object], Report | None]

_IDLE_SECONDS = 1.0
_SECONDS_AT_EXIT = 5.0


class _OfThread(threading.local):
    """What a thread has gathered; `None` outside of `gathered`."""

    pieces: list[_Piece] | None = None


class BackgroundWork:
    """A queue of work, and the daemon thread that does it.

    The thread is started with the first piece of work, and goes when there has been none for a
    second. A forked child begins with nothing to do: what was begun is its parent's.
    """

    def __init__(self) -> None:
        self.start_anew()

    def start_anew(self) -> None:
        """Forgets all work, in a forked child."""
        self._changed = threading.Condition()
        self._gathered = _OfThread()
        self._waiting: deque[_Piece] = deque()
        self._is_running = False
        self._unfinished = 0
        self._is_waited_for = False

    @property
    def unfinished(self) -> int:
        """How many pieces of work are not done yet."""
        return self._unfinished

    def submit(self, action: str, work: Callable[[], object], report: Report | None = None) -> None:
        """Has a piece of work done soon, after all that came before.

        Args:
            action: What it does, to complete "autolog failed while ...".
            work: Does it. Where it imports modules, it does so inside `fork_gate.importing()`.
            report: Called with the action and the error, if it fails.
        """
        if self._gathered.pieces is None:
            self._begin([(action, work, report)])
        else:
            self._gathered.pieces.append((action, work, report))

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Has what this thread submits within the block begun at its end.

        To wake another thread takes a tenth of a millisecond, and then it is in the way of this one
        whenever that lets go of the GIL.
        """
        if self._gathered.pieces is not None:
            yield
            return
        self._gathered.pieces = []
        try:
            yield
        finally:
            self._let_go()

    def _let_go(self) -> None:
        pieces, self._gathered.pieces = self._gathered.pieces, None
        if pieces:
            self._begin(pieces)

    def _begin(self, pieces: list[_Piece]) -> None:
        with self._changed:
            self._waiting.extend(pieces)
            self._unfinished += len(pieces)
            self._changed.notify_all()
        self._be_waited_for()
        self._start()

    def wait(self, timeout: float | None = None) -> bool:
        """Waits until everything that was submitted is done.

        Args:
            timeout: Seconds to wait at most; for ever if it is left out.

        Returns:
            Whether it is.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        self._let_go()
        self._start()
        with self._changed:
            while self._unfinished:
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    return False
                self._changed.wait(left)
        return True

    def _be_waited_for(self) -> None:
        """Has the end of a process of `multiprocessing` wait, since no exit handler runs there."""
        processes = sys.modules.get("multiprocessing.process")
        if self._is_waited_for or processes is None or processes.parent_process() is None:
            return
        self._is_waited_for = True
        from multiprocessing.util import Finalize

        Finalize(None, self.wait, args=(_SECONDS_AT_EXIT,), exitpriority=0)

    def _start(self) -> None:
        with self._changed:
            if self._is_running or not self._waiting:
                return
            self._is_running = True
        thread = threading.Thread(target=self._run, name="autolog-background", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the interpreter is too far gone for a thread
            self._run()

    def _run(self) -> None:
        try:
            self._work()
        except BaseException:  # a failure of our own, which tests are to see
            with self._changed:
                self._is_running = False
            self._start()
            raise

    def _work(self) -> None:
        while (piece := self._next()) is not None:
            action, work, report = piece
            try:
                with guard(action, report):
                    work()
            finally:
                with self._changed:
                    self._unfinished -= 1
                    self._changed.notify_all()

    def _next(self) -> _Piece | None:
        with self._changed:
            if not self._waiting:
                self._changed.wait(_IDLE_SECONDS)
            if self._waiting:
                return self._waiting.popleft()
            self._is_running = False
            return None
