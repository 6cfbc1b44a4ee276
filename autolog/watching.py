"""Trainings that no call surrounds: what an integration learns from a library's own hooks.

A loop that the user has written himself is no call that could be patched. The integration watches
what such a loop calls over and over, at the cost of a fraction of a microsecond each time, and
opens a run when it knows that a training has begun.
"""

from __future__ import annotations

import functools
import weakref
from functools import partial
from typing import TYPE_CHECKING, Any

from autolog.config.sources import switched_off
from autolog.context import SILENT, Scope, current_scope, last_recorded, scope
from autolog.guard import guard
from autolog.patching.classes import delete_from, set_on
from autolog.patching.wrapper import skipped_by_warnings
from autolog.recording.automatic import AutomaticRun
from autolog.recording.opening import run_of_training

if TYPE_CHECKING:
    from collections.abc import Callable

    from autolog.recording.object_runs import ObjectRun
    from autolog.recording.recording_session import RecordingSession
    from autolog.recording.run import Run


class WatchedRun:
    """The run of a training that is watched.

    Args:
        run: The run; obeys the user's options.
        held: What ends it.

    Attributes:
        run: The run; obeys the user's options.
    """

    __slots__ = ("_held", "run")

    def __init__(self, run: AutomaticRun, held: ObjectRun) -> None:
        self.run = run
        self._held = held

    def reached(self, time_ns: int) -> None:
        """Notes when the training was last seen: its run ends with that, however late it is told.

        Args:
            time_ns: Nanoseconds since the epoch.
        """
        self._held.time_ns = time_ns

    def touch(self) -> None:
        """Makes it the run that logging outside of any block means."""
        last_recorded.set(self.run)


class Watch:
    """What an integration may ask for while it is active.

    Args:
        library: The integration's name.
        session: Opens and ends runs, and knows the options.
    """

    around: Callable[[], Scope | None] = staticmethod(scope.get)
    """Tells by one cheap call what surrounds the running code: the same object as long as it is
    the same block."""

    def __init__(self, library: str, session: RecordingSession) -> None:
        self.library = library
        self._session = session
        self._undo: list[Callable[[], object]] = []

    @property
    def options(self) -> Any:
        """The integration's own options, as they are set now."""
        return self._session.options(self.library)

    @property
    def is_on(self) -> bool:
        """Whether the library is to be recorded, and no recorded call is around the code."""
        if current_scope().recorded_by is not None or switched_off():
            return False
        return not self._session.settings(self.library).disable

    def replace(
        self, owner: Any, name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]
    ) -> None:
        """Puts a plain function in the place of one that is called too often for a patch.

        It has to call the original itself, with the same arguments, and to let nothing of its own
        reach the caller.

        Args:
            owner: The module or class.
            name: The function's name in it; one that a class has inherited is put beside it.
            make: Makes the function, given the original.
        """
        original = getattr(owner, name)
        function = skipped_by_warnings(functools.wraps(original)(make(original)))
        before = original if name in vars(owner) else None
        set_on(owner, name, function)
        # a class is not kept alive by this
        self.until_the_end(partial(_put_back, weakref.ref(owner), name, function, before))

    def until_the_end(self, undo: Callable[[], object]) -> None:
        """Has something taken back when recording stops: a hook of the library's, say."""
        self._undo.append(undo)

    def open_run(
        self, instance: object, name: str, finish: Callable[[Any], None], write: Callable[[], None]
    ) -> WatchedRun | None:
        """Uses or opens the run of a training.

        It ends when the object is gone, with the block of the user's run around it, with the
        script, or by `end_run`.

        Args:
            instance: What is trained; held weakly.
            name: What the run is called.
            finish: Completes the run before it ends; called with the object, or `None` if it is
                gone. What it calls is not recorded.
            write: Records what is not recorded yet; called before somebody reads the run.

        Returns:
            The run; `None` where nothing is to be recorded.
        """
        if not self.is_on:
            return None
        session, settings = self._session, self._session.settings(self.library)
        enclosing = current_scope().run
        session.objects.let_go(instance)
        run, owned = run_of_training(session, settings, self.library, name, enclosing)
        if run is None:
            return None
        held = session.objects.for_object(instance, run, owned=owned, enclosing=enclosing)
        held.finish = partial(_silently, run, finish)
        held.write = write
        watched = WatchedRun(AutomaticRun(run, settings, self.library), held)
        watched.touch()
        return watched

    def end_run(self, instance: object) -> None:
        """Ends the run of a training."""
        self._session.objects.let_go(instance)

    def active_run(self) -> AutomaticRun | None:
        """The run that logging means now, obeying the user's options; `None` if there is none."""
        run = current_scope().run or last_recorded.get()
        if run is None or not self._session.owns(run):
            return None
        return AutomaticRun(run, self._session.settings(self.library), self.library)

    def close(self) -> None:
        """Takes everything back."""
        while self._undo:
            with guard(f"leaving {self.library}"):
                self._undo.pop()()


def _put_back(reference: Callable[[], Any], name: str, function: object, original: object) -> None:
    """Restores what was there, unless somebody has put something else there since."""
    owner = reference()
    if owner is None or vars(owner).get(name) is not function:
        return
    if original is None:
        delete_from(owner, name)
    else:
        set_on(owner, name, original)


def _silently(run: Run, finish: Callable[[Any], None], instance: object) -> None:
    token = scope.set(Scope(run, SILENT))
    try:
        finish(instance)
    finally:
        scope.reset(token)
