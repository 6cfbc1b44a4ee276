"""A plugin of a third party: an integration and a sink, installed like any other."""

from __future__ import annotations

import json

import pytest
import toylearn
from autolog_toy.sink import ToySink

import autolog
from autolog.errors import ConfigurationError, SinkUnavailable
from autolog.events import MetricsLogged
from autolog.sinks.base import Batch
from autolog.testing import record

X, Y = [1.0, 2.0, 3.0], [2.0, 4.1, 5.7]


def test_a_fit_is_a_run_with_a_metric_for_each_round():
    with record() as runs:
        toylearn.Slope(learning_rate=0.05, rounds=3).fit(X, Y)

    assert runs.only.name == "Slope"
    assert runs.only.params == {
        "learning_rate": "0.05",
        "rounds": "3",
        "starting_point": "1.9000000000000001",
    }
    assert [point.step for point in runs.only.metric_history("loss")] == [0, 1, 2]


def test_the_users_own_callbacks_are_called_and_their_list_is_not_touched():
    seen = []
    callbacks = [lambda number, _: seen.append(number)]

    with record() as runs:
        toylearn.Slope(rounds=2).fit(X, Y, callbacks)

    assert seen == [0, 1]
    assert len(callbacks) == 1
    assert len(runs.only.metric_history("loss")) == 2


def test_every_trial_is_a_child_of_the_tuning():
    with record() as runs:
        toylearn.tune(X, Y, [0.01, 0.1])

    assert runs.only.params == {"best_learning_rate": "0.1"}
    assert [child.params["learning_rate"] for child in runs.only.children] == ["0.01", "0.1"]


def test_an_attached_patch_records_nothing_on_its_own():
    with record() as runs:
        toylearn.starting_point(X, Y)

    assert list(runs) == []


def test_the_integration_has_options_of_its_own():
    with record(toylearn={"every_n_rounds": 2}) as runs:
        toylearn.Slope(rounds=5).fit(X, Y)

    assert [point.step for point in runs.only.metric_history("loss")] == [0, 2, 4]


def test_an_option_that_it_does_not_have_is_refused():
    with pytest.raises(ConfigurationError, match="every_n_rounds"):
        autolog.autolog(toylearn={"every_n_round": 2})


def test_a_result_is_the_same_with_and_without():
    bare = toylearn.tune(X, Y, [0.01, 0.1])

    with record():
        recorded = toylearn.tune(X, Y, [0.01, 0.1])

    assert vars(recorded) == vars(bare)


def test_the_sink_is_opened_by_its_scheme(tmp_path):
    autolog.autolog(sink="toy:events.jsonl", log_environment=False, silent=True)
    toylearn.Slope().fit(X, Y)
    autolog.shutdown()

    lines = (tmp_path / ".autolog" / "events.jsonl").read_text().splitlines()
    kinds = [json.loads(line)["event"] for line in lines]
    assert (kinds[0], kinds[-1]) == ("RunStarted", "RunEnded")
    assert kinds.count("MetricsLogged") == 6


def batch(first, last):
    events = tuple(MetricsLogged("r" * 32, n, n, n, {"loss": n / 2}) for n in range(first, last))
    return Batch("journal", events, tuple(range(first, last)), last)


def test_a_batch_that_comes_again_changes_nothing(tmp_path):
    path = tmp_path / "events.jsonl"
    ToySink(path).write(batch(0, 3))

    again = ToySink(path)
    again.write(batch(0, 3))
    again.write(batch(1, 5))

    assert [json.loads(line)["sequence"] for line in path.read_text().splitlines()] == [
        0,
        1,
        2,
        3,
        4,
    ]


def test_what_a_crash_left_behind_is_cut_off(tmp_path):
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
