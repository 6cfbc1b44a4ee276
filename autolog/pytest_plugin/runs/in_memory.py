"""Without `--autolog`, a test that asks for its run is recorded into memory."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from autolog.context import current_scope
from autolog.guard import strict
from autolog.pytest_plugin.runs.attempts import Attempt
from autolog.pytest_plugin.runs.recording import Recording, keep_recording, recording_of

if TYPE_CHECKING:
    import pytest


def attempt_for(request: pytest.FixtureRequest) -> Attempt:
    """The attempt at the test that a fixture was asked for by.

    Args:
        request: What the fixture was asked by.
    """
    item: pytest.Item = request.node
    recording = recording_of(item.config)
    if recording is None:
        recording = Recording()
        keep_recording(item.config, recording)
    return recording.attempt_at(item) or _recorded_into_memory(item, recording)


def _recorded_into_memory(item: pytest.Item, recording: Recording) -> Attempt:
    from autolog.testing.capturing import record

    if current_scope().recorded_by is not None:  # by `autolog_off`
        return Attempt(item, recording, enabled=False)
    attempt = Attempt(item, recording)
    block = ExitStack()
    block.enter_context(record(strict=strict()))
    attempt.at_the_end(block.close)
    attempt.surround()
    return attempt
