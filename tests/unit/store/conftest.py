"""What the tests of the store share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autolog.sinks.base import Batch
from autolog.sinks.sqlite import open_sink
from autolog.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from autolog.events import Event


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., None]:
    """Writes events into the store, as the delivery would."""
    journals = iter(range(1000))

    def write(*events: Event) -> None:
        sink = open_sink("sqlite:", tmp_path)
        sink.write(Batch(f"journal-{next(journals)}", events, tuple(range(len(events))), 10**6))
        sink.close()

    return write


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs.db")
