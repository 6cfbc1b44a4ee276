"""A journal is seen whole or not at all, whoever looks for abandoned ones meanwhile."""

from __future__ import annotations

import errno
import fcntl
import os
import threading
from pathlib import Path

import pytest

from autolog.delivery.folder import JournalFolder, folders
from autolog.delivery.owner import Owner
from autolog.delivery.recovery import recover


def create(directory):
    return JournalFolder.create(directory, Owner.this_process().new_journal_id(), ["a:"])


def recover_without_sinks(directory):
    recover(directory, open_sink=lambda *_: pytest.fail("nothing is to be delivered"))


@pytest.fixture
def _recoverers(directory):
    """Threads that look for abandoned journals all the time."""
    over = threading.Event()

    def recover_for_ever():
        while not over.is_set():
            recover_without_sinks(directory)

    threads = [threading.Thread(target=recover_for_ever) for _ in range(2)]
    for thread in threads:
        thread.start()
    yield
    over.set()
    for thread in threads:
        thread.join()


@pytest.mark.usefixtures("_recoverers")
def test_no_journal_is_taken_away_while_it_is_made(directory):
    for _ in range(1000):
        folder, lock = create(directory)

        assert folder.sinks() == ["a:"]

        folder.remove()
        lock.release()


def test_a_recovery_between_making_the_lock_and_taking_it_does_no_harm(directory, monkeypatch):
    real_flock = fcntl.flock

    def flock_after_a_recovery(descriptor, operation):
        monkeypatch.setattr(fcntl, "flock", real_flock)
        recover_without_sinks(directory)
        real_flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock_after_a_recovery)

    folder, lock = create(directory)

    assert folder.sinks() == ["a:"]
    assert folder.take_orphan() is None
    lock.release()


def test_a_journal_that_is_removed_vanishes_before_its_files_do(directory, monkeypatch):
    folder, lock = create(directory)
    seen = []
    real_unlink = Path.unlink

    def look_before_unlinking(path, **options):
        seen.extend(folders(directory))
        real_unlink(path, **options)

    monkeypatch.setattr(Path, "unlink", look_before_unlinking)

    folder.remove()

    lock.release()
    assert seen == []
    assert list(folder.path.parent.iterdir()) == []


def test_a_journal_that_the_user_has_removed_needs_no_removal(directory):
    folder, lock = create(directory)
    folder.remove()

    folder.remove()

    lock.release()
    assert list(folder.path.parent.iterdir()) == []


def test_a_journal_that_cannot_be_made_leaves_no_file_open(directory, monkeypatch):
    def refuse(path, content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    before = len(list(Path("/dev/fd").iterdir()))

    with pytest.raises(OSError, match="No space left"):
        create(directory)

    assert len(list(Path("/dev/fd").iterdir())) == before
    assert list(folders(directory)) == []
