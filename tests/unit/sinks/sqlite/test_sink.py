import math
import sqlite3

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from autolog.errors import RecordRejected
from autolog.events import (
    ArtifactStored,
    DatasetUsed,
    Dropped,
    EnvironmentCaptured,
    MetricsLogged,
    ModelStored,
    ParamsLogged,
    RunEnded,
    RunError,
    RunStarted,
    Status,
    TagsSet,
)
from autolog.sinks.base import Batch, Sink
from autolog.sinks.sqlite import open_sink

RUN = "a" * 32
OTHER = "b" * 32
SECOND = 1_000_000_000
STATUS = "SELECT status, end_ns FROM run"
LAST = "SELECT last_step, last_time, last_value, points FROM series"


def started(run_id=RUN, time_ns=SECOND, name="fit", parent=None):
    return RunStarted(run_id, 0, time_ns, name, "default", parent)


def ended(status, time_ns=9 * SECOND, error=None):
    return RunEnded(RUN, 9, time_ns, status, error)


def logged(value, step=0, time_ms=1000, key="loss", run_id=RUN):
    return MetricsLogged(run_id, 1, time_ms * 1_000_000, step, {key: value})


def test_it_is_a_sink(sink):
    assert isinstance(sink, Sink)


class TestRows:
    def test_a_whole_run_becomes_rows(self, sink, batch, rows):
        error = RunError("ValueError", "bad", "Traceback ...")

        sink.write(
            batch(
                started(parent=OTHER),
                ParamsLogged(RUN, 1, SECOND, {"C": "1.0", "l1": "0"}),
                TagsSet(RUN, 2, SECOND, {"user": "ada"}),
                ArtifactStored(RUN, 3, SECOND, "plots/roc.png", 512),
                ended(Status.FAILED, error=error),
            )
        )

        assert rows("SELECT * FROM run") == [
            (
                1,
                RUN,
                OTHER,
                "default",
                "fit",
                "FAILED",
                SECOND,
                9 * SECOND,
                *msgspec.structs.astuple(error),
                None,
            )
        ]
        assert rows("SELECT * FROM param") == [(1, "C", "1.0"), (1, "l1", "0")]
        assert rows("SELECT * FROM tag") == [(1, "user", "ada")]
        assert rows("SELECT * FROM artifact") == [(1, "plots/roc.png", 512, None, None)]

    def test_a_data_set_is_a_row_for_each_context(self, sink, batch, rows):
        texts = ("code", "{}", '{"a":1}', '{"num_rows":3}')
        sink.write(
            batch(
                DatasetUsed(RUN, 0, 1, "X", "train", "0123abcd", *texts),
                DatasetUsed(RUN, 1, 1, "X", "eval", "4567abcd", *texts),
                DatasetUsed(RUN, 2, 1, "X", "train", "89abcdef", *texts),
            )
        )

        assert rows("SELECT * FROM dataset") == [
            (1, "X", "eval", "4567abcd", *texts),
            (1, "X", "train", "89abcdef", *texts),
        ]

    def test_a_model_that_is_whole_replaces_what_was_known_before(self, sink, batch, rows):
        sink.write(batch(ModelStored(RUN, 0, 1, "model", "m-1", "sklearn", 10)))
        whole = ModelStored(RUN, 1, 2, "model", "m-1", "sklearn", 20, "{}", {"MLmodel": "ab"})
        sink.write(batch(whole, first=1))

        assert rows("SELECT * FROM model") == [
            (1, "model", "m-1", "sklearn", 20, "{}", '{"MLmodel":"ab"}')
        ]

    def test_an_artifact_that_is_to_be_drawn_knows_its_data(self, sink, batch, rows):
        sink.write(batch(ArtifactStored(RUN, 0, 1, "roc.png", 0, "roc.json")))

        assert rows("SELECT * FROM artifact") == [(1, "roc.png", 0, "roc.json", None)]

    def test_a_later_value_of_a_name_replaces_the_earlier(self, sink, batch, rows):
        sink.write(batch(ParamsLogged(RUN, 0, 1, {"C": "1"}), ParamsLogged(RUN, 1, 2, {"C": "2"})))
        sink.write(batch(ParamsLogged(RUN, 2, 3, {"C": "3"}), first=2))

        assert rows("SELECT value FROM param") == [("3",)]

    def test_equal_environments_are_kept_once(self, sink, batch, rows):
        packages = {"numpy": "2.0", "pandas": "3.0"}
        reordered = dict(reversed(packages.items()))

        sink.write(
            batch(
                EnvironmentCaptured(RUN, 0, 1, {"os": "linux"}, packages),
                EnvironmentCaptured(OTHER, 0, 1, {}, reordered),
            )
        )

        assert rows("SELECT packages FROM environment") == [('{"numpy":"2.0","pandas":"3.0"}',)]
        assert rows("SELECT environment FROM run") == [(1,), (1,)]
        assert rows("SELECT key, value FROM tag") == [("os", "linux")]

    def test_losses_add_up_by_run_and_reason(self, sink, batch, rows):
        sink.write(batch(Dropped(RUN, 0, 1, 2, "disk full"), Dropped("", 0, 1, 5, "damage")))
        sink.write(batch(Dropped(RUN, 1, 2, 3, "disk full"), first=2))

        assert rows("SELECT * FROM dropped") == [(0, "damage", 5), (1, "disk full", 5)]

    def test_plain_sql_sees_the_history_by_names(self, sink, batch, rows):
        sink.write(batch(logged(0.5, step=1), logged(0.25, step=2)))

        assert rows("SELECT * FROM metric_history") == [
            (RUN, "loss", 1, 0.5, 1000),
            (RUN, "loss", 2, 0.25, 1000),
        ]


