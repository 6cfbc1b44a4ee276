"""Keeps the garbage collector from running while modules of ours are imported.

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


@contextmanager
def no_collection() -> Iterator[None]:
    """Puts automatic collections off until the block has ended; those that are off stay so."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
