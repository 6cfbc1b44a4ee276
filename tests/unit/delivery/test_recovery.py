"""What a process that is gone has left behind is delivered, once, by whoever comes first."""

from __future__ import annotations

import errno
import os
import threading
import time

import pytest

from autolog.delivery.delivery import Delivery
from autolog.delivery.folder import JournalFolder
from autolog.delivery.reader import MAX_EVENTS
from autolog.delivery.recovery import RecoveryReport, recover
from autolog.errors import SinkUnavailable
from autolog.events import RunEnded, Status
from autolog.records import frame

RUN = "0" * 32


@pytest.fixture
def leave_behind(directory, told_sink):
    """Leaves a journal with events as a killed process would; returns its folder."""

    def leave(*events, sinks=("a:",)):
        dead = told_sink(always=SinkUnavailable("gone"))
        delivery = Delivery(directory, sinks, open_sink=lambda *_: dead)
        known = set(folders_in(directory))
        for event in events:
            delivery.emit(event)
        delivery.close(timeout=0)
        (folder,) = set(folders_in(directory)) - known
        return JournalFolder(folder)

    return leave


def folders_in(directory):
    journals = directory / "journal"
    return list(journals.iterdir()) if journals.exists() else []


def killed(sequence, *, time_ns):
    return RunEnded(RUN, sequence, time_ns, Status.KILLED)


def test_everything_is_delivered_and_the_journal_removed(
    directory, leave_behind, told_sink, started, metric, ended
):
    folder = leave_behind(started(), metric(1), ended())
    sink = told_sink()

    report = recover(directory, open_sink=lambda *_: sink)

    assert sink.events == [started(), metric(1), ended()]
    assert sink.closed
    assert report.journals == (folder.id,)
    assert folders_in(directory) == []


def test_a_run_without_an_end_is_killed_at_the_time_of_its_last_event(
    directory, leave_behind, told_sink, started, metric
):
    leave_behind(started(), metric(7))
    sink = told_sink()

    report = recover(directory, open_sink=lambda *_: sink)

    assert sink.events[-1] == killed(8, time_ns=7)
    assert report.killed_runs == (RUN,)


def test_a_run_is_killed_no_earlier_than_the_runs_below_it_have_ended(
    directory, leave_behind, told_sink, started, ended
):
    child = "1" * 32
    leave_behind(started(), started(child), ended(child))
    sink = told_sink()

    recover(directory, open_sink=lambda *_: sink)

    assert sink.events[-1] == killed(1, time_ns=ended(child).time_ns)


def test_a_run_that_has_ended_is_not_killed(directory, leave_behind, told_sink, started, ended):
    leave_behind(started(), ended())
    sink = told_sink()

    report = recover(directory, open_sink=lambda *_: sink)

    assert report.killed_runs == ()
    assert sink.events == [started(), ended()]


def test_a_run_that_another_journal_began_is_not_killed(directory, leave_behind, told_sink, metric):
    leave_behind(metric(1))

    report = recover(directory, open_sink=lambda *_: told_sink())

    assert report.killed_runs == ()


def test_a_run_whose_first_segment_is_gone_is_killed_too(
    directory, told_sink, started, metric, monkeypatch
):
    monkeypatch.setattr("autolog.delivery.segment.SEGMENT_SIZE", 4096)
    monkeypatch.setattr("autolog.delivery.journal.SEGMENT_SIZE", 4096)
    sink = told_sink()
    delivery = Delivery(directory, ["a:"], open_sink=lambda *_: sink)
    delivery.emit(started())
    for number in range(1, 200):
        delivery.emit(metric(number))
    delivery.flush(timeout=30)
    sink.always = SinkUnavailable("gone")
    delivery.emit(metric(200))
    delivery.close(timeout=0)
    (folder,) = folders_in(directory)
    JournalFolder(folder).remove_segments_before(max(JournalFolder(folder).segments()))

    sink.always = None

    recover(directory, open_sink=lambda *_: sink)

    assert sink.events[-2:] == [metric(200), killed(201, time_ns=200)]


def test_a_second_recovery_finds_nothing(directory, leave_behind, told_sink, started):
    leave_behind(started())
    sink = told_sink()
    recover(directory, open_sink=lambda *_: sink)
    before = list(sink.events)

    report = recover(directory, open_sink=lambda *_: sink)

    assert report.journals == ()
    assert sink.events == before


