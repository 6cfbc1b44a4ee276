"""Framing: whatever happens to the bytes, what is read back is a part of what was written."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, strategies as st

from autolog.records import EVENT, HEADER_SIZE, OPEN_RUNS, Scanner, frame, payloads_of_events

payloads = st.lists(st.binary(min_size=1, max_size=60), max_size=12)


def read(buffer, *, final=True):
    scanner = Scanner(buffer, final=final)
    return [record.payload for record in scanner], scanner


def is_subsequence(part, whole):
    remaining = iter(whole)
    return all(item in remaining for item in part)


@given(payloads)
def test_what_is_framed_is_read_back(written):
    buffer = b"".join(frame(payload) for payload in written)

    found, scanner = read(buffer)

    assert found == written
    assert (scanner.offset, scanner.skipped) == (len(buffer), 0)


@given(payloads, st.integers(0, 100))
def test_zeros_behind_the_records_are_not_damage(written, zeros):
    buffer = b"".join(frame(payload) for payload in written) + bytes(zeros)

    found, scanner = read(buffer)

    assert found == written
    assert scanner.skipped == 0


@given(payloads, st.data())
def test_a_cut_leaves_the_records_before_it(written, data):
    frames = [frame(payload) for payload in written]
    buffer = b"".join(frames)
    cut = data.draw(st.integers(0, len(buffer)))

    found, scanner = read(buffer[:cut])

    whole = [sum(map(len, frames[: count + 1])) <= cut for count in range(len(frames))]
    assert found == written[: sum(whole)]
    complete = sum(map(len, frames[: len(found)]))
    assert scanner.skipped == len(buffer[complete:cut].rstrip(b"\0"))


@given(payloads.filter(len), st.data())
def test_a_damaged_byte_costs_no_record_but_its_own(written, data):
    frames = [frame(payload) for payload in written]
    victim = data.draw(st.integers(0, len(frames) - 1))
    place = data.draw(st.integers(0, len(frames[victim]) - 1))
    damaged = bytearray(frames[victim])
    damaged[place] ^= data.draw(st.integers(1, 255))
    frames[victim] = bytes(damaged)

    found, scanner = read(b"".join(frames))

    assert found == written[:victim] + written[victim + 1 :]
    assert scanner.skipped == len(bytes(damaged).rstrip(b"\0"))


def test_a_damaged_byte_makes_no_other_kind_of_a_record():
    for kind, other in ((EVENT, OPEN_RUNS), (OPEN_RUNS, EVENT)):
        found, _ = read(other + frame(b"payload", kind)[len(kind) :])

        assert found == []


@given(st.binary(max_size=300))
def test_garbage_is_never_an_error(garbage):
    found, scanner = read(garbage)

    assert scanner.offset == len(garbage)
    assert scanner.skipped <= len(garbage)
    assert found == []


@given(payloads, st.binary(max_size=40), st.data())
def test_garbage_between_records_is_passed_over(written, garbage, data):
    place = data.draw(st.integers(0, len(written)))
    frames = [frame(payload) for payload in written]

    found, _ = read(b"".join([*frames[:place], garbage, *frames[place:]]))

    assert is_subsequence(found, written)


def test_a_record_that_is_not_wholly_there_is_waited_for():
    whole = frame(b"first")
    torn = frame(b"second")

    found, scanner = read(whole + torn[:-1], final=False)

    assert found == [b"first"]
    assert (scanner.offset, scanner.needed, scanner.skipped) == (len(whole), len(torn), 0)


def test_a_magic_alone_is_no_empty_record():
    buffer = EVENT + bytes(HEADER_SIZE - len(EVENT)) + frame(b"next")

    found, _ = read(buffer)

    assert found == [b"next"]


def test_the_kind_of_a_record_is_kept():
    buffer = frame(b"runs", OPEN_RUNS) + frame(b"event")

    kinds = [record.magic for record in Scanner(buffer, final=True)]

    assert kinds == [OPEN_RUNS, EVENT]


def test_whole_records_are_taken_as_they_are():
    one, two, three = (frame(payload) for payload in (b"one", b"two", b"three"))
    scanner = Scanner(one + two + three[:-1], final=False)

    assert scanner.take_whole(1) == (one, 1)
    assert scanner.take_whole(10) == (two, 1)
    assert scanner.take_whole(10) == (b"", 0)
    assert scanner.offset == len(one + two)


def test_records_are_not_taken_without_an_event_among_them():
    scanner = Scanner(frame(b"runs", OPEN_RUNS) + b"damaged", final=True)

    assert scanner.take_whole(10) == (b"", 0)
    assert scanner.offset == 0


WHOLE = [frame(bytes([number + 1]) * (number + 1)) for number in range(20)]


@given(payloads.filter(len), st.data())
def test_whole_records_are_taken_apart_with_their_places(written, data):
    kinds = [data.draw(st.sampled_from([EVENT, OPEN_RUNS])) for _ in written]
    frames = [frame(payload, kind) for payload, kind in zip(written, kinds, strict=True)]

    places, found = payloads_of_events(b"".join(frames))

    of_events = [number for number, kind in enumerate(kinds) if kind == EVENT]
    assert found == [written[number] for number in of_events]
    assert places == [sum(map(len, frames[:number])) for number in of_events]


@given(st.integers(0, sum(map(len, WHOLE)) - 1), st.integers(1, 255))
def test_a_damaged_byte_anywhere_in_whole_records_is_an_error(place, change):
    content = bytearray(b"".join(WHOLE))
    content[place] ^= change

    with pytest.raises(msgspec.DecodeError):
        payloads_of_events(bytes(content))


@given(st.integers(1, sum(map(len, WHOLE)) - 1))
def test_a_cut_within_one_of_them_is_an_error(end):
    ends = [sum(map(len, WHOLE[: number + 1])) for number in range(20)]
    content = b"".join(WHOLE)[:end]

    if end in ends:
        assert len(payloads_of_events(content)[1]) == 1 + ends.index(end)
    else:
        with pytest.raises(msgspec.DecodeError):
            payloads_of_events(content)
