import os
import shutil
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from autolog.errors import StoreError, StoreMissing, StoreTooNew
from autolog.events import RunStarted
from autolog.sinks.sqlite.schema import VERSION
from autolog.store import Store

RUN = RunStarted("a" * 32, 0, 1, "fit", "default")
NOBODY = 65534


@pytest.fixture
def public_folder():
    """A folder that other users can get at, unlike those that pytest makes."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


@contextmanager
def unwritable(folder):
    """Takes the right to write there from the process; root has to become somebody else for it."""
    user = os.geteuid()
    folder.chmod(0o555)
    os.seteuid(user or NOBODY)
    try:
        with pytest.raises(PermissionError):
            (folder / "new").touch()
        yield
    finally:
        os.seteuid(user)
        folder.chmod(0o700)


def test_a_missing_store_says_where_it_looked_and_what_to_do(store, tmp_path):
    with pytest.raises(StoreMissing, match=rf"{tmp_path}/runs\.db.*AUTOLOG_DIR"):
        store.runs()


def test_a_missing_store_is_not_created(store, tmp_path):
    with pytest.raises(StoreMissing):
        store.run("last")

    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_a_store_without_runs(store):
    store.path.touch()

    assert store.runs() == []


def test_a_store_from_the_future_is_refused(record, store):
    record(RUN)
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("PRAGMA user_version = 1000")

    with pytest.raises(StoreTooNew, match="schema 1000"):
        store.runs()


def test_an_older_store_is_brought_up_to_date_first(store):
    store.path.touch()

    store.runs()

    with closing(sqlite3.connect(store.path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_a_damaged_file_is_an_error_that_names_it(store):
    store.path.write_bytes(b"no database at all" * 1000)

    with pytest.raises(StoreError, match=r"runs\.db cannot be read: the file is no SQLite"):
        store.runs()


def test_a_path_with_odd_characters_is_read(record, store, tmp_path):
    record(RUN)
    odd = tmp_path / "100% of #1?.db"
    store.path.rename(odd)

    assert len(Store(odd).runs()) == 1


def test_reading_beside_an_open_writer_sees_what_was_committed(record, store):
    record(RUN)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM run")

        assert len(store.runs()) == 1


def test_reading_leaves_the_file_as_it_is(record, store):
    record(RUN)
    before = store.path.read_bytes()

    store.runs()

    assert store.path.read_bytes() == before


def test_a_store_in_a_folder_that_cannot_be_written_is_read(record, store, public_folder):
    record(RUN)
    copied = Path(shutil.copy(store.path, public_folder))

    with unwritable(public_folder):
        runs = Store(copied).runs()

    assert len(runs) == 1
