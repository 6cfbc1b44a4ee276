"""The journal on disk, written by a real writer and read by a real reader."""

from __future__ import annotations

import errno
import os
import threading
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from autolog.codec import Undecodable, encode
from autolog.delivery import journal as journal_module, segment as segment_module
from autolog.delivery.position import offset_of, position_of
from autolog.delivery.reader import MAX_EVENTS, Reader
from autolog.delivery.segment import MUCH
from autolog.delivery.writer import Writer
from autolog.events import MetricsLogged, RunStarted, TagsSet
from autolog.records import HEADER_SIZE, frame
from autolog.sinks.base import UndecodedBatch

texts = st.text(max_size=20)
events = st.one_of(
    st.builds(RunStarted, texts, st.integers(0, 9), st.integers(0, 9), texts, texts),
    st.builds(
        MetricsLogged,
        texts,
        st.integers(0, 9),
        st.integers(0, 9),
        st.integers(0, 9),
        st.dictionaries(texts, st.floats(allow_nan=False), max_size=3),
    ),
    st.builds(TagsSet, texts, st.just(1), st.just(1), st.dictionaries(texts, texts, max_size=3)),
)


@pytest.fixture
def writer(directory):
    opened = []
    writer = Writer(directory, ["memory:"], opened.append)
    yield writer
    writer.detach()
    for journal in opened:
        journal.close(remove=False)


@pytest.fixture
def small_segments(monkeypatch):
    monkeypatch.setattr(segment_module, "SEGMENT_SIZE", 4096)
    monkeypatch.setattr(journal_module, "SEGMENT_SIZE", 4096)


@pytest.fixture
def no_mapping(monkeypatch):
    def refuse(descriptor, size):
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

    monkeypatch.setattr(segment_module, "_allocate", refuse)


def reader_of(journal, position, undecodable):
    return Reader(
        journal.folder,
        position,
        end=journal.position,
        pause=lambda: None,
        undecodable=undecodable or (lambda *_: None),
        stored=journal.stored,
    )


def read_all(journal, position=0, undecodable=None):
    reader = reader_of(journal, position, undecodable)
    batches = []
    while (batch := reader.read()) is not None:
        batches.append(batch)
    return batches, reader


def events_in(journal):
    return [event for batch in read_all(journal)[0] for event in batch.events]


def test_nothing_touches_the_disk_before_the_first_event(writer, directory):
    assert not directory.exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(events, min_size=1, max_size=20))
def test_any_events_are_read_as_they_were_written(tmp_path_factory, written):
    opened = []
    writer = Writer(tmp_path_factory.mktemp("journal"), [], opened.append)

    for event in written:
        writer.append(event)

    assert events_in(opened[0]) == written
    writer.detach().close(remove=True)


def test_an_event_is_in_the_file_when_append_returns(writer, metric):
    writer.append(metric(1))

    content = writer.journal.folder.segment_path(1).read_bytes()
    assert frame(encode(metric(1))) in content


def test_a_full_segment_is_followed_by_another(small_segments, writer, metric):
    written = [metric(number) for number in range(300)]

    for event in written:
        writer.append(event)

    assert len(writer.journal.folder.segments()) > 2
    assert events_in(writer.journal) == written


def test_positions_ascend_across_segments(small_segments, writer, metric):
    for number in range(300):
        writer.append(metric(number))

    batches, _ = read_all(writer.journal)
    positions = [position for batch in batches for position in batch.positions]
    assert positions == sorted(set(positions))
    assert batches[-1].end == writer.journal.position()


def test_reading_goes_on_from_the_end_of_any_batch(small_segments, writer, metric):
    for number in range(300):
        writer.append(metric(number))
    first = read_all(writer.journal)[0][0]

    rest, _ = read_all(writer.journal, first.end)

    assert rest[0].events[0] == metric(len(first.events))


def test_an_event_larger_than_a_segment_gets_a_larger_one(small_segments, writer, metric):
    written = [metric(0), metric(1, size=20_000), metric(2)]

    for event in written:
        writer.append(event)

    assert events_in(writer.journal) == written


def test_an_event_larger_than_a_part_is_read_whole(writer, metric):
    written = [metric(0), metric(1, size=3_000_000), metric(2)]

    for event in written:
        writer.append(event)

    assert events_in(writer.journal) == written


