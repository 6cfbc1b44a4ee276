"""A hook around one call becomes a recording: a run used or opened, and ended with the call."""

from __future__ import annotations

import time
from functools import cached_property, partial
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from autolog.capture.warned import WarningsSeen
from autolog.config.sources import switched_off
from autolog.context import SILENT, Scope, current_scope, last_recorded, scope
from autolog.errors import IntegrationError
from autolog.events import Status
from autolog.fork_gate import fork_gate
from autolog.garbage import no_collection
from autolog.guard import guard
from autolog.patching.call import Call
from autolog.patching.target import Target
from autolog.recording.automatic import AutomaticRun
from autolog.recording.opening import run_of_training

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.config.settings import Settings
    from autolog.patch import HookSteps, Patch
    from autolog.recording.object_runs import ObjectRun
    from autolog.recording.recording_session import RecordingSession
    from autolog.recording.run import Run


_WITHOUT_RUN = frozenset({"aside", "none"})


class Recorder:
    """Intercepts the calls of one patch.

    Args:
        library: The integration's name.
        patch: The patch.
        session: Opens and ends runs, and knows the options.
    """

    def __init__(self, library: str, patch: Patch, session: RecordingSession) -> None:
        self.library = library
        self.patch = patch
        self.session = session
        self._of_class = bool(Target.parse(patch.target).owner)

    @cached_property
    def hook(self) -> Any:
        """The patch's hook, imported if it was only named."""
        return _imported(self.patch.hook)

    def passes(self) -> bool:
        """Whether calls in this scope are none of the patch's business."""
        recorded_by = current_scope().recorded_by
        if self.patch.run == "attached":
            return recorded_by != self.library
        if self.patch.run == "child":
            return recorded_by == SILENT
        return recorded_by is not None

    def __call__(
        self, wrapped: Any, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Recording | None:
        """Takes one call of the patched function; `None` lets it pass."""
        if switched_off() or self.session.settings(self.library).disable:
            return None
        if instance is None and self._of_class:
            if not args:
                return None  # `Class.method()`, which the original refuses
            instance = args[0]  # called as Class.method(instance, ...)
        if self._is_of_library_left_alone(instance):
            return None
        call = Call(wrapped, instance, args, kwargs)
        if self.patch.run in _WITHOUT_RUN and not self._is_wanted(call):
            return None
        recording = Recording(self, call, current_scope())
        try:
            with guard(f"starting to record {_name(call)}"):
                recording.start()
        except BaseException as error:  # Ctrl-C: the call is not made, and nothing stays silent
            recording.raised(error)
            raise
        return recording

    def _is_of_library_left_alone(self, instance: object) -> bool:
        """Whether it is of a library that is switched off, and only derived from this one's."""
        if instance is None:
            return False
        for ancestor in type(instance).__mro__:
            library = str(ancestor.__module__).partition(".")[0]
            if library == self.library:
                return False
            if self.session.settings(library).disable:
                return True
        return False

    def _is_wanted(self, call: Call) -> bool:
        when = self.patch.when
        with guard(f"looking at a call of {_name(call)}"):
            return when is None or when(call)
        return False


class Recording:
    """One call while it is being recorded.

    Args:
        recorder: What intercepted it.
        call: The call; the hook may change its arguments.
        around: The scope that it was made in.
    """

    __slots__ = (
        "_around",
        "_call",
        "_called",
        "_held",
        "_owned",
        "_recorded",
        "_recorder",
        "_run",
        "_seen",
        "_steps",
        "_token",
    )

    def __init__(self, recorder: Recorder, call: Call, around: Scope) -> None:
        self._recorder = recorder
        self._call = call
        self._around = around
        self._run: Run | None = None
        self._owned = False
        self._held: ObjectRun | None = None
        self._seen: WarningsSeen | None = None
        self._recorded: AutomaticRun | None = None
        self._steps: HookSteps | None = None
        self._called = 0.0
        # First of all silence: whatever fails from here on, nested calls open no runs.
        is_aside = recorder.patch.run == "aside"
        self._token = scope.set(around if is_aside else Scope(around.run, SILENT))

    @property
    def args(self) -> tuple[Any, ...]:
        """The positional arguments for the original."""
        return self._call.args

    @property
    def kwargs(self) -> Mapping[str, Any]:
        """The keyword arguments for the original."""
        return self._call.kwargs

    def start(self) -> None:
        """Finds or opens the run, and lets the hook work up to its `yield`."""
        recorder, call = self._recorder, self._call
        session, patch = recorder.session, recorder.patch
        settings = session.settings(recorder.library)
        call.options = session.options(recorder.library)
        hook = recorder.hook
        if patch.run in _WITHOUT_RUN:
            self._begin(hook(call, self._resume))
            return
        if patch.when is not None and not patch.when(call):
            return
        run = self._find_run(settings)
        if run is None:
            return
        scope.set(Scope(run, recorder.library))
        self._begin(hook(call, self._recorded_into(run)))
        if self._around.recorded_by is None:
            seen = WarningsSeen() if self._held is None else self._held.seen
            self._seen = seen.__enter__()

    def _begin(self, steps: HookSteps) -> None:
        self._steps = steps
        with guard(f"looking at the arguments of {_name(self._call)}", self._note) as attempt:
            next(steps)
        if attempt.failed:
            self._steps = None
            self._call.restore()
        self._called = time.perf_counter()

    def _resume(self, run: Run) -> Run | None:
        session = self._recorder.session
        return self._recorded_into(run) if session.owns(run) else None

    def _recorded_into(self, run: Run) -> Run:
        self._run = run
        settings = self._recorder.session.settings(self._recorder.library)
        self._recorded = AutomaticRun(run, settings, self._recorder.library)
        return self._recorded

    def _note(self, action: str, error: BaseException) -> None:
        if self._run is not None:
            self._run.note_failure(action, error)

    def returned(self, result: object) -> None:
        """Lets the hook go on with the result, and ends the run when the call had ended."""
        time_ns = None if self._run is None else self._run.now()
        with self._recorder.session.background.gathered():
            try:
                self._settle()
                if self._steps is not None:
                    with guard(f"looking at the result of {_name(self._call)}", self._note):
                        self._finish(self._steps, result)
            finally:
                failure = self._call.failure
                status = Status.FINISHED if failure is None else Status.FAILED
                self._end(status, failure, time_ns=time_ns)

    def raised(self, error: BaseException) -> None:
        """Ends the run with the error of the user's function."""
        try:
            self._settle()
            if self._steps is not None:
                with guard(f"leaving the hook of {_name(self._call)}"):
                    self._steps.close()
        finally:
            self._end(Status.FAILED, self._call.failure or error)

    def _find_run(self, settings: Settings) -> Run | None:
        """The run to record into; `None` where the user wants none."""
        if self._recorder.patch.run == "attached":
            return self._around.run
        if self._recorder.patch.run == "object":
            return self._find_run_of_object(settings)
        self._recorder.session.objects.let_go(self._call.instance)
        return self._find_earlier_run() or self._use_or_open_run(settings)

    def _find_earlier_run(self) -> Run | None:
        """The run that the call goes on with, if it belongs to an earlier one."""
        session, patch = self._recorder.session, self._recorder.patch
        if patch.continues is None:
            return None
        found = _imported(patch.continues)(self._call, session.run_of_file)
        if isinstance(found, str):
            run, self._owned = session.reopen_run(found)
            return run
        return found if found is not None and session.owns(found) else None

    def _use_or_open_run(self, settings: Settings) -> Run | None:
        session, library = self._recorder.session, self._recorder.library
        name, enclosing = self._name_of_run(), self._around.run
        if self._around.recorded_by is not None:
            self._owned = True
            return session.start_run(name, library, enclosing)
        run, self._owned = run_of_training(session, settings, library, name, enclosing)
        return run

    def _name_of_run(self) -> str:
        parameter = self._recorder.patch.named_after
        named_after = None if parameter is None else self._call.get(parameter)
        return _name(self._call) if named_after is None else type(named_after).__name__

    def _find_run_of_object(self, settings: Settings) -> Run | None:
        objects, instance = self._recorder.session.objects, self._call.instance
        held = objects.find(instance, self._around.run)
        if held is None:
            run = self._use_or_open_run(settings)
            if run is None:
                return None
            try:
                held = objects.for_object(
                    instance, run, owned=self._owned, enclosing=self._around.run
                )
            except TypeError:  # it cannot be held weakly, so that each of its calls has a run
                return run
            self._owned = False
            if self._recorder.patch.finish is not None:
                held.finish = partial(_complete, self._recorder, run, held.memory)
        self._held = held
        self._call.memory = held.memory
        return held.run

    def _settle(self) -> None:
        """Lets nothing of ours look at the user's data any longer."""
        if self._seen is not None:
            self._seen.__exit__()
        if self._recorded is not None:
            self._recorded.settle(time.perf_counter() - self._called)
            if self._seen is not None and self._seen.changed:
                described = self._seen.described()
                self._recorded.set_tags({f"warnings.{kind}": described[kind] for kind in described})

    def _finish(self, steps: HookSteps, result: object) -> None:
        try:
            steps.send(result)
        except StopIteration:
            return
        steps.close()
        raise IntegrationError(
            f"the hook of {self._recorder.patch.target} yields more than once; a hook yields once"
        )

    def _end(
        self, status: Status, error: BaseException | None = None, *, time_ns: int | None = None
    ) -> None:
        scope.reset(self._token)
        if self._owned and self._run is not None:
            with guard(f"ending the run of {_name(self._call)}"):
                self._recorder.session.end_run(self._run, status, error, time_ns=time_ns)
        if self._held is not None:
            self._held.time_ns = self._held.run.now() if time_ns is None else time_ns
            if error is not None:
                with guard(f"ending the run of {_name(self._call)}"):
                    self._recorder.session.objects.let_go(self._call.instance, status, error)
        is_automatic = self._owned or (self._held is not None and self._held.owned)
        if self._run is not None and self._around.recorded_by is None:
            if is_automatic:
                last_recorded.set(self._run)
            self._recorder.session.call_recorded(self._run)


def _imported(function: Any) -> Any:
    if not isinstance(function, str):
        return function
    with no_collection(), fork_gate.importing():
        return resolve_name(function)


def _complete(recorder: Recorder, run: Run, memory: dict[str, Any], instance: object) -> None:
    """Lets the integration complete the run of an object; what it calls is not recorded."""
    recorded = AutomaticRun(run, recorder.session.settings(recorder.library), recorder.library)
    token = scope.set(Scope(run, SILENT))
    try:
        finish = _imported(recorder.patch.finish)
        if finish is not None:
            finish(instance, recorded, memory)
    finally:
        scope.reset(token)


def _name(call: Call) -> str:
    """What a run of this call is called: the estimator's class, or the function."""
    if call.instance is not None:
        return type(call.instance).__name__
    return str(getattr(call.function, "__name__", call.function))
