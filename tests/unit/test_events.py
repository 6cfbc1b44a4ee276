"""Journals of other versions are read: fields are only ever added, at the end, with a default."""

from __future__ import annotations

import msgspec

from autolog.codec import decode, encode
from autolog.events import ModelStored

RUN = "a" * 32
WRITTEN = [10, RUN, 3, 7, "model", "m-1", "sklearn", 4, None, {"MLmodel": "ab"}]


def test_a_model_from_before_there_was_a_registry_is_not_registered():
    stored = ModelStored(RUN, 3, 7, "model", "m-1", "sklearn", 4, None, {"MLmodel": "ab"}, None)

    assert decode(msgspec.msgpack.encode(WRITTEN)) == stored


def test_what_a_later_version_adds_is_passed_over():
    stored = decode(msgspec.msgpack.encode([*WRITTEN, "churn", "added later"]))

    assert stored == ModelStored(
        RUN, 3, 7, "model", "m-1", "sklearn", 4, None, {"MLmodel": "ab"}, "churn"
    )


def test_the_name_that_a_model_is_registered_under_is_written():
    stored = ModelStored(RUN, 3, 7, "model", "m-1", "sklearn", 4, None, {}, "churn")

    assert decode(encode(stored)) == stored
