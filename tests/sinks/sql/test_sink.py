"""What a server is given, what it refuses, and how it fails."""

from __future__ import annotations

import math
import sqlite3
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, inspect, text

from autolog.errors import RecordRejected, SinkUnavailable, StoreTooNew
from autolog.events import (
    DatasetUsed,
    Dropped,
    Event,
    MetricsLogged,
    ModelStored,
    ParamsLogged,
    RunEnded,
    RunError,
    RunStarted,
    Status,
    TagsSet,
)
from autolog.sinks.base import Batch
from autolog.sinks.sql import held, joining, migration, schema, statements
from autolog.sinks.sql.location import address
from autolog.sinks.sql.migration import migrate, version_of
from autolog.sinks.sql.sink import SQLSink
from autolog.sinks.sqlite.schema import MIGRATIONS
from autolog.store.opening import store_at

RUN = "a" * 32
NOW = 1_700_000_000 * 10**9


@pytest.fixture
def uri(server, database):
    return server.uri(database)


@pytest.fixture
def store(uri, tmp_path):
    return store_at(uri, tmp_path)


@pytest.fixture
def sink(uri):
    sink = SQLSink(address(uri))
    yield sink
    sink.close()


def batch(*events: Event, first: int = 0, journal: str = "journal") -> Batch:
    return Batch(journal, events, tuple(range(first, first + len(events))), first + len(events))


@contextmanager
def connected(uri):
    engine = create_engine(address(uri))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def test_numbers_that_are_none_are_null_and_infinities_are_kept(sink, store, server, database):
    values = [math.nan, math.inf, -math.inf, 5e-324, 1.7976931348623157e308, 3]

    sink.write(
        batch(
            *(MetricsLogged(RUN, 1, NOW, step, {"x": value}) for step, value in enumerate(values))
        )
    )

    assert repr([point.value for point in store.metric_history(RUN, "x")]) == repr(
        [math.nan, math.inf, -math.inf, 5e-324, 1.7976931348623157e308, 3.0]
    )
    nothing = "SELECT count(*) FROM metric WHERE value IS NULL"
    assert server.psql(nothing, database) == [["1"]]


@pytest.mark.parametrize(
    "value",
    ["", "a\tb\nc\\N\\.", "Ä\U0001f600", "x" * 1_000_000, "'; DROP TABLE run; --", "%s :x ?"],
    ids=["none", "tab and backslash", "beyond ASCII", "long", "quote", "marks"],
)
def test_texts_come_back_as_they_were(sink, store, value):
    sink.write(
        batch(ParamsLogged(RUN, 1, NOW, {"key": value, "Key": "other", value[:50] or "-": ""}))
    )

    params = store.run(RUN).params
    assert params["key"] == value
    assert params["Key"] == "other"
    assert value[:50] in params or value == ""


def test_a_character_that_postgresql_has_not_is_replaced(sink, store):
    sink.write(
        batch(ParamsLogged(RUN, 1, NOW, {"key": "a\0b"}), TagsSet(RUN, 2, NOW, {"t\0": "x"}))
    )

    for step in range(2):
        sink.write(batch(MetricsLogged(RUN, 3, NOW, step, {"m\0": 1.0}), first=5 + step))

    assert len(store.metric_history(RUN, "m\ufffd")) == 2
    assert store.run(RUN).params == {"key": "a\ufffdb"}
    assert store.run(RUN).tags == {"t\ufffd": "x"}


@pytest.mark.parametrize(
    "event",
    [
        MetricsLogged(RUN, 2, NOW, 2**63, {"x": 1.0}),
        ParamsLogged(RUN, 2, NOW, {"".join(map(chr, range(256, 6000))): "x"}),
        TagsSet(RUN, 2, NOW, {"half": "\ud800"}),
        MetricsLogged("", 2, NOW, 2, {"x": 1.0}),
    ],
    ids=["too large a step", "too long a key", "no Unicode", "no run"],
)
def test_what_no_column_can_hold_is_rejected_alone(sink, store, event):
    others = (RunStarted(RUN, 0, NOW, "run", "e"), MetricsLogged(RUN, 1, NOW, 0, {"x": 1.0}))
    last = ParamsLogged(RUN, 3, NOW, {"key": "value"})

    with pytest.raises(RecordRejected) as caught:
        sink.write(batch(*others, event, last))

    assert caught.value.event is event
    assert "@" not in caught.value.reason
    sink.write(batch(*others, last))
    assert store.run(RUN).params == {"key": "value"}


