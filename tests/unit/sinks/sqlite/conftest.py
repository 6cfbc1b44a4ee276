"""What the tests of the SQLite sink share."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from autolog.sinks.base import Batch
from autolog.sinks.sqlite import open_sink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from autolog.events import Event
    from autolog.sinks.base import Sink


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs.db"


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    opened = open_sink("sqlite:", tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def batch() -> Callable[..., Batch]:
    def make(*events: Event, journal: str = "journal", first: int = 0) -> Batch:
        positions = tuple(range(first, first + len(events)))
        return Batch(journal, events, positions, first + len(events))

    return make


@pytest.fixture
def rows(path: Path) -> Callable[..., list[tuple[object, ...]]]:
    def select(statement: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(statement, parameters).fetchall()

    return select
