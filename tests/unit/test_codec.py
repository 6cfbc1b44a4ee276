"""Many events at once, as the journal has them."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, strategies as st

from autolog.codec import Undecodable, decode_records, encode
from autolog.delivery.record import OPEN_RUNS, frame
from autolog.events import MetricsLogged, TagsSet

EVENTS = [
    MetricsLogged("a" * 32, number, number, number, {"loss": number / 3}) for number in range(20)
]
RECORDS = [frame(encode(event)) for event in EVENTS]


def test_they_are_read_with_the_places_of_their_records():
    places, events = decode_records(b"".join(RECORDS))

    assert events == tuple(EVENTS)
    assert places == [sum(map(len, RECORDS[:number])) for number in range(20)]


def test_what_is_no_event_is_passed_over():
    other = frame(b"\x80", OPEN_RUNS)

    places, events = decode_records(other + RECORDS[0] + other + RECORDS[1])

    assert events == (EVENTS[0], EVENTS[1])
    assert places == [len(other), 2 * len(other) + len(RECORDS[0])]


@given(st.integers(0, sum(map(len, RECORDS)) - 1), st.integers(1, 255))
def test_a_damaged_byte_anywhere_is_an_error(place, change):
    content = bytearray(b"".join(RECORDS))
    content[place] ^= change

    with pytest.raises(msgspec.DecodeError):
        decode_records(bytes(content))


@given(st.integers(1, sum(map(len, RECORDS)) - 1))
def test_a_cut_within_a_record_is_an_error(end):
    ends = [sum(map(len, RECORDS[: number + 1])) for number in range(20)]
    content = b"".join(RECORDS)[:end]

    if end in ends:
        assert len(decode_records(content)[1]) == 1 + ends.index(end)
    else:
        with pytest.raises(msgspec.DecodeError):
            decode_records(content)


@pytest.mark.parametrize("payload", [b"\x92\x63\x01", b"", b"\xc1", b"\x91" * 5000])
def test_what_no_version_knows_is_an_error(payload):
    content = RECORDS[0] + frame(payload) + frame(encode(TagsSet("a" * 32, 0, 0, {})))

    with pytest.raises(Undecodable):
        decode_records(content)