def test_the_last_value_is_that_of_the_highest_step(sink, store):
    steps = [(3, 1.0), (5, 2.0), (4, 3.0)]
    for place, (step, value) in enumerate(steps):
        sink.write(batch(MetricsLogged(RUN, 1, NOW, step, {"x": value}), first=place))

    assert store.run(RUN).metrics == {"x": 2.0}


def test_the_last_value_of_those_at_once_is_the_latest(sink, store):
    metrics = [{"x": 1.0}, {"y": 2.0, "x": 3.0}, {"x\0": 4.0, "x\ufffd": 5.0}]
    sink.write(batch(*(MetricsLogged(RUN, 1, NOW, 7, logged) for logged in metrics)))

    assert store.run(RUN).metrics == {"x": 3.0, "y": 2.0, "x\ufffd": 5.0}
    assert [point.value for point in store.metric_history(RUN, "x\ufffd")] == [4.0, 5.0]


def test_points_of_long_batches_are_kept_as_they_were_logged(sink, store, server, database):
    runs = (RUN, "b" * 32)

    def event(place):
        step = 3000 - place if place < 1500 else place  # down, and up again
        metrics = {"all": place / 2} | ({"third": math.inf} if place % 3 == 0 else {})
        return MetricsLogged(runs[place % 2], place, NOW + place * 10**6, step, metrics)

    events = [event(place) for place in range(3000)]
    sink.write(batch(*events[:1300]))
    sink.write(batch(*events[1300:], first=1300))

    from_series = (
        "FROM series JOIN run ON run.id = series.run JOIN metric_name ON metric_name.id = "
        "series.name"
    )
    for run_id in runs:
        of_run = [event for event in events if event.run_id == run_id]
        points = [(name, one.step) for one in of_run for name in one.metrics]
        kept = server.psql(
            f"SELECT metric_name.name, step {from_series} JOIN metric ON metric.series = series.id "
            f"WHERE run_id = '{run_id}' ORDER BY number",
            database,
        )
        assert [(name, int(step)) for name, step in kept] == points
        counts = server.psql(
            f"SELECT points {from_series} WHERE run_id = '{run_id}' ORDER BY points DESC", database
        )
        assert counts == [["1500"], ["500"]]
        last = max(of_run, key=lambda one: (one.step, one.time_ns))
        assert store.run(run_id).metrics["all"] == last.metrics["all"]
        values = [point.value for point in store.metric_history(run_id, "all")]
        assert sorted(values) == [one.metrics["all"] for one in of_run]


def test_a_late_beginning_completes_a_run_that_has_ended(sink, store):
    error = RunError("ValueError", "no", "trace")
    sink.write(batch(RunEnded(RUN, 3, NOW + 5, Status.FAILED, error), journal="one"))
    sink.write(batch(RunStarted(RUN, 0, NOW, "run", "e"), journal="other"))
    sink.write(batch(RunEnded(RUN, 4, NOW + 9, Status.KILLED), journal="other", first=1))

    run = store.run(RUN)
    assert (run.name, run.status, run.error) == ("run", "FAILED", error)


def test_a_model_keeps_its_version(sink, store):
    stored = [
        ModelStored(RUN, 1, NOW, f"m{place}", f"m-{place}", "f", 1, None, {}, name)
        for place, name in enumerate(["churn", "churn", "other", "churn"])
    ]
    sink.write(batch(*stored))
    sink.write(batch(*stored, journal="again"))

    models = store.run(RUN).models
    assert [model.registered_version for model in models] == [1, 2, 1, 3]


def test_a_data_set_of_the_same_name_and_context_is_replaced(sink, store):
    used = [
        DatasetUsed(RUN, 1, NOW, "x", "train", digest, "code", "{}", "{}", "{}")
        for digest in ("1" * 8, "2" * 8)
    ]

    sink.write(batch(used[0]))
    sink.write(batch(used[1], first=1))

    assert [dataset.digest for dataset in store.run(RUN).datasets] == ["2" * 8]


