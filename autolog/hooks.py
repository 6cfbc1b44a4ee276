"""A hook around one call becomes a recording: a run used or opened, and ended with the call."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol

import msgspec

from autolog.capture.model.flavor import Flavor  # noqa: TC001 - msgspec reads the annotations
from autolog.config.sources import switched_off
from autolog.context import SILENT, Scope, current_scope, last_recorded, scope
from autolog.errors import IntegrationError
from autolog.events import Status
from autolog.guard import guard
from autolog.patching.call import Call
from autolog.patching.target import Target
from autolog.recording.automatic import AutomaticRun
from autolog.recording.run import Run

if TYPE_CHECKING:
    from autolog.config.settings import Settings

HookSteps = Generator[None, Any, None]
"""What a hook is made of: work before its `yield`, and after it with the call's result."""

Hook = Callable[[Call, Run], HookSteps]
"""A generator function: runs up to its one `yield` before the user's function is called."""


class Patch(msgspec.Struct, frozen=True):
    """A function to patch, and what to record around its calls.

    Attributes:
        target: Where it is: `module:function`, `module:Class.method`, or `module:Class.method+`
            for the class with all its subclasses.
        hook: The generator function that describes a call.
        run: `managed`: the outermost call uses or opens a run. `attached`: the hook runs only
            inside a recorded call of the same integration, with its run. `child`: inside a
            recorded call it opens a child of that call's run; elsewhere it is managed.
        when: Decides by the call whether it is to be recorded. A call that is not stays silent
            with everything that is nested in it.
    """

    target: str
    hook: Hook
    run: Literal["managed", "attached", "child"] = "managed"
    when: Callable[[Call], bool] | None = None


class Integration(msgspec.Struct, frozen=True):
    """The plugin for one library: a value, found by its entry point.

    Attributes:
        patches: What to patch.
        options: The frozen dataclass of the options that only this integration understands; it
            also stands as `Options` in a module `options` of the same package, which imports
            nothing of the library.
        records: What is recorded, as pairs of a kind (`params`, `metrics`, `tags`, ...) and a
            text, for the documentation.
        flavors: Write the library's models, and read them back.
    """

    patches: tuple[Patch, ...]
    options: type | None = None
    records: tuple[tuple[str, str], ...] = ()
    flavors: tuple[Flavor, ...] = ()


class RecordingSession(Protocol):
    """What a recorder asks of the session."""

    def settings(self, library: str) -> Settings:
        """The options in force for a library."""
        ...

    def options(self, library: str) -> Any:
        """The integration's own options, as an instance of its dataclass."""
        ...

    def start_run(self, name: str, library: str, parent: Run | None) -> Run:
        """Opens a run for a recorded call."""
        ...

    def end_run(
        self,
        run: Run,
        status: Status,
        error: BaseException | None = None,
        *,
        time_ns: int | None = None,
    ) -> None:
        """Ends a run that `start_run` opened, now or at an earlier time."""
        ...


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

    def __call__(
        self, wrapped: Any, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Recording | None:
        """Takes one call of the patched function; `None` lets it pass."""
        around = current_scope()
        if self._passes(around) or switched_off() or self.session.settings(self.library).disable:
            return None
        if instance is None and self._of_class:
            if not args:
                return None  # `Class.method()`, which the original refuses
            instance = args[0]  # called as Class.method(instance, ...)
        call = Call(wrapped, instance, args, kwargs)
        recording = Recording(self, call, around)
        try:
            with guard(f"starting to record {_name(call)}"):
                recording.start()
        except BaseException as error:  # Ctrl-C: the call is not made, and nothing stays silent
            recording.raised(error)
            raise
        return recording

    def _passes(self, around: Scope) -> bool:
        """Whether a call in this scope is none of the patch's business."""
        if self.patch.run == "managed":
            return around.recorded_by is not None
        if self.patch.run == "attached":
            return around.recorded_by != self.library
        return around.recorded_by == SILENT


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
        "_owned",
        "_recorded",
        "_recorder",
        "_run",
        "_steps",
        "_token",
    )

    def __init__(self, recorder: Recorder, call: Call, around: Scope) -> None:
        self._recorder = recorder
        self._call = call
        self._around = around
        self._run: Run | None = None
        self._owned = False
        self._recorded: AutomaticRun | None = None
        self._steps: HookSteps | None = None
        self._called = 0.0
        # First of all silence: whatever fails from here on, nested calls open no runs.
        self._token = scope.set(Scope(around.run, SILENT))

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
        if patch.when is not None and not patch.when(call):
            return
        run = self._find_run(settings)
        if run is None:
            return
        self._run = run
        scope.set(Scope(run, recorder.library))
        self._recorded = AutomaticRun(run, settings)
        self._steps = patch.hook(call, self._recorded)
        with guard(f"looking at the arguments of {_name(call)}", run.note_failure) as attempt:
            next(self._steps)
        if attempt.failed:
            self._steps = None
            call.restore()
        self._called = time.perf_counter()

    def returned(self, result: object) -> None:
        """Lets the hook go on with the result, and ends the run when the call had ended."""
        time_ns = None if self._run is None else self._run.now()
        try:
            self._settle()
            if self._steps is not None and self._run is not None:
                with guard(f"looking at the result of {_name(self._call)}", self._run.note_failure):
                    self._finish(self._steps, result)
        finally:
            self._end(Status.FINISHED, time_ns=time_ns)

    def raised(self, error: BaseException) -> None:
        """Ends the run with the error of the user's function."""
        try:
            self._settle()
            if self._steps is not None:
                with guard(f"leaving the hook of {_name(self._call)}"):
                    self._steps.close()
        finally:
            self._end(Status.FAILED, error)

    def _find_run(self, settings: Settings) -> Run | None:
        """The run to record into; `None` where the user wants none."""
        session, library = self._recorder.session, self._recorder.library
        enclosing = self._around.run
        if self._recorder.patch.run == "attached":
            return enclosing
        is_nested = self._around.recorded_by is not None
        if enclosing is not None and not is_nested:
            if settings.exclusive:
                return None
            if enclosing.claim():
                return enclosing
        self._owned = True
        name = settings.run_name if settings.run_name and not is_nested else _name(self._call)
        return session.start_run(name, library, enclosing)

    def _settle(self) -> None:
        """Lets nothing of ours look at the user's data any longer."""
        if self._recorded is not None:
            self._recorded.settle(time.perf_counter() - self._called)

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
            if self._around.recorded_by is None:
                last_recorded.set(self._run)


def _name(call: Call) -> str:
    """What a run of this call is called: the estimator's class, or the function."""
    if call.instance is not None:
        return type(call.instance).__name__
    return str(getattr(call.function, "__name__", call.function))
