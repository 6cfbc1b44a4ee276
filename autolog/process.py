"""The one session of this process: its beginning, its forks and its end. The only global."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autolog import context
from autolog.config.settings import Configuration, Source
from autolog.config.sources import from_environment, from_file, switched_off
from autolog.context import Scope, scope
from autolog.directory import directory_to_write
from autolog.events import Status
from autolog.garbage import no_collection
from autolog.guard import guard
from autolog.registry import discover, vocabulary
from autolog.session import Session
from autolog.sinks.registry import check_uri, scheme

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from autolog.delivery.backlog import Backlog
    from autolog.recording.run import Run


class _Process(msgspec.Struct):
    """What a process has of autolog.

    Attributes:
        session: Its session, from the first `autolog()` or `run()` on.
        arguments: What `autolog()` was called with since the last `disable()`.
        lock: Held while a session is made, so that threads which begin at once share one.
        closes_itself: Whether the process, one of `multiprocessing`, ends the session at its end.
    """

    session: Session | None = None
    arguments: Source = msgspec.field(default_factory=Source)
    lock: threading.RLock = msgspec.field(default_factory=threading.RLock)
    closes_itself: bool = False


_process = _Process()


def current_session() -> Session | None:
    """The session of this process, if it has one."""
    return _process.session


def ensure_session() -> Session:
    """The session of this process; a new one where it has none.

    Raises:
        ConfigurationError: The environment or a configuration file holds something unusable.
    """
    return _process.session or configure({})


def configure(arguments: Mapping[str, Any]) -> Session:
    """Applies the arguments of a call of `autolog()`, on top of those of earlier calls.

    Args:
        arguments: Options and libraries, as far as given.

    Raises:
        ConfigurationError: Something in the arguments, the environment or a configuration file
            is unusable. Nothing has changed then.
    """
    with _process.lock:
        return _configure(arguments)


def _configure(arguments: Mapping[str, Any]) -> Session:
    available = discover() if _process.session is None else _process.session.available
    names = vocabulary(available)
    given = _process.arguments.updated(names.read(arguments, "autolog()"))
    configuration = Configuration(from_file(names, Path.cwd()), from_environment(names), given)
    sinks = configuration.settings().destinations
    for uri in sinks:
        check_uri(uri)
    session = _process.session
    if session is not None and session.settings().destinations != sinks:
        _leave(uninstall())
        session = None
    if session is None:
        session = Session(directory_to_write(), configuration, available)
        session.recover()
    session.configuration = configuration
    install(session)
    _process.arguments = given
    session.channel.rejoin = partial(join_run, str(session.directory), given)
    return session


def begin_recording(arguments: Mapping[str, Any], *, below_others: bool = False) -> None:
    """Does what `autolog()` does: applies its arguments, and has libraries recorded or left alone.

    Args:
        arguments: Options and libraries, as far as given.
        below_others: Whether all runs will have a parent, so that nobody asks for the environment.

    Raises:
        ConfigurationError: See `configure`.
    """
    session = configure(arguments)
    if switched_off() or session.settings().disable:
        end_recording()
    else:
        session.record(below_others=below_others)


def end_recording() -> None:
    """Restores every patched function, and forgets what `autolog()` was called with."""
    if _process.session is not None:
        _process.session.stop_recording()
    forget_arguments()


def install(session: Session, arguments: Source | None = None) -> None:
    """Makes a session the one of this process.

    Args:
        session: The session.
        arguments: What later calls of `autolog()` add to, if not to those before.
    """
    import atexit

    atexit.unregister(_close_at_exit)
    atexit.register(_close_at_exit)
    session.channel.close_with_process = _close_with_process
    _process.session = session
    if arguments is not None:
        _process.arguments = arguments


def join_run(directory: str, arguments: Source, run_id: str) -> Run:
    """A run of another process, to be recorded into from this one; what a pickled run becomes.

    Args:
        directory: The autolog directory of that process.
        arguments: What its `autolog()` was called with.
        run_id: The run's 32 hexadecimal digits.
    """
    with _process.lock:
        session = _process.session
        if session is None:
            available = discover()
            names = vocabulary(available)
            configuration = Configuration(
                from_file(names, Path.cwd()), from_environment(names), arguments
            )
            session = Session(Path(directory), configuration, available)
            install(session)
    return session.joined_run(run_id)


def _close_with_process() -> None:
    processes = sys.modules.get("multiprocessing.process")
    if processes is None or processes.parent_process() is None or _process.closes_itself:
        return
    _process.closes_itself = True
    from multiprocessing.util import Finalize

    Finalize(None, _close_quietly, exitpriority=0)


def _close_quietly() -> None:
    with guard("ending the recording"):
        session = uninstall()
        if session is not None:
            session.close()


def uninstall() -> Session | None:
    """Leaves the process without a session, and gives back the one that it had."""
    session, _process.session = _process.session, None
    forget_arguments()
    return session


@contextmanager
def set_aside() -> Iterator[None]:
    """Has the block begin without a session; the one that is there rests, and goes on afterwards.

    What is open stays open, and is not recorded into meanwhile.
    """
    session, arguments = _process.session, _process.arguments
    was_recording = session is not None and session.is_recording
    if session is not None:
        session.stop_recording()
    uninstall()
    around, context.outside = context.outside, Scope()
    token = scope.set(None)
    try:
        yield
    finally:
        shut_down()
        scope.reset(token)
        context.outside = around
        if session is not None:
            install(session, arguments)
            if was_recording:
                session.record()


def forget_arguments() -> None:
    """Forgets what `autolog()` was called with."""
    _process.arguments = Source()


def shut_down() -> None:
    """Ends the session: everything is delivered or said to be waiting."""
    _leave(uninstall())


def _close_at_exit() -> None:
    # what collections would free is freed with the process, so that they are spared amid the last
    # deliveries and in what the interpreter does afterwards
    with guard("ending the recording"), no_collection():
        _leave(uninstall(), Status.FAILED if _died() else Status.FINISHED)


def _leave(session: Session | None, status: Status = Status.FINISHED) -> None:
    if session is not None:
        _say_goodbye(session, session.close(status))


def _died() -> bool:
    """Whether the script ends because of an exception that nobody caught."""
    if hasattr(sys, "ps1"):
        return False  # at a prompt, the last exception says nothing about the end
    return getattr(sys, "last_exc", None) is not None or hasattr(sys, "last_value")


def _say_goodbye(session: Session, backlogs: tuple[Backlog, ...]) -> None:
    """Says how many runs were recorded, and what could not be delivered."""
    recorded = session.recorded
    arrived = not backlogs or any(backlog.error is None for backlog in backlogs)
    if recorded.automatically and recorded.top_level and arrived and not session.settings().silent:
        runs = _counted(recorded.top_level, "run")
        if any(scheme(uri) == "sqlite" for uri in session.settings().sink):
            _say(f"recorded {runs} in {session.directory}; `autolog runs` shows them.")
        else:
            places = ", ".join(backlog.sink for backlog in backlogs if backlog.error is None)
            _say(f"recorded {runs} in {places or session.directory}.")
    if unfinished := session.channel.background.unfinished:
        pieces = _counted(unfinished, "description")
        _say(f"{pieces} of models and data sets could not be completed in time.")
    for backlog in backlogs:
        reason = f": {backlog.error.rstrip('.')}" if backlog.error else ""
        if backlog.waiting:
            _say(
                f"{_counted(backlog.waiting, 'record')} for the sink {backlog.sink!r} left in "
                f"{session.directory / 'journal'}{reason}. `autolog sync` delivers them."
            )
        if backlog.lost:
            _say(f"{_counted(backlog.lost, 'record')} for the sink {backlog.sink!r} lost{reason}.")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _say(sentence: str) -> None:
    if sys.stderr is not None:
        print(f"autolog: {sentence}", file=sys.stderr, flush=True)  # noqa: T201 - for the user


def _after_fork_in_child() -> None:
    _process.lock = threading.RLock()
    _process.closes_itself = False
    if _process.session is not None:
        _process.session.after_fork()


os.register_at_fork(after_in_child=_after_fork_in_child)
