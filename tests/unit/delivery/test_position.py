from __future__ import annotations

from hypothesis import given, strategies as st

from autolog.delivery.position import offset_of, position_of, segment_of

places = st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 2**32 - 1))


@given(places)
def test_a_position_tells_its_segment_and_offset(place):
    position = position_of(*place)

    assert (segment_of(position), offset_of(position)) == place


@given(places, places)
def test_positions_are_ordered_as_their_places(one, other):
    assert (position_of(*one) < position_of(*other)) == (one < other)
