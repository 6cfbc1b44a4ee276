from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from autolog.delivery.owner import Owner

needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="start times come from /proc")


@pytest.fixture
def other_process():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.stdin.close()
    process.wait()


def owner_of(process):
    status = Path(f"/proc/{process.pid}/stat").read_text()
    start = int(status.rsplit(")", 1)[1].split()[19])
    return replace(Owner.this_process(), pid=process.pid, start=start)


def test_a_journal_id_tells_its_owner():
    owner = Owner("host.with.dots", 42, 77)

    assert Owner.from_journal_id(owner.new_journal_id()) == owner


def test_no_two_journals_have_the_same_id():
    owner = Owner.this_process()

    assert owner.new_journal_id() != owner.new_journal_id()


@pytest.mark.parametrize("name", ["", "notes", "a.b.c.d", ".gitignore"])
def test_another_name_is_no_journal_id(name):
    with pytest.raises(ValueError):
        Owner.from_journal_id(name)


@needs_proc
def test_a_process_that_runs_is_alive(other_process):
    assert owner_of(other_process).is_another_living_process()


@needs_proc
def test_a_process_that_has_ended_is_not_alive(other_process):
    owner = owner_of(other_process)

    other_process.stdin.close()
    other_process.wait()

    assert not owner.is_another_living_process()


@needs_proc
def test_a_process_that_nobody_has_waited_for_is_not_alive(other_process):
    owner = owner_of(other_process)

    other_process.kill()
    os.waitid(os.P_PID, other_process.pid, os.WEXITED | os.WNOWAIT)

    assert not owner.is_another_living_process()


@needs_proc
def test_a_process_that_got_the_pid_later_is_another(other_process):
    owner = owner_of(other_process)

    assert not replace(owner, start=owner.start - 1).is_another_living_process()


def test_a_process_knows_its_own_journals_by_their_locks():
    assert not Owner.this_process().is_another_living_process()