def test_a_batch_holds_no_more_than_its_limit(writer, metric):
    for number in range(MAX_EVENTS + 5):
        writer.append(metric(number))

    batches, _ = read_all(writer.journal)

    assert max(len(batch.events) for batch in batches) <= MAX_EVENTS
    assert sum(len(batch.events) for batch in batches) == MAX_EVENTS + 5


def test_segments_that_every_sink_is_past_are_removed(small_segments, writer, metric):
    for number in range(300):
        writer.append(metric(number))
    journal = writer.journal

    journal.release(journal.position(), 0)

    assert journal.folder.segments() == [journal.segment.number]


def test_the_number_of_files_stays_the_same_while_the_sinks_keep_up(small_segments, writer, metric):
    counts = set()

    for number in range(1000):
        writer.append(metric(number))
        writer.journal.release(writer.journal.position(), 0)
        counts.add(len(list(writer.journal.folder.path.iterdir())))

    assert counts == {3}


def test_only_the_owner_can_look_into_the_folder(writer, metric):
    writer.append(metric(1))

    assert writer.journal.folder.path.stat().st_mode & 0o777 == 0o700


def test_a_journal_that_cannot_be_mapped_is_appended_to(no_mapping, writer, metric):
    written = [metric(number) for number in range(100)]

    for event in written:
        writer.append(event)

    assert events_in(writer.journal) == written
    assert not writer.journal.overflow


def test_an_appended_journal_is_cut_into_segments_too(no_mapping, small_segments, writer, metric):
    written = [metric(number) for number in range(300)]

    for event in written:
        writer.append(event)

    assert len(writer.journal.folder.segments()) > 2
    assert events_in(writer.journal) == written


def test_a_short_append_is_taken_back(no_mapping, writer, metric, monkeypatch):
    writer.append(metric(0))
    real_write = os.write
    sizes = [5]

    def write_five_bytes(fd, data):
        if not sizes:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real_write(fd, data[: sizes.pop()])

    monkeypatch.setattr(segment_module.os, "write", write_five_bytes)

    writer.append(metric(1))

    monkeypatch.undo()
    assert events_in(writer.journal) == [metric(0)]
    assert read_all(writer.journal)[1].skipped == 0
    assert writer.journal.overflow.read(0, 10).events == (metric(1),)


def test_damage_costs_only_the_events_it_hits(writer, metric):
    for number in range(3):
        writer.append(metric(number))
    path = writer.journal.folder.segment_path(1)
    content = path.read_bytes()
    place = content.index(encode(metric(1)))
    with path.open("r+b") as file:
        file.seek(place)
        file.write(b"\xff")

    batches, reader = read_all(writer.journal)

    assert batches[0].events == (metric(0), metric(2))
    assert reader.skipped == len(encode(metric(1))) + HEADER_SIZE


def test_what_cannot_be_decoded_is_handed_over_with_the_reason(writer, metric):
    writer.append(metric(0))
    with writer._lock:
        writer.journal.append(metric(1), frame(b"\x92\x63\x01"))
    refused = []

    batches, _ = read_all(writer.journal, undecodable=lambda *what: refused.append(what))

    assert batches[0].events == (metric(0),)
    (position, payload, reason) = refused[0]
    assert position > batches[0].positions[0]
    assert payload == b"\x92\x63\x01"
    assert reason


def test_an_interrupted_append_is_passed_over(writer, metric):
    writer.append(metric(0))
    writer.journal.segment.end += 50  # reserved, and then the thread was interrupted
    writer.append(metric(1))

    batches, reader = read_all(writer.journal)

    assert batches[0].events == (metric(0), metric(1))
    assert reader.skipped == 0


