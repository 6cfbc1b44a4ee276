from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

import pytest

from autolog.delivery.lock import JournalLock


@pytest.fixture
def path(tmp_path):
    return tmp_path / "lock"


def test_a_lock_that_is_held_cannot_be_taken(path):
    lock = JournalLock.create(path)

    assert JournalLock.take(path) is None

    lock.release()


def test_a_lock_that_was_released_can_be_taken(path):
    JournalLock.create(path).release()

    taken = JournalLock.take(path)

    assert taken is not None
    taken.release()


def test_a_lock_of_a_journal_that_is_gone_cannot_be_taken(path):
    with pytest.raises(FileNotFoundError):
        JournalLock.take(path)


def test_a_lock_of_a_journal_that_is_removed_meanwhile_cannot_be_taken(path, monkeypatch):
    JournalLock.create(path).release()
    real_flock = fcntl.flock

    def flock_after_another_recoverer(descriptor, operation):
        path.unlink()
        path.touch()
        real_flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock_after_another_recoverer)

    with pytest.raises(FileNotFoundError):
        JournalLock.take(path)


def test_a_file_system_without_locks_is_an_error(path, monkeypatch):
    def refuse(descriptor, operation):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    before = len(list(Path("/dev/fd").iterdir()))

    with pytest.raises(OSError, match="No locks"):
        JournalLock.create(path)

    assert len(list(Path("/dev/fd").iterdir())) == before


def test_a_second_release_closes_nothing_else(path, tmp_path):
    lock = JournalLock.create(path)
    lock.release()
    descriptor = os.open(tmp_path, os.O_RDONLY)  # takes the number that has become free

    lock.release()

    os.fstat(descriptor)
    os.close(descriptor)


def test_a_child_that_ends_leaves_its_parent_the_lock(path):
    lock = JournalLock.create(path)

    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)

    assert JournalLock.take(path) is None
    lock.release()


def test_a_child_that_lives_on_does_not_hold_its_parents_lock(path):
    lock = JournalLock.create(path)
    is_up, goes_on = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.write(is_up[1], b"x")
        os.read(goes_on[0], 1)
        os._exit(0)
    os.read(is_up[0], 1)

    lock.release()

    taken = JournalLock.take(path)
    os.write(goes_on[1], b"x")
    os.waitpid(child, 0)
    for descriptor in (*is_up, *goes_on):
        os.close(descriptor)
    assert taken is not None
    taken.release()
