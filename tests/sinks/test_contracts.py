"""Every sink keeps the contract of sinks."""

from __future__ import annotations

from autolog.sinks.memory import MemorySink
from autolog.store import Store
from autolog.testing import SinkContract


class TestSQLiteSink(SinkContract):
    """The default sink."""

    uri = "sqlite:"

    def stored(self, directory):
        return [
            (run.run_id, run.status, run.params, run.metrics, run.metric_history("loss"))
            for run in Store(directory / "runs.db").runs()
        ]


class TestToySink(SinkContract):
    """The sink of a third-party distribution."""

    uri = "toy:events.jsonl"

    def stored(self, directory):
        return (directory / "events.jsonl").read_text().splitlines()


class TestMemorySink(SinkContract):
    """The sink for tests, which shares its events by URI."""

    def open(self, directory):
        return MemorySink.named(f"memory:{directory}")

    def stored(self, directory):
        return list(MemorySink.named(f"memory:{directory}").events)
