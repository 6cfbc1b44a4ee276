"""Keeps the garbage collector from looking at what modules of ours are made of.

Importing makes thousands of objects that stay, and next to no garbage. Counting them makes the
collector look through all objects of the process earlier and more often; once is some 50 ms where
large libraries are loaded, as much as all that autolog does at the start of a script.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FROZEN_BY_PYTHON = 1000
"""Python 3.12 starts with some 400 frozen objects; what a user freezes are thousands."""


@contextmanager
def no_collection() -> Iterator[None]:
    """Puts automatic collections off until the block has ended; those that are off stay so.

    All objects that there are then count as old: the next collection of young ones, due at once,
    would look at each of those that the block has made, 10 ms for 30 000 of them.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if gc.get_freeze_count() <= _FROZEN_BY_PYTHON:  # what the user has frozen stays frozen
            gc.freeze()
            gc.unfreeze()  # into the oldest generation, without a look at any
        gc.enable()
