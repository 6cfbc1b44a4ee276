import fcntl
import logging
import os
import sqlite3
import warnings
from contextlib import closing

import pytest

from autolog.errors import SinkUnavailable, StoreTooNew
from autolog.sinks.sqlite import database
from autolog.sinks.sqlite.database import Database


@pytest.fixture
def opened(path):
    made = Database(path, lock_timeout=0.05)
    yield made
    made.close()


def add(target, key, value="x", *, fail=False):
    with target.transaction() as connection:
        connection.execute("REPLACE INTO tag VALUES (1, ?, ?)", (key, value))
        if fail:
            raise ZeroDivisionError


def test_an_error_inside_a_transaction_undoes_it(opened, rows):
    add(opened, "kept")

    with pytest.raises(ZeroDivisionError):
        add(opened, "lost", fail=True)

    assert rows("SELECT key FROM tag") == [("kept",)]


def test_folders_above_it_are_made(tmp_path):
    deep = Database(tmp_path / "a" / "b" / "runs.db")

    add(deep, "kept")
    deep.close()

    assert (tmp_path / "a" / "b" / "runs.db").is_file()


@pytest.mark.parametrize("deleted", ["runs.db", "runs.db*"])
def test_a_database_that_is_deleted_meanwhile_is_begun_anew(opened, path, rows, deleted):
    add(opened, "before")
    for file in path.parent.glob(deleted):
        file.unlink()

    add(opened, "after")

    assert rows("SELECT key FROM tag") == [("after",)]


def test_a_database_that_is_replaced_meanwhile_is_the_one_that_is_written(opened, path, rows):
    add(opened, "before")
    replacement = Database(path.with_name("new.db"))
    add(replacement, "replacement")
    replacement.close()
    path.with_name("new.db").replace(path)
    path.with_name("runs.db-wal").unlink()

    add(opened, "after")

    assert rows("SELECT key FROM tag ORDER BY key") == [("after",), ("replacement",)]


def test_a_closed_database_is_one_file_and_its_lock(opened, path):
    add(opened, "kept")

    opened.close()

    assert sorted(file.name for file in path.parent.glob("runs.db*")) == ["runs.db", "runs.db.lock"]


def test_a_closed_database_opens_again(opened, rows):
    add(opened, "first")
    opened.close()

    add(opened, "second")

    assert rows("SELECT key FROM tag ORDER BY key") == [("first",), ("second",)]


def test_a_fork_between_two_transactions_disturbs_neither(opened, rows):
    add(opened, "before")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside any thread
        child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)

    add(opened, "after")

    assert rows("SELECT key FROM tag ORDER BY key") == [("after",), ("before",)]


def test_the_log_stays_short(opened, path, monkeypatch):
    monkeypatch.setattr(database, "_LARGEST_LOG", 100_000)

    sizes = []
    for number in range(20):
        add(opened, f"k{number}", "x" * 30_000)
        sizes.append(path.with_name("runs.db-wal").stat().st_size)

    assert max(sizes) < 200_000


def test_a_reader_that_stays_does_not_stop_the_writer(opened, path, monkeypatch):
    monkeypatch.setattr(database, "_LARGEST_LOG", 50_000)
    add(opened, "before")
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM tag").fetchall()

        for number in range(5):
            add(opened, f"k{number}", "x" * 30_000)

        assert reader.execute("SELECT key FROM tag").fetchall() == [("before",)]


class TestUnavailable:
    def test_while_another_process_writes(self, opened, path):
        add(opened, "before")
        holder = os.open(path.with_name("runs.db.lock"), os.O_RDWR)
        fcntl.flock(holder, fcntl.LOCK_EX)

        with pytest.raises(SinkUnavailable, match="Another process"):
            add(opened, "refused")

        os.close(holder)
        add(opened, "after")

    def test_while_a_program_without_our_lock_writes(self, opened, path, monkeypatch):
        monkeypatch.setattr(database, "_BUSY_TIMEOUT", 0.01)
        add(opened, "before")
        opened.close()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")

            with pytest.raises(SinkUnavailable, match="another program keeps it locked"):
                add(opened, "refused")

    def test_while_the_file_is_no_database(self, opened, path):
        path.write_bytes(b"this is a letter to my aunt" * 100)

        with pytest.raises(SinkUnavailable, match=r"runs\.db: the file is no SQLite database"):
            add(opened, "refused")

        assert path.read_bytes().startswith(b"this is a letter")

    def test_while_a_folder_stands_in_its_place(self, opened, path):
        path.mkdir()

        with pytest.raises(SinkUnavailable, match="cannot be opened"):
            add(opened, "refused")

    def test_while_its_folder_cannot_be_made(self, tmp_path):
        (tmp_path / "file").write_text("in the way")
        blocked = Database(tmp_path / "file" / "runs.db")

        with pytest.raises(SinkUnavailable, match="cannot be written"):
            add(blocked, "refused")

    def test_while_the_disk_is_full(self, opened):
        add(opened, "before")
        with opened.locked() as connection:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages}")

        with pytest.raises(SinkUnavailable, match="the disk is full"):
            add(opened, "refused", "x" * 100_000)

        add(opened, "after")


class TestTooNew:
    @pytest.fixture
    def future(self, path):
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE surprise (id)")
            connection.execute("PRAGMA user_version = 1000")
        return path

    def test_a_newer_database_is_refused(self, opened, future):
        with pytest.raises(StoreTooNew, match="schema 1000"):
            add(opened, "refused")

    def test_not_a_byte_of_it_is_changed(self, opened, future):
        before = future.read_bytes()

        with pytest.raises(StoreTooNew):
            add(opened, "refused")

        assert future.read_bytes() == before


def test_on_a_network_file_system_the_rollback_journal_is_used(opened, rows, monkeypatch, caplog):
    monkeypatch.setattr(database, "on_network", lambda _: True)

    with caplog.at_level(logging.WARNING, "autolog"):
        add(opened, "kept")

    assert rows("PRAGMA journal_mode") == [("delete",)]
    assert "network file system" in caplog.text


def test_closing_does_not_wait_for_ever_for_another_writer(opened, path, rows):
    add(opened, "kept")
    holder = os.open(path.with_name("runs.db.lock"), os.O_RDWR)
    fcntl.flock(holder, fcntl.LOCK_EX)

    opened.close()

    os.close(holder)
    assert rows("SELECT key FROM tag") == [("kept",)]
