"""What a fixture of wider scope trains is of no single test: it has a run of its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from autolog import context
from autolog.context import Scope
from autolog.events import Status
from autolog.guard import guard
from autolog.pytest_plugin.hooks import Hooks
from autolog.pytest_plugin.runs.marker import wishes_of
from autolog.pytest_plugin.runs.surroundings import nothing_is_recorded, surrounded_by
from autolog.recording.waiting_run import WaitingRun

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from autolog.pytest_plugin.runs.recording import Recording
    from autolog.recording.run import Run

_INNER = "_fixture_"
"""Follows the name of a function such as `setup_module` in that of pytest's fixture for it."""


class FixtureRuns(Hooks):
    """The plugin that has a run around each such fixture; it begins if anything is recorded.

    Args:
        recording: What tests are recorded into.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._set_up: dict[Any, WaitingRun] = {}
        self._around: dict[Any, Scope] = {}
        self._of_one_test: set[Any] = set()  # to ask each for its scope anew would take its time

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, object, object]:
        """Has what the fixture trains recorded into its run."""
        if fixturedef in self._of_one_test:
            return (yield)
        if fixturedef.scope == "function":
            self._of_one_test.add(fixturedef)
            return (yield)
        wishes = wishes_of(request.node)
        if not wishes.enabled:
            self._set_up.pop(fixturedef, None)
            with nothing_is_recorded():
                return (yield)
        # what is added first comes last, after all that the fixture itself does at its end
        fixturedef.addfinalizer(partial(self._leave, fixturedef))
        begun = time.perf_counter()
        tags = {"pytest.kind": "fixture", "pytest.scope": fixturedef.scope, **wishes.tags}
        run = WaitingRun(partial(self._begin, _name(fixturedef, request), tags))
        self._set_up[fixturedef] = run
        error: BaseException | None = None
        try:
            with surrounded_by(run):
                result = yield
        except BaseException as raised:
            error = raised
            raise
        finally:
            with guard("ending the run of a fixture"):
                self._end(run, time.perf_counter() - begun, error)
        fixturedef.addfinalizer(partial(self._enter, fixturedef))
        return result

    def used_by(self, item: pytest.Item) -> dict[str, str]:
        """The runs of the fixtures that a test uses, as tags of the test's run."""
        uses = _uses_of(item)
        return {
            f"pytest.fixture.{_plain(fixturedef.argname)}": run.run_id
            for fixturedef, run in self._set_up.items()
            if run.has_begun and uses(fixturedef)
        }

    def _enter(self, fixturedef: pytest.FixtureDef[Any]) -> None:
        run = self._set_up.get(fixturedef)
        if run is not None:
            self._around[fixturedef], context.outside = context.outside, Scope(run)

    def _leave(self, fixturedef: pytest.FixtureDef[Any]) -> None:
        around = self._around.pop(fixturedef, None)
        if around is not None:
            context.outside = around
        run = self._set_up.get(fixturedef)  # the last test that uses it is to name it yet
        if run is not None and not run.ended:
            with guard("ending the run of a fixture"):
                self._end(run)

    def _begin(self, name: str, tags: Mapping[str, object], known_id: str | None) -> Run:
        session = self._recording.session()
        if known_id is not None:
            return session.joined_run(known_id)
        run = session.start_run(name, None, self._recording.parent(session))
        session.recorded.started = run
        run.set_tags(tags)
        return run

    def _end(
        self, run: WaitingRun, duration: float | None = None, error: BaseException | None = None
    ) -> None:
        if run.ended:
            return
        if duration is not None:
            run.log_metrics({"pytest.duration_seconds": duration})
        failure = None if isinstance(error, pytest.skip.Exception) else error
        status = Status.FINISHED if failure is None else Status.FAILED
        self._recording.session().end_run(run, status, failure)


def _uses_of(item: pytest.Item) -> Callable[[Any], bool]:
    """Tells whether a test uses a fixture."""
    # no public name, but the one place that knows of `request.getfixturevalue` too
    asked = getattr(getattr(item, "_request", None), "_fixture_defs", None)
    if isinstance(asked, dict):
        return list(asked.values()).__contains__
    names = set(getattr(item, "fixturenames", ()))
    return lambda fixturedef: (
        fixturedef.argname in names and item.nodeid.startswith(fixturedef.baseid)
    )


def _name(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> str:
    name = _plain(fixturedef.argname)
    if hasattr(request, "param"):
        from autolog.pytest_plugin.runs.facts import parameter_text

        place = getattr(request, "param_index", 0)
        ids = getattr(fixturedef, "ids", None)
        own = ids[place] if isinstance(ids, Sequence) and place < len(ids) else None
        text = own if isinstance(own, str) else parameter_text(request.param, str(place))
        name += f"[{text}]"
    return f"{fixturedef.baseid}::{name}" if fixturedef.baseid else name


def _plain(name: str) -> str:
    """The name of a function such as `setup_module`, where pytest has made a fixture of it."""
    outer, _, _ = name.partition(_INNER)
    return outer.removeprefix("_xunit_").removeprefix("_unittest_") if _INNER in name else name
