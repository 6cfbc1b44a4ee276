"""What is known of objects by their identity."""

from __future__ import annotations

import gc

from autolog.capture.weak_identity import WeakIdentities


class Thing:
    """Equal to everything, and not to be hashed."""

    __hash__ = None

    def __eq__(self, other):
        return True


def test_an_object_is_found_by_its_identity():
    known, thing = WeakIdentities(), Thing()

    assert known.set(thing, "it")

    assert known.get(thing) == "it"
    assert known.get(Thing()) is None


def test_what_is_known_last_counts():
    known, thing = WeakIdentities(), Thing()

    known.set(thing, "first")
    known.set(thing, "second")
    gc.collect()

    assert known.get(thing) == "second"


def test_an_object_that_is_gone_is_forgotten():
    known, thing = WeakIdentities(), Thing()
    known.set(thing, "it")

    del thing
    gc.collect()

    assert known._known == {}


def test_an_object_that_cannot_be_held_weakly_is_not_known():
    known, thing = WeakIdentities(), []

    assert not known.set(thing, "it")

    assert known.get(thing) is None


def test_all_can_be_forgotten():
    known, thing = WeakIdentities(), Thing()
    known.set(thing, "it")

    known.clear()

    assert known.get(thing) is None
