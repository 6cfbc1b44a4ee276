"""pytest-xdist: the controller has the run of the session, which its workers join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from autolog.pytest_plugin.hooks import Hooks

if TYPE_CHECKING:
    from autolog.pytest_plugin.runs.session_run import SessionRun

_KEY = "autolog"


class Told(msgspec.Struct, frozen=True):
    """What a controller tells its workers of the run of the session.

    Attributes:
        run_id: Its id.
        name: Its name.
        experiment: The experiment that it belongs to, if it has begun.
        started: When it began, in nanoseconds since the epoch.
        destinations: The URIs of the sinks that know it, if it has begun.
    """

    run_id: str
    name: str
    experiment: str | None
    started: int
    destinations: tuple[str, ...] | None


class Workers(Hooks):
    """The plugin that tells each worker of the run of the session before it starts.

    Args:
        session_run: The run of the session.
    """

    def __init__(self, session_run: SessionRun) -> None:
        self._session_run = session_run

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tells a worker, as often as one is started, also in the place of one that crashed."""
        node.workerinput[_KEY] = msgspec.to_builtins(self._session_run.told())


def told_by_controller(config: pytest.Config) -> Told | None:
    """What the controller has told; None in a process that is no worker.

    Args:
        config: The configuration of pytest.
    """
    told = getattr(config, "workerinput", {}).get(_KEY)
    return None if told is None else msgspec.convert(told, Told)
