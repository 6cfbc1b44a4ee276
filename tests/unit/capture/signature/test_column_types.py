"""Types of columns, and what two of them have in common."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from autolog.capture.signature.column_types import (
    Anything,
    Array,
    Object,
    Property,
    Scalar,
    merged,
    merged_all,
)

SCALARS = st.sampled_from([*Scalar, *Anything])
TYPES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        inner.map(Array),
        st.dictionaries(st.sampled_from("abc"), st.tuples(inner, st.booleans()), min_size=1).map(
            lambda keys: Object.of(Property(key, *rest) for key, rest in keys.items())
        ),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        (Scalar.LONG, Scalar.LONG, Scalar.LONG),
        (Scalar.INTEGER, Scalar.LONG, Scalar.LONG),
        (Scalar.INTEGER, Scalar.FLOAT, Scalar.DOUBLE),
        (Scalar.FLOAT, Scalar.DOUBLE, Scalar.DOUBLE),
        (Scalar.BOOLEAN, Scalar.LONG, Anything.MIXED),
        (Scalar.STRING, Anything.UNKNOWN, Scalar.STRING),
        (Anything.UNKNOWN, Anything.UNKNOWN, Anything.UNKNOWN),
        (Anything.UNKNOWN, Anything.MIXED, Anything.MIXED),
        (Array(Scalar.LONG), Array(Anything.UNKNOWN), Array(Scalar.LONG)),
        (Array(Scalar.LONG), Array(Scalar.STRING), Array(Anything.MIXED)),
        (Array(Scalar.LONG), Scalar.LONG, Anything.MIXED),
    ],
)
def test_two_types_have_a_type_in_common(one, other, common):
    assert merged(one, other) == common
    assert merged(other, one) == common


def test_keys_that_only_one_object_has_are_optional():
    one = Object.of([Property("b", Scalar.LONG), Property("a", Scalar.STRING)])
    other = Object.of([Property("c", Scalar.LONG), Property("b", Anything.UNKNOWN, required=False)])

    assert merged(one, other).to_dict() == {
        "type": "object",
        "properties": {
            "a": {"type": "string", "required": False},
            "b": {"type": "long", "required": False},
            "c": {"type": "long", "required": False},
        },
    }


def test_keys_of_an_object_that_may_be_missing_are_optional():
    one = Object.of([Property("a", Scalar.LONG)])

    assert merged(Anything.UNKNOWN, one) == Object.of([Property("a", Scalar.LONG, required=False)])


def test_what_is_mixed_stays_mixed():
    types = [Scalar.STRING, Scalar.LONG, Scalar.STRING, Anything.UNKNOWN]

    assert merged_all(types) is Anything.MIXED


def test_nothing_at_all_is_of_an_unknown_type():
    assert merged_all([]) is Anything.UNKNOWN


@given(st.lists(SCALARS), st.randoms(use_true_random=False))
def test_the_order_of_the_values_does_not_matter(types, random):
    shuffled = random.sample(types, len(types))

    assert merged_all(types) is merged_all(shuffled)


@given(TYPES, TYPES)
def test_merging_is_symmetric_and_settles(one, other):
    common = merged(one, other)

    assert merged(other, one) == common
    assert merged(common, one) == common
