"""Every sink keeps the contract of sinks."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager

import pytest

from autolog.events import MetricsLogged
from autolog.sinks.memory import MemorySink
from autolog.sinks.sqlite import database
from autolog.store import Store
from autolog.testing import LastingSinkContract, SinkContract


class TestSQLiteSink(LastingSinkContract):
    """The default sink."""

    uri = "sqlite:"

    @pytest.fixture(autouse=True)
    def impatience(self, monkeypatch):
        """What locks the database in an outage does not do so for half a minute."""
        monkeypatch.setattr(database, "_BUSY_TIMEOUT", 0.2)

    def stored(self, directory):
        return sorted(
            (
                run.run_id,
                run.parent_run_id,
                run.status,
                run.start_time,
                run.end_time,
                sorted(run.params.items()),
                sorted(run.tags.items()),
                [(key, run.metric_history(key)) for key in sorted(run.metrics)],
                [(file.path, file.size_bytes) for file in run.artifacts],
            )
            for run in Store(directory / "runs.db").runs()
        )

    def refused(self):
        return MetricsLogged("a" * 32, 50, 1, 2**63, {"loss": 1.0})

    @contextmanager
    def outage(self, directory):
        """Another program keeps the database locked."""
        with closing(sqlite3.connect(directory / "runs.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield


class TestToySink(LastingSinkContract):
    """The sink of a third-party distribution."""

    uri = "toy:events.jsonl"

    def stored(self, directory):
        return (directory / "events.jsonl").read_text().splitlines()

    @contextmanager
    def outage(self, directory):
        """There is a link to nowhere in the place of its file, which comes back in one go."""
        file, aside = directory / "events.jsonl", directory / "aside"
        if file.exists():
            file.rename(aside)
        file.symlink_to(directory / "nowhere" / file.name)
        yield
        if aside.exists():
            aside.replace(file)
        else:
            file.unlink()


class TestJSONLinesSink(LastingSinkContract):
    """The sink of plain files."""

    def uri_in(self, directory):
        return f"jsonl:{directory}/files"

    def stored(self, directory):
        held = {}
        for file in sorted((directory / "files").rglob("*")):
            if file.suffix == ".jsonl":
                lines = [json.loads(line) for line in file.read_bytes().splitlines()]
                for line in lines:
                    line.pop("position")
                    line.pop("journal", None)
                held[str(file.relative_to(directory))] = lines
            elif file.is_file():
                held[str(file.relative_to(directory))] = file.read_bytes()
        return held

    @pytest.fixture(autouse=True)
    def obstacle(self, blocked):
        """What is in its way for a while."""
        self.blocked = blocked

    def outage(self, directory):
        return self.blocked(directory / "files")


class TestMemorySink(SinkContract):
    """The sink for tests, which shares its events by URI."""

    def uri_in(self, directory):
        return f"memory:{directory}"

    def stored(self, directory):
        return list(MemorySink.named(f"memory:{directory}").events)