def test_a_recovery_that_fails_halfway_is_gone_on_with(
    directory, leave_behind, told_sink, started, metric
):
    folder = leave_behind(started(), metric(1))
    unavailable = told_sink(always=SinkUnavailable("still gone"))
    first = recover(directory, open_sink=lambda *_: unavailable)
    sink = told_sink()

    second = recover(directory, open_sink=lambda *_: sink)

    assert first.kept[0].journal == folder.id
    assert "still gone" in first.kept[0].reason
    assert second.killed_runs == ()
    assert sink.events == [started(), metric(1), killed(2, time_ns=1)]


def test_one_dead_sink_holds_no_other_back(directory, leave_behind, told_sink, started, ended):
    leave_behind(started(), ended(), sinks=("dead:", "alive:"))
    sinks = {"dead:": told_sink(always=SinkUnavailable("gone")), "alive:": told_sink()}

    recover(directory, open_sink=lambda uri, _: sinks[uri])
    sinks["dead:"].always = None
    recover(directory, open_sink=lambda uri, _: sinks[uri])

    assert sinks["alive:"].events == sinks["dead:"].events == [started(), ended()]


def test_a_dead_sink_is_tried_once_for_all_journals(
    directory, leave_behind, told_sink, started, ended
):
    for _ in range(3):
        leave_behind(started(), ended())
    dead = told_sink(always=SinkUnavailable("gone"))

    report = recover(directory, open_sink=lambda *_: dead)

    assert dead.calls == 1
    assert len(report.kept) == 3


def test_only_the_sinks_that_were_asked_for_are_delivered_to(
    directory, leave_behind, told_sink, started, ended
):
    leave_behind(started(), ended(), sinks=("one:", "other:"))
    sinks = {"one:": told_sink(), "other:": told_sink()}

    report = recover(directory, open_sink=lambda uri, _: sinks[uri], sinks=["one:"])

    assert sinks["one:"].events == [started(), ended()]
    assert sinks["other:"].events == []
    assert len(report.kept) == 1


def test_a_torn_tail_is_cut(directory, leave_behind, told_sink, started, ended):
    folder = leave_behind(started(), ended())
    path = folder.segment_path(1)
    content = path.read_bytes().rstrip(b"\0")
    path.write_bytes(content[:-3])
    sink = told_sink()

    report = recover(directory, open_sink=lambda *_: sink)

    assert sink.events == [started(), killed(1, time_ns=1)]
    assert report.damaged_bytes > 0


def test_a_journal_in_use_is_left_alone(directory, told_sink, started):
    mine, other = told_sink(), told_sink()
    delivery = Delivery(directory, ["a:"], open_sink=lambda *_: mine)
    delivery.emit(started())

    report = recover(directory, open_sink=lambda *_: other)

    assert report.journals == ()
    assert other.events == []
    delivery.close()


def test_a_journal_of_another_host_is_left_alone_unless_asked_for(
    directory, leave_behind, told_sink, started, ended
):
    folder = leave_behind(started(), ended())
    folder.path.rename(folder.path.with_name("elsewhere.1.2.abcd"))
    sink = told_sink()

    left_alone = recover(directory, open_sink=lambda *_: sink)
    asked_for = recover(directory, open_sink=lambda *_: sink, all_hosts=True)

    assert left_alone.journals == ()
    assert asked_for.journals == ("elsewhere.1.2.abcd",)


