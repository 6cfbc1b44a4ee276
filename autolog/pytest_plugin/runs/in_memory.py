"""Without `--autolog`, a test that asks for its run is recorded into memory."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from autolog.context import current_scope
from autolog.guard import strict
from autolog.pytest_plugin.runs.attempts import Attempt, Reporter, attempt_of

if TYPE_CHECKING:
    import pytest

_REPORTER = "autolog-reporter"


def attempt_for(request: pytest.FixtureRequest) -> Attempt:
    """The attempt at the test that a fixture was asked for by.

    Args:
        request: What the fixture was asked by.
    """
    item: pytest.Item = request.node
    return attempt_of(item) or _recorded_into_memory(item)


def _recorded_into_memory(item: pytest.Item) -> Attempt:
    from autolog.pytest_plugin.runs.recording import Recording
    from autolog.testing.capturing import record

    plugins = item.config.pluginmanager
    if not plugins.has_plugin(_REPORTER):
        plugins.register(Reporter(), _REPORTER)
    if current_scope().recorded_by is not None:  # by `autolog_off`
        return Attempt(item, Recording(), enabled=False)
    attempt = Attempt(item, Recording())
    block = ExitStack()
    block.enter_context(record(strict=strict()))
    attempt.at_the_end(block.close)
    attempt.surround()
    return attempt
