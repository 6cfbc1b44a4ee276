import sqlite3
from contextlib import closing

import pytest

from autolog.errors import StoreTooNew
from autolog.sinks.sqlite.migration import migrate, schema_version

STEPS = (
    "CREATE TABLE run (id INTEGER PRIMARY KEY, name TEXT);",
    "ALTER TABLE run ADD COLUMN status TEXT DEFAULT 'FINISHED'; CREATE TABLE tag (run INTEGER);",
    "INSERT INTO tag SELECT id FROM run;",
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "runs.db"


@pytest.fixture
def connection(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as opened:
        yield opened


def test_an_empty_database_gets_every_step(connection, path):
    migrate(connection, path, STEPS)

    assert schema_version(connection, path, len(STEPS)) == 3


def test_an_older_database_keeps_its_rows(connection, path):
    migrate(connection, path, STEPS[:1])
    connection.execute("INSERT INTO run VALUES (7, 'old')")

    migrate(connection, path, STEPS)

    assert connection.execute("SELECT * FROM run, tag").fetchall() == [(7, "old", "FINISHED", 7)]


def test_a_failing_step_leaves_the_database_as_it_was(connection, path):
    migrate(connection, path, STEPS[:1])

    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, path, (*STEPS[:2], "INSERT INTO nowhere VALUES (1);"))

    assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [("run",)]
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert not connection.in_transaction


def test_a_database_from_the_future_is_refused_with_both_versions(connection, path):
    connection.execute("PRAGMA user_version = 1000")

    with pytest.raises(StoreTooNew, match=r"runs\.db.*schema 1000.*pip install -U"):
        migrate(connection, path)