class RunsOfTests:
    def test_one_whose_beginning_never_came_is_running(self, sink, batch, rows):
        sink.write(batch(logged(1.0, time_ms=2000)))

        assert rows("SELECT name, experiment, status, start_ns FROM run") == [
            ("", None, "RUNNING", 2 * SECOND)
        ]

    def test_a_beginning_that_comes_late_fills_it_in(self, sink, batch, rows):
        sink.write(batch(logged(1.0), ended(Status.FINISHED)))

        sink.write(batch(started(time_ns=SECOND // 2), journal="other"))

        assert rows("SELECT name, experiment, status, start_ns FROM run") == [
            ("fit", "default", "FINISHED", SECOND // 2)
        ]

    @pytest.mark.parametrize("status", [Status.FINISHED, Status.FAILED])
    def test_killed_never_replaces_an_end_of_its_own(self, sink, batch, rows, status):
        sink.write(batch(started(), ended(status, time_ns=3)))

        sink.write(batch(ended(Status.KILLED, time_ns=8), journal="recovery"))

        assert rows(STATUS) == [(status.value, 3)]

    def test_an_end_of_its_own_replaces_killed(self, sink, batch, rows):
        sink.write(batch(started(), ended(Status.KILLED, time_ns=3)))

        sink.write(batch(ended(Status.FINISHED, time_ns=8), first=2))

        assert rows(STATUS) == [("FINISHED", 8)]


class TestMetrics:
    @pytest.mark.parametrize(
        ("points", "last"),
        [
            ([(0, 5, 1.0), (1, 4, 2.0)], (1, 4, 2.0, 2)),
            ([(1, 4, 2.0), (0, 5, 1.0)], (1, 4, 2.0, 2)),
            ([(1, 5, 2.0), (1, 4, 1.0)], (1, 5, 2.0, 2)),
            ([(1, 4, 2.0), (1, 4, 1.0)], (1, 4, 1.0, 2)),
            ([(-3, 4, 2.0), (-5, 9, 1.0)], (-3, 4, 2.0, 2)),
        ],
    )
    def test_the_last_is_that_of_the_highest_step_then_time(self, sink, batch, rows, points, last):
        events = [logged(value, step, time) for step, time, value in points]

        sink.write(batch(*events))

        assert rows(LAST) == [last]

    def test_the_last_is_kept_across_batches_and_processes(self, sink, batch, rows, tmp_path):
        sink.write(batch(logged(2.0, step=5)))
        another = open_sink("sqlite:", tmp_path)

        another.write(batch(logged(3.0, step=4), journal="another"))
        another.close()
        sink.write(batch(logged(4.0, step=6), first=1))

        assert rows(LAST) == [(6, 1000, 4.0, 3)]
        assert rows("SELECT first_row, last_row FROM series") == [(1, 3)]

    def test_not_a_number_and_infinities_are_kept(self, sink, batch, rows):
        sink.write(batch(logged(math.nan), logged(math.inf, 1), logged(-math.inf, 2)))

        assert rows("SELECT value FROM metric") == [(None,), (math.inf,), (-math.inf,)]

    def test_a_batch_of_many_statements_is_whole(self, sink, batch, rows):
        events = [
            MetricsLogged(RUN, i, i, i, {f"m{j}": i + j / 10 for j in range(7)}) for i in range(500)
        ]

        sink.write(batch(*events))

        assert rows("SELECT count(*), count(DISTINCT series), sum(value) FROM metric") == [
            (3500, 7, pytest.approx(500 * 499 / 2 * 7 + 500 * 2.1))
        ]
        assert rows("SELECT DISTINCT points FROM series") == [(500,)]

    def test_a_point_takes_35_bytes_at_most(self, sink, batch, path):
        """Of five metrics and three runs by turns, with ids of three bytes."""
        sink.write(batch(logged(1.0)))
        sink.close()
        with sqlite3.connect(path) as connection:
            connection.execute("INSERT INTO series VALUES (40000, 1, 99, 0, 1, 1, 0, 0, 0)")
        connection.close()
        empty = path.stat().st_size
        now_ms = 1_800_000_000_000
        events = [
            MetricsLogged(
                f"{step % 3:032x}",
                step,
                (now_ms + step) * 1_000_000,
                step + 40_000,
                dict.fromkeys(("loss", "acc", "val_loss", "val_acc", "lr"), 0.1234567 + step),
            )
            for step in range(40_000)
        ]

        for first in range(0, len(events), 100):
            sink.write(batch(*events[first : first + 100], first=1 + first))
        sink.close()

        assert (path.stat().st_size - empty) / (5 * len(events)) <= 35


class TestReplay:
    def test_a_batch_that_comes_again_changes_nothing(self, sink, batch, rows):
        offered = batch(started(), logged(1.0), Dropped(RUN, 2, 1, 3, "damage"))

        sink.write(offered)
        sink.write(offered)

        assert rows("SELECT count(*) FROM metric") == [(1,)]
        assert rows("SELECT count FROM dropped") == [(3,)]

    def test_the_part_of_a_batch_that_is_new_is_taken(self, sink, batch, rows):
        sink.write(batch(started(), logged(1.0)))

        sink.write(batch(started(), logged(1.0), logged(2.0, step=1)))

        assert rows("SELECT value FROM metric") == [(1.0,), (2.0,)]
        assert rows("SELECT * FROM cursor") == [("journal", 3)]

    def test_positions_of_journals_do_not_mix(self, sink, batch, rows):
        sink.write(batch(started(), logged(1.0), journal="one"))
        sink.write(batch(logged(2.0, step=1), journal="two"))

        assert rows("SELECT value FROM metric") == [(1.0,), (2.0,)]

    def test_an_earlier_batch_does_not_move_the_position_back(self, sink, batch, rows):
        sink.write(batch(started(), logged(1.0), logged(2.0, step=1)))

        sink.write(batch(started()))

        assert rows("SELECT * FROM cursor") == [("journal", 3)]

    @settings(max_examples=25, deadline=None)
    @given(data=st.data())
    def test_any_cut_into_overlapping_batches_gives_the_same_rows(self, data, tmp_path_factory):
        events = data.draw(st.lists(_events, min_size=1, max_size=25))
        folders = [tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("cut")]
        _write(folders[0], events, [(0, len(events))])

        _write(folders[1], events, data.draw(_cuts(len(events))))

        assert _dump(folders[0]) == _dump(folders[1])


class TestRejection:
    @pytest.mark.parametrize(
        "event",
        [
            logged(1.0, step=2**63),
            logged(1.0, time_ms=2**64),
            TagsSet(RUN, 0, 1, {"half": "\ud800"}),
            ArtifactStored(RUN, 0, 1, "big", 2**64),
            TagsSet("", 0, 1, {"of": "no run"}),
        ],
    )
    def test_an_event_that_no_row_can_hold_is_named(self, sink, batch, rows, event):
        sink.write(batch(started()))

        with pytest.raises(RecordRejected) as refusal:
            sink.write(batch(logged(1.0), event, logged(2.0), first=1))

        assert refusal.value.event is event
        assert rows("SELECT count(*) FROM metric") == [(0,)]

    def test_the_others_are_taken_afterwards(self, sink, batch, rows):
        rejected = logged(1.0, step=2**63, key="new")
        with pytest.raises(RecordRejected):
            sink.write(batch(logged(1.0, key="first"), rejected))

        sink.write(batch(logged(1.0, key="first"), logged(2.0, key="second")))

        assert rows("SELECT key, value FROM metric_history") == [("first", 1.0), ("second", 2.0)]


_runs = st.sampled_from([RUN, OTHER])
_values = st.floats(allow_nan=True, allow_infinity=True)
_events = st.one_of(
    st.builds(started, run_id=_runs, parent=st.none() | _runs),
    st.builds(
        logged,
        value=_values,
        step=st.integers(0, 3),
        time_ms=st.integers(0, 3),
        key=st.sampled_from("xy"),
        run_id=_runs,
    ),
    st.builds(ended, st.sampled_from([Status.FINISHED, Status.FAILED, Status.KILLED])),
    st.builds(
        ParamsLogged,
        _runs,
        st.just(0),
        st.just(1),
        st.dictionaries(st.sampled_from("ab"), st.text("01", max_size=2)),
    ),
    st.builds(
        ModelStored,
        _runs,
        st.just(0),
        st.just(1),
        st.just("model"),
        st.sampled_from(["m-1", "m-2", "m-3"]),
        st.just("toy"),
        st.integers(0, 3),
        registered_name=st.none() | st.sampled_from("xy"),
    ),
    st.builds(
        Dropped, _runs | st.just(""), st.just(0), st.just(1), st.integers(1, 9), st.just("x")
    ),
)


@st.composite
def _cuts(draw, length):
    """Batches that reach further and further, each beginning at or before the last one's end."""
    cuts, end = [], 0
    while end < length:
        begin = draw(st.integers(0, end))
        end = draw(st.integers(end + 1, length))
        cuts.append((begin, end))
    return cuts


def _write(folder, events, cuts):
    sink = open_sink("sqlite:", folder)
    for begin, end in cuts:
        sink.write(Batch("journal", tuple(events[begin:end]), tuple(range(begin, end)), end))
    sink.close()


def _dump(folder):
    connection = sqlite3.connect(folder / "runs.db")
    try:
        return list(connection.iterdump())
    finally:
        connection.close()