def test_a_wrong_password_may_be_mended(server, database):
    other = "mended"
    server.psql(f"CREATE ROLE {other} LOGIN SUPERUSER PASSWORD 'old'")
    sink = SQLSink(f"postgresql+psycopg://{other}:new-secret@{server.address}/{database}")

    with pytest.raises(SinkUnavailable, match="password authentication failed") as caught:
        sink.write(batch(MetricsLogged(RUN, 1, NOW, 0, {"x": 1.0})))
    server.psql(f"ALTER ROLE {other} PASSWORD 'new-secret'")
    sink.write(batch(MetricsLogged(RUN, 1, NOW, 0, {"x": 1.0})))
    sink.close()

    assert "new-secret" not in str(caught.value)
    assert server.psql("SELECT count(*) FROM metric", database) == [["1"]]


def test_a_server_that_is_restarted_is_connected_to_again(server, sink, store):
    sink.write(batch(MetricsLogged(RUN, 1, NOW, 0, {"x": 1.0})))

    server.stop()
    with pytest.raises(SinkUnavailable, match="refused"):
        sink.write(batch(MetricsLogged(RUN, 1, NOW, 1, {"x": 2.0}), first=1))
    server.start()
    sink.write(batch(MetricsLogged(RUN, 1, NOW, 1, {"x": 2.0}), first=1))

    assert [point.value for point in store.metric_history(RUN, "x")] == [1.0, 2.0]


def test_a_connection_that_was_cut_while_idle_is_no_failure(server, sink, store, database):
    sink.write(batch(MetricsLogged(RUN, 1, NOW, 0, {"x": 1.0})))

    server.psql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{database}' AND application_name = 'autolog'"
    )
    sink.write(batch(MetricsLogged(RUN, 1, NOW, 1, {"x": 2.0}), first=1))

    assert len(store.metric_history(RUN, "x")) == 2


def test_tables_that_are_gone_are_made_again(server, sink, store, database):
    sink.write(batch(MetricsLogged(RUN, 1, NOW, 0, {"x": 1.0})))
    server.psql("DROP SCHEMA public CASCADE", database)
    server.psql("CREATE SCHEMA public", database)

    with pytest.raises(SinkUnavailable):
        sink.write(batch(MetricsLogged(RUN, 1, NOW, 1, {"x": 2.0}), first=1))
    sink.write(batch(MetricsLogged(RUN, 1, NOW, 1, {"x": 2.0}), first=1))

    assert [point.value for point in store.metric_history(RUN, "x")] == [2.0]


def test_a_user_who_may_only_read_can_read(server, sink, database, tmp_path):
    sink.write(batch(MetricsLogged(RUN, 1, NOW, 0, {"x": 1.0})))
    server.psql("CREATE ROLE reader LOGIN PASSWORD 'r'")
    server.psql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", database)

    (run,) = store_at(f"postgresql://reader:r@{server.address}/{database}", tmp_path).runs()

    assert run.metrics == {"x": 1.0}


def test_a_copy_can_tell_what_the_server_holds(sink, uri, tmp_path):
    journals = {RUN: "journal", "b" * 32: "copy", "c" * 32: "copy"}
    before = held(uri, tmp_path, journals)
    sink.write(batch(MetricsLogged(RUN, 1, NOW, 0, {"x": 1.0})))
    sink.write(batch(MetricsLogged("b" * 32, 1, NOW, 0, {"x": 1.0}), first=1))

    assert before == {}
    assert held(uri, tmp_path, journals) == {RUN: True, "b" * 32: False}


def test_the_tables_are_those_of_the_sqlite_store():
    connection = sqlite3.connect(":memory:")
    for script in MIGRATIONS:
        connection.executescript(script)
    tables = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    ]
    columns = {
        table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        for table in tables
    }
    columns["metric"][0:2] = ["series", "number"]  # in the place of rows that one process writes
    columns["series"] = [name for name in columns["series"] if not name.endswith("_row")]

    found = {name: list(table.columns.keys()) for name, table in schema.metadata.tables.items()}

    assert found == {**columns, "schema_version": ["version"]}
    connection.close()