def test_threads_lose_nothing_to_each_other(small_segments, writer, metric):
    def log(thread):
        for number in range(500):
            writer.append(metric(number, f"{thread:032}"))

    threads = [threading.Thread(target=log, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = sorted((event.run_id, event.step) for event in events_in(writer.journal))
    assert found == [(f"{thread:032}", number) for thread in range(8) for number in range(500)]


def test_an_event_that_cannot_be_encoded_is_counted_and_harms_nobody(
    writer, metric, monkeypatch, warnings_said
):
    monkeypatch.delenv("AUTOLOG_STRICT", raising=False)

    writer.append(metric(2**70))
    writer.append(metric(1))

    assert events_in(writer.journal) == [metric(1)]
    assert writer.lost == 1
    assert len(warnings_said()) == 1


def test_a_sync_passes_over_segments_that_were_removed_meanwhile(small_segments, writer, metric):
    for number in range(300):
        writer.append(metric(number))
    writer.journal.folder.remove_segments_before(writer.journal.segment.number)

    writer.journal.sync(now=True)

    assert writer.journal.folder.segments() == [writer.journal.segment.number]


def test_a_sync_is_due_once_a_second_or_at_once(writer, metric, monkeypatch):
    synced = []
    monkeypatch.setattr(journal_module, "_sync_file", synced.append)
    writer.append(metric(1))

    writer.journal.sync()
    too_early = list(synced)
    writer.journal.sync(now=True)
    writer.journal.sync(now=True)

    assert too_early == []
    assert synced == [writer.journal.folder.segment_path(1)]  # nothing was new the second time


def test_a_sync_is_due_once_when_a_run_has_ended(writer, started, ended, metric, monkeypatch):
    synced = []
    monkeypatch.setattr(journal_module, "_sync_file", synced.append)
    writer.append(started())
    writer.append(ended())

    writer.journal.sync()
    writer.append(metric(1))
    writer.journal.sync()

    assert len(synced) == 1


def test_while_much_is_appended_it_is_told_now_and_then(writer, metric):
    told = []
    writer.append(metric(0))
    writer.journal.much = lambda: told.append(writer.journal.segment.end)
    step = len(frame(encode(metric(10_000, size=100))))
    needed = 3 * MUCH // step + 3

    for number in range(needed):
        writer.append(metric(10_000 + number, size=100))

    assert len(told) == 3
    assert all(MUCH <= later - former < MUCH + 2 * step for former, later in pairwise(told))
    assert len(events_in(writer.journal)) == 1 + needed


def test_what_is_mapped_is_at_hand_without_the_disk(small_segments, writer, metric):
    for number in range(100):
        writer.append(metric(number))
    journal = writer.journal
    end = offset_of(journal.position())
    last = journal.folder.segment_path(journal.segment.number).read_bytes()[:end]

    assert len(journal.folder.segments()) > 1
    assert journal.stored(position_of(journal.segment.number, 0), end) == last
    assert journal.stored(position_of(1, 0), 10) == b""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(st.data())
def test_damage_costs_undecoded_events_what_it_costs_decoded_ones(tmp_path_factory, data):
    opened = []
    writer = Writer(tmp_path_factory.mktemp("journal"), [], opened.append)
    for event in data.draw(st.lists(events, min_size=1, max_size=12)):
        writer.append(event)
    journal = opened[0]
    path = journal.folder.segment_path(1)
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, offset_of(journal.position()) - 1))
        with path.open("r+b") as file:
            file.seek(place)
            file.write(data.draw(st.binary(min_size=1, max_size=3)))

    undecoded, reader = read_undecoded(journal, at_once=data.draw(st.integers(1, 5)))
    decoded, expected = read_all(journal)

    assert undecoded == [
        (position, event)
        for batch in decoded
        for position, event in zip(batch.positions, batch.events, strict=True)
    ]
    assert reader.skipped == expected.skipped
    writer.detach().close(remove=True)


def read_undecoded(journal, at_once):
    """Positions and events, as a consumer reads them for a sink in another process."""
    reader = reader_of(journal, 0, None)
    found = []
    while (batch := reader.read(at_once)) is not None:
        if isinstance(batch, UndecodedBatch):
            try:
                batch = batch.decoded()
            except Undecodable:
                batch = reader.read_again(batch)
        found += zip(batch.positions, batch.events, strict=True)
    return found, reader


def test_an_event_after_the_journal_was_detached_opens_another(writer, metric):
    writer.append(metric(1))
    first = writer.detach()

    writer.append(metric(2))

    assert writer.journal.id != first.id
    assert events_in(writer.journal) == [metric(2)]
