"""The tests that every sink must pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.events import MetricsLogged, ParamsLogged, RunEnded, RunStarted, Status
from autolog.sinks.base import Batch, Sink
from autolog.sinks.registry import open_sink

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.events import Event

_RUN = "a" * 32
_OTHER_RUN = "b" * 32


class SinkContract:
    """Subclass it in a test module, and say how the sink is opened and looked into.

    Attributes:
        uri: The sink's URI.

    Example:
        >>> class TestToySink(SinkContract):
        ...     uri = "toy:events.jsonl"
        ...
        ...     def stored(self, directory):
        ...         return (directory / "events.jsonl").read_text().splitlines()
    """

    uri: str

    def open(self, directory: Path) -> Sink:
        """Opens the sink for an autolog directory."""
        return open_sink(self.uri, directory)

    def stored(self, directory: Path) -> object:
        """What the sink holds now, comparable by `==`; not called before something is written."""
        raise AssertionError("a contract's stored() is to be written by the sink's tests")

    def test_a_batch_that_comes_again_changes_nothing(self, tmp_path: Path) -> None:
        """The same batch twice is the batch once."""
        sink = self.open(tmp_path)
        sink.write(_batch(0, 5))
        once = self.stored(tmp_path)

        sink.write(_batch(0, 5))

        assert self.stored(tmp_path) == once
        sink.close()

    def test_batches_that_are_cut_differently_change_nothing(self, tmp_path: Path) -> None:
        """After a crash the same events come in other batches."""
        whole, cut = tmp_path / "whole", tmp_path / "cut"
        for directory, batches in (
            (whole, [_batch(0, 5)]),
            (cut, [_batch(0, 3), _batch(2, 4), _batch(0, 4), _batch(1, 5)]),
        ):
            directory.mkdir()
            sink = self.open(directory)
            for batch in batches:
                sink.write(batch)
            sink.close()

        assert self.stored(cut) == self.stored(whole)

    def test_a_sink_that_is_opened_again_goes_on_where_it_was(self, tmp_path: Path) -> None:
        """What a sink has had, it knows after it was closed."""
        whole, parts = tmp_path / "whole", tmp_path / "parts"
        for directory, batches in ((whole, [_batch(0, 5)]), (parts, [_batch(0, 3), _batch(0, 5)])):
            directory.mkdir()
            for batch in batches:
                sink = self.open(directory)
                sink.write(batch)
                sink.close()

        assert self.stored(parts) == self.stored(whole)

    def test_journals_do_not_disturb_each_other(self, tmp_path: Path) -> None:
        """Positions are those of one journal."""
        sink = self.open(tmp_path)
        sink.write(_batch(0, 5))
        first = self.stored(tmp_path)

        sink.write(_batch(0, 5, journal="other", run_id=_OTHER_RUN))

        assert self.stored(tmp_path) != first
        sink.close()


def _story(run_id: str) -> tuple[Event, ...]:
    """A run from its beginning to its end."""
    return (
        RunStarted(run_id, 0, 10, "trial", "default"),
        ParamsLogged(run_id, 1, 20, {"rate": "0.1"}),
        MetricsLogged(run_id, 2, 30, 0, {"loss": 0.5, "accuracy": 0.8}),
        MetricsLogged(run_id, 3, 40, 1, {"loss": 0.25}),
        RunEnded(run_id, 4, 50, Status.FINISHED),
    )


def _batch(first: int, end: int, *, journal: str = "journal", run_id: str = _RUN) -> Batch:
    positions = tuple(100 * place for place in range(first, end))
    return Batch(journal, _story(run_id)[first:end], positions, 100 * end)