def test_tables_of_a_newer_autolog_are_left_alone(server, uri, sink, store, database):
    sink.write(batch(MetricsLogged(RUN, 1, NOW, 0, {"x": 1.0})))
    server.psql("UPDATE schema_version SET version = 99", database)

    newer = SQLSink(address(uri))
    with pytest.raises(StoreTooNew, match="schema 99; this one knows 1"):
        newer.write(batch(TagsSet(RUN, 1, NOW, {"a": "b"}), first=1))
    newer.close()

    with pytest.raises(StoreTooNew, match="schema 99; this one knows 1"):
        store.runs()
    assert server.psql("SELECT count(*) FROM tag", database) == [["0"]]


def test_older_tables_are_brought_to_todays_schema(sink, uri):
    sink.write(batch(MetricsLogged(RUN, 1, NOW, 0, {"x": 1.0})))
    added = (lambda connection: connection.execute(text("ALTER TABLE run ADD COLUMN team TEXT")),)

    for _ in range(2):
        with connected(uri) as connection:
            migrate(connection, "here", added)

    with connected(uri) as connection:
        assert version_of(connection, "here", 2) == 2
        assert "team" in {column["name"] for column in inspect(connection).get_columns("run")}
    assert migration.VERSION == 1


@pytest.mark.parametrize("upserting", [{"sqlite"}, set()], ids=["with words of its own", "plain"])
def test_other_databases_are_written_in_the_words_that_they_understand(
    upserting, tmp_path, monkeypatch
):
    monkeypatch.setattr(statements, "_UPSERTING", upserting)
    uri = f"sql+sqlite:///{tmp_path}/other.db"
    sink = SQLSink(address(uri))
    events = (
        RunStarted(RUN, 0, NOW, "run", "e"),
        ParamsLogged(RUN, 1, NOW, {"C": "1"}),
        *(MetricsLogged(RUN, 2, NOW + step, step, {"x": step / 2}) for step in range(3)),
        Dropped(RUN, 5, NOW, 2, "no room"),
        RunEnded(RUN, 5, NOW, Status.FINISHED),
    )

    for _ in range(2):
        sink.write(batch(*events))
    late = ParamsLogged(RUN, 6, NOW, {"C": "2"}), Dropped(RUN, 7, NOW, 3, "no room")
    sink.write(batch(*late, first=10))
    sink.close()

    (run,) = store_at(uri, tmp_path).runs("metrics.x > 0.5 and name LIKE 'r%'")
    assert (run.params, run.metrics) == ({"C": "2"}, {"x": 1.0})
    assert run.dropped == {"no room": 5}
    assert len(run.metric_history("x")) == 3


def test_a_prepared_batch_is_written_as_any_other(sink, store):
    told = batch(
        RunStarted(RUN, 0, NOW, "prepared", "default"),
        MetricsLogged(RUN, 1, NOW, 1, {"x": 0.5, "y": 2.0}),
        MetricsLogged(RUN, 2, NOW, 2, {"x": 0.25}),
        RunEnded(RUN, 3, NOW, Status.FINISHED),
    )

    for _ in range(2):
        sink.write(sink.prepared(told))

    (run,) = store.runs()
    assert (run.name, run.status) == ("prepared", "FINISHED")
    assert [(step, value) for step, value, _ in run.metric_history("x")] == [(1, 0.5), (2, 0.25)]
    assert run.metrics == {"x": 0.25, "y": 2.0}


def test_it_leaves_time_for_other_work_whenever_it_writes_nothing(sink):
    assert sink.leaves_time.is_set()

    sink.write(batch(MetricsLogged(RUN, 0, NOW, 1, {"x": 1.0})))
    assert sink.leaves_time.is_set()

    with pytest.raises(RecordRejected):
        sink.write(batch(MetricsLogged(RUN, 1, NOW, 2**63, {"x": 1.0}), first=1))
    assert sink.leaves_time.is_set()


def test_of_a_prepared_batch_only_what_is_new_is_written(sink, store):
    events = [MetricsLogged(RUN, number, NOW, number, {"x": float(number)}) for number in range(6)]
    sink.write(batch(*events[:4]))

    sink.write(sink.prepared(batch(*events)))

    (run,) = store.runs()
    assert [step for step, *_ in run.metric_history("x")] == [0, 1, 2, 3, 4, 5]


