"""A run around a block of code or a function of the user's."""

from __future__ import annotations

import functools
import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import msgspec

from autolog.context import Scope, current_scope, scope
from autolog.events import Status
from autolog.process import ensure_session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextvars import Token
    from types import TracebackType

    from autolog.recording.run import Run
    from autolog.session import Session

P = ParamSpec("P")
R = TypeVar("R")


class _Open(msgspec.Struct, frozen=True):
    """A block that is under way."""

    session: Session
    run: Run
    token: Token[Scope | None]


class RunScope:
    """What `autolog.run(...)` gives: a context manager and decorator; may be entered again.

    Args:
        name: The run's name.
        experiment: The experiment that it belongs to.
        tags: Tags to set at once.
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        experiment: str | None = None,
        tags: Mapping[str, object] | None = None,
    ) -> None:
        self._name = name
        self._experiment = experiment
        self._tags = tags
        self._blocks: list[_Open] = []

    def __enter__(self) -> Run:
        session = ensure_session()
        around = current_scope()
        run = session.start_run(
            self._name or script_name(), None, around.run, experiment=self._experiment
        )
        if self._tags:
            run.set_tags(self._tags)
        session.carry_scopes()
        token = scope.set(Scope(run, around.recorded_by))
        self._blocks.append(_Open(session, run, token))
        return run

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        block = self._blocks.pop()
        scope.reset(block.token)
        if error is None or (isinstance(error, SystemExit) and not error.code):
            block.session.end_run(block.run, Status.FINISHED)
        else:
            block.session.end_run(block.run, Status.FAILED, error)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Makes every call of a function a run; of a coroutine function too.

        Raises:
            TypeError: It is a generator function, whose body runs in pieces, amid other code.
        """
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise TypeError(
                f"autolog.run cannot decorate the generator function {function.__qualname__}: "
                "decorate the function that consumes it"
            )
        name = self._name or getattr(function, "__name__", None)

        def block() -> RunScope:
            return RunScope(name, experiment=self._experiment, tags=self._tags)

        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def recorded_coroutine(*args: Any, **kwargs: Any) -> Any:
                with block():
                    return await function(*args, **kwargs)

            return recorded_coroutine  # type: ignore[return-value]

        @functools.wraps(function)
        def recorded(*args: P.args, **kwargs: P.kwargs) -> R:
            with block():
                return function(*args, **kwargs)

        return recorded


def open_run(
    name: str | None = None,
    *,
    experiment: str | None = None,
    tags: Mapping[str, object] | None = None,
) -> Run:
    """Opens a run for an object of the user's that holds it, such as a logger; `end_run` ends it.

    Args:
        name: The run's name; by default the script's.
        experiment: The experiment that it belongs to; by default the parent's, or the configured.
        tags: Tags to set at once.
    """
    run = ensure_session().start_run(
        name or script_name(), None, current_scope().run, experiment=experiment
    )
    if tags:
        run.set_tags(tags)
    return run


def end_run(run: Run, *, failed: bool = False) -> None:
    """Ends a run of `open_run`; a second call changes nothing.

    Args:
        run: The run.
        failed: Whether what it was opened for has failed.
    """
    ensure_session().end_run(run, Status.FAILED if failed else Status.FINISHED)


def script_name() -> str:
    """What a run is called that nobody named: the script without its ending."""
    script = sys.argv[0] if sys.argv else ""
    return Path(script).stem or "interactive"
