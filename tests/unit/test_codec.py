"""Events as bytes, many at once."""

from __future__ import annotations

import pytest

from autolog.codec import Undecodable, decode_all, encode
from autolog.events import MetricsLogged

EVENTS = tuple(
    MetricsLogged("a" * 32, number, number, number, {"loss": number / 3}) for number in range(20)
)


@pytest.mark.parametrize("count", [0, 1, 20])
def test_many_are_read_back_at_once(count):
    events = EVENTS[:count]

    assert decode_all([encode(event) for event in events]) == events


@pytest.mark.parametrize("payload", [b"\x92\x63\x01", b"", b"\xc1", b"\x91" * 5000])
def test_one_among_them_that_no_version_knows_is_an_error(payload):
    payloads = [encode(EVENTS[0]), payload, encode(EVENTS[1])]

    with pytest.raises(Undecodable):
        decode_all(payloads)