def test_what_goes_on_with_a_batch_is_written_in_the_same_transaction(sink, store, uri, many):
    sent = [
        batch(RunStarted(RUN, 0, NOW, "long", "default"), *many(3)),
        batch(*many(3, 0.5), first=4),
        batch(*many(3, 0.25), TagsSet(RUN, 9, NOW, {"k": "v"}), first=7),
        batch(RunEnded(RUN, 10, NOW, Status.FINISHED), first=11),
    ]

    assert written(sink, sent) == 3

    (run,) = store.runs()
    assert (run.name, run.status, run.tags["k"]) == ("long", "FINISHED", "v")
    values = [value for _, value, _ in run.metric_history("x")]
    assert sorted(values) == [0.25] * 3 + [0.5] * 3 + [1.0] * 3
    assert run.metrics["x"] == 0.25
    with connected(uri) as connection:
        assert connection.execute(text("SELECT position FROM cursor")).scalar() == 12
        numbers = connection.execute(text("SELECT number FROM metric ORDER BY number")).scalars()
        assert list(numbers) == list(range(1, 10))
        assert connection.execute(text("SELECT points FROM series")).scalar() == 9


@pytest.mark.parametrize(
    "behind",
    [
        batch(MetricsLogged(RUN, 9, NOW, 9, {"another": 1.0}), first=3),
        batch(MetricsLogged("b" * 32, 9, NOW, 9, {"x": 1.0}), first=3),
        batch(RunStarted("b" * 32, 9, NOW, "another", "default"), first=3),
        batch(Dropped("", 9, NOW, "no room", 1), first=3),
        batch(MetricsLogged(RUN, 9, NOW, 2**63, {"x": 1.0}), first=3),
        batch(MetricsLogged(RUN, 9, NOW, 9, {"x": 1.0}), journal="another"),
    ],
    ids=["metric", "run", "beginning", "no run", "too large", "journal"],
)
def test_what_needs_more_than_a_batch_has_locked_is_left_for_its_turn(sink, store, many, behind):
    assert written(sink, [batch(*many(3)), behind]) == 0

    (run,) = store.runs()
    assert len(run.metric_history("x")) == 3


def test_a_batch_is_written_without_one_behind_it_that_no_column_can_hold(sink, store, many):
    unstorable = TagsSet(RUN, 9, NOW, {"k" * 10_000_000: "v"})

    assert written(sink, [batch(*many(3)), batch(*many(1), unstorable, first=3)]) == 0

    (run,) = store.runs()
    assert len(run.metric_history("x")) == 3


def test_nothing_is_waited_for_behind_a_small_batch(sink):
    sink.write_on(sink.prepared(batch(MetricsLogged(RUN, 0, NOW, 1, {"x": 1.0}))), pytest.fail)


def test_what_is_offered_again_is_written_once_whatever_came_with_it(sink, store, many):
    sent = [batch(*many(3)), batch(*many(3, 0.5), first=3), batch(*many(3, 0.25), first=6)]
    assert written(sink, sent[:2]) == 1

    assert written(sink, [batch(*many(3), *many(3, 0.5)), sent[2]]) == 0
    for one in sent[1:]:
        written(sink, [one])

    (run,) = store.runs()
    assert len(run.metric_history("x")) == 9


@pytest.fixture
def many(monkeypatch):
    """Makes events, of which two are many."""
    monkeypatch.setattr(joining, "_MANY_EVENTS", 2)
    return lambda count, value=1.0: [
        MetricsLogged(RUN, number, NOW, number, {"x": value}) for number in range(count)
    ]


def written(sink, batches):
    """How many batches are written in the transaction of the first."""
    first, *behind = map(sink.prepared, batches)
    return sink.write_on(first, lambda place: behind[place - 1] if behind[place - 1 :] else None)


def test_an_event_of_a_prepared_batch_that_no_column_can_hold_is_named(sink):
    good = MetricsLogged(RUN, 0, NOW, 1, {"x": 1.0})
    bad = MetricsLogged(RUN, 1, NOW, 2**63, {"x": 1.0})

    with pytest.raises(RecordRejected) as rejected:
        sink.write(sink.prepared(batch(good, bad)))

    assert rejected.value.event is bad
