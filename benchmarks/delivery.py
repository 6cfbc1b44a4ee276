"""A full journal of metrics on its way into a sink, and the same rows into SQLite without it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from time import perf_counter
from typing import TYPE_CHECKING
from uuid import uuid4

from autolog.delivery.consumer import Consumer
from autolog.delivery.feed import Source
from autolog.delivery.writer import Writer
from autolog.events import MetricsLogged, RunStarted
from autolog.sinks.registry import open_sink
from benchmarks.sample import metrics_of

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.delivery.journal import Journal

_BATCH = 50_000
_START_NS = 1_700_000_000 * 10**9


def seconds_of_drain(directory: Path, steps: int, sink: str = "sqlite:") -> float:
    """The time that a consumer under way takes for what a journal holds by then.

    Args:
        directory: The autolog directory.
        steps: How many steps of five metrics there are.
        sink: The sink's URI.

    Raises:
        RuntimeError: The sink did not take them.
    """
    run_id = uuid4().hex
    journals: list[Journal] = []
    writer = Writer(directory, [sink], journals.append)
    writer.append(RunStarted(run_id, 0, _START_NS, "benchmark", "default"))
    (journal,) = journals
    source = Source(journal.id, journal.folder, journal.position)
    consumer = Consumer(sink, source, 0, directory, open_sink=open_sink)
    with consumer.hurry():
        consumer.drain()  # which opens the sink
        for step in range(steps):
            writer.append(MetricsLogged(run_id, 1 + step, _time_ns(step), step, metrics_of(step)))
        started = perf_counter()
        arrived = consumer.drain()
        seconds = perf_counter() - started
    consumer.close()
    journal.close(remove=True)
    if not arrived:
        raise RuntimeError(f"The sink did not take the journal: {consumer.error}")
    return seconds


def seconds_of_plain_sqlite(path: Path, steps: int) -> float:
    """The time that the standard library takes for the same rows, already made."""
    rows = [
        (series, step, _time_ns(step) // 1_000_000, value)
        for step in range(steps)
        for series, value in enumerate(metrics_of(step).values())
    ]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(
            "CREATE TABLE metric (id INTEGER PRIMARY KEY, series INTEGER, step INTEGER,"
            " time INTEGER, value REAL)"
        )
        insert = "INSERT INTO metric (series, step, time, value) VALUES (?, ?, ?, ?)"
        started = perf_counter()
        for first in range(0, len(rows), _BATCH):
            connection.execute("BEGIN")
            connection.executemany(insert, rows[first : first + _BATCH])
            connection.execute("COMMIT")
        return perf_counter() - started


def _time_ns(step: int) -> int:
    return _START_NS + step * 1_000_000