def test_two_recoverers_at_once_deliver_once(directory, leave_behind, told_sink, started, ended):
    for number in range(10):
        leave_behind(started(f"{number:032}"), ended(f"{number:032}"))
    sink = told_sink()

    threads = [
        threading.Thread(target=recover, args=(directory,), kwargs={"open_sink": lambda *_: sink})
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(event.run_id for event in sink.events if event.sequence == 0) == [
        f"{number:032}" for number in range(10)
    ]
    assert len(sink.events) == 20
    assert folders_in(directory) == []


def test_a_journal_without_segments_is_removed(directory, leave_behind, started):
    folder = leave_behind(started())
    folder.segment_path(1).unlink()

    report = recover(directory, open_sink=lambda *_: pytest.fail("nothing is to be delivered"))

    assert report.journals == (folder.id,)
    assert folders_in(directory) == []


def test_a_journal_that_is_being_made_is_left_alone(directory, leave_behind, started):
    path = leave_behind(started()).path
    partial = path.rename(f"{path}.partial")

    report = recover(directory, open_sink=lambda *_: pytest.fail("nothing is to be delivered"))

    assert report == RecoveryReport()
    assert (partial / "lock").exists()


def test_a_journal_that_somebody_died_over_making_is_removed(directory, leave_behind, started):
    path = leave_behind(started()).path
    partial = path.rename(f"{path}.partial")
    os.utime(partial, (0, 0))

    report = recover(directory, open_sink=lambda *_: pytest.fail("nothing is to be delivered"))

    assert report == RecoveryReport()
    assert not partial.exists()


def test_a_journal_that_does_not_say_its_sinks_is_kept(directory, leave_behind, started):
    folder = leave_behind(started())
    (folder.path / "sinks.json").write_text("{")

    report = recover(directory, open_sink=lambda *_: None)

    assert report.kept[0].journal == folder.id
    assert folder.path.exists()


def test_nothing_is_begun_after_the_deadline(directory, leave_behind, told_sink, started):
    folder = leave_behind(started())

    report = recover(directory, open_sink=lambda *_: told_sink(), deadline=time.monotonic())

    assert report.journals == ()
    assert folder.path.exists()


def test_a_journal_whose_disk_fails_is_kept(directory, leave_behind, started, monkeypatch):
    folder = leave_behind(started())

    def fail(path, size):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "truncate", fail)

    report = recover(directory, open_sink=lambda *_: None)

    assert report.kept[0].journal == folder.id
    assert "Input/output error" in report.kept[0].reason


def test_what_nobody_can_decode_goes_to_quarantine(
    directory, leave_behind, told_sink, started, ended
):
    folder = leave_behind(started(), ended())
    with folder.segment_path(1).open("r+b") as file:
        content = file.read()
        file.seek(len(content.rstrip(b"\0")))
        file.write(frame(b"\x92\x63\x01"))
    sink = told_sink()

    report = recover(directory, open_sink=lambda *_: sink)

    assert sink.events == [started(), ended()]
    assert report.lost == 1
    assert len(list((directory / "quarantine").iterdir())) == 1


def test_a_deadline_in_the_middle_leaves_the_rest_for_later(
    directory, leave_behind, told_sink, metric
):
    folder = leave_behind(*[metric(number) for number in range(MAX_EVENTS + 1)])

    class Slow(told_sink):
        def write(self, batch):
            super().write(batch)
            time.sleep(max(0, deadline - time.monotonic()))

    deadline = time.monotonic() + 5
    first, second = Slow(), told_sink()

    cut = recover(directory, open_sink=lambda *_: first, deadline=deadline)
    recover(directory, open_sink=lambda *_: second)

    assert cut.kept[0].journal == folder.id
    assert first.events + second.events == [metric(number) for number in range(MAX_EVENTS + 1)]


def test_recovery_can_leave_the_interpreter_to_others(
    directory, leave_behind, told_sink, started, ended
):
    leave_behind(started(), ended())
    sink = told_sink()

    recover(directory, open_sink=lambda *_: sink, hurried=False)

    assert sink.events == [started(), ended()]


def test_other_files_beside_the_journals_are_ignored(directory, leave_behind, told_sink, started):
    folder = leave_behind(started())
    (folder.path.parent / "notes.txt").write_text("mine")
    (folder.path / "backup.segment").write_text("mine too")

    report = recover(directory, open_sink=lambda *_: told_sink())

    assert report.journals == (folder.id,)


def test_a_directory_without_journals_needs_no_recovery(directory):
    assert recover(directory, open_sink=lambda *_: None).journals == ()


def test_a_sink_that_hangs_delays_no_other(directory, leave_behind, told_sink, started, ended):
    kept = [leave_behind(started(), ended(), sinks=("hangs:", "a:")) for _ in range(2)]
    released, sink = threading.Event(), told_sink()

    def hang(_batch):
        released.wait(60)
        raise SinkUnavailable("gone")

    hanging = told_sink()
    hanging.write = hang
    deadline = time.monotonic() + 1
    report = recover(
        directory,
        open_sink=lambda uri, _: hanging if uri == "hangs:" else sink,
        deadline=deadline,
    )

    assert sink.events == [started(), ended()] * 2
    assert sorted(one.journal for one in report.kept) == sorted(folder.id for folder in kept)
    assert "has not answered in time" in report.kept[0].reason
    # and nobody else takes the journals, as long as that sink is at them
    assert recover(directory, open_sink=lambda *_: told_sink()).journals == ()
    released.set()
