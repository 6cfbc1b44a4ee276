from __future__ import annotations

import os

from autolog.delivery.inspection import journals
from autolog.errors import SinkUnavailable


def test_a_journal_in_use_is_live(deliver, told_sink, directory, metric):
    deliver(a=told_sink()).emit(metric(1))

    (state,) = journals(directory)

    assert state.live
    assert state.pid == os.getpid()
    assert state.sinks == ("a:",)


def test_what_a_process_left_behind_is_not_live(deliver, told_sink, directory, metric):
    delivery = deliver(a=told_sink(always=SinkUnavailable("gone")))
    delivery.emit(metric(1))
    delivery.close(timeout=0)

    (state,) = journals(directory)

    assert not state.live
    assert 0 < state.bytes_waiting < 1000


def test_a_delivered_journal_has_nothing_waiting(deliver, told_sink, directory, metric):
    delivery = deliver(a=told_sink())
    delivery.emit(metric(1))
    delivery.flush(timeout=30)

    assert journals(directory)[0].bytes_waiting == 0


def test_the_slowest_sink_counts(deliver, told_sink, directory, metric):
    delivery = deliver(fast=told_sink(), dead=told_sink(always=SinkUnavailable("gone")))
    delivery.emit(metric(1))
    delivery.flush(timeout=0.2)

    assert journals(directory)[0].bytes_waiting > 0


def test_a_journal_that_does_not_say_its_sinks_is_listed_all_the_same(
    deliver, told_sink, directory, metric
):
    deliver(a=told_sink()).emit(metric(1))
    (folder,) = (directory / "journal").iterdir()
    (folder / "sinks.json").write_text("{")

    (state,) = journals(directory)

    assert state.sinks == ()


def test_a_journal_that_is_only_being_made_is_not_listed(deliver, told_sink, directory, metric):
    deliver(a=told_sink()).emit(metric(1))
    (folder,) = (directory / "journal").iterdir()
    folder.rename(f"{folder}.partial")

    assert journals(directory) == []


def test_a_journal_that_is_removed_meanwhile_is_not_listed(deliver, told_sink, directory, metric):
    deliver(a=told_sink()).emit(metric(1))
    (folder,) = (directory / "journal").iterdir()
    (folder / "lock").unlink()

    assert journals(directory) == []


def test_looking_takes_no_journal_away_from_its_owner(deliver, told_sink, directory, metric):
    delivery = deliver(a=told_sink())
    delivery.emit(metric(1))

    journals(directory)
    delivery.emit(metric(2))

    assert delivery.flush(timeout=30)


def test_there_are_no_journals_where_nothing_was_recorded(directory):
    assert journals(directory) == []
