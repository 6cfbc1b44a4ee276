"""The third-party distribution, from its library to its own sink."""

from __future__ import annotations

import json

import pytest
import toylearn
from autolog_toy.sink import ToySink

import autolog
from autolog.errors import ConfigurationError, SinkUnavailable
from autolog.events import MetricsLogged
from autolog.sinks.base import Batch


def batch(first, last):
    events = tuple(MetricsLogged("r" * 32, n, n, n, {"loss": n / 2}) for n in range(first, last))
    return Batch("journal", events, tuple(range(first, last)), last)


def test_a_fit_ends_up_in_the_plugins_own_sink(tmp_path):
    autolog.autolog(sink="toy:events.jsonl", log_environment=False, silent=True)
    toylearn.Slope(rounds=5).fit([1.0, 2.0], [2.0, 4.5])
    autolog.shutdown()

    lines = (tmp_path / ".autolog" / "events.jsonl").read_text().splitlines()
    kinds = [json.loads(line)["event"] for line in lines]
    assert kinds[0] == "RunStarted"
    assert kinds.count("MetricsLogged") == 6
    assert kinds.count("RunEnded") == kinds.count("DatasetUsed") == 1
    # once when it is written, and once when it is whole, which may be after the end of the run
    assert kinds.count("ModelStored") == 2


def test_an_option_that_the_integration_does_not_have_is_refused():
    with pytest.raises(ConfigurationError, match="every_n_rounds"):
        autolog.autolog(toylearn={"every_n_round": 2})


def test_what_a_crash_left_behind_in_the_file_is_cut_off(tmp_path):
    path = tmp_path / "events.jsonl"
    ToySink(path).write(batch(0, 2))
    with path.open("a") as file:
        file.write('{"event": "Metr')

    ToySink(path).write(batch(2, 3))

    assert [json.loads(line)["sequence"] for line in path.read_text().splitlines()] == [0, 1, 2]


def test_a_file_that_cannot_be_written_makes_the_sink_unavailable(tmp_path):
    (tmp_path / "events.jsonl").mkdir()

    with pytest.raises(SinkUnavailable):
        ToySink(tmp_path / "events.jsonl").write(batch(0, 1))
