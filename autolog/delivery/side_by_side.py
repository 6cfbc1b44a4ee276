"""Does several pieces of work at the same time, so that one that hangs delays no other."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def do_side_by_side(work: Sequence[Callable[[], object]], deadline: float | None) -> None:
    """Does each piece of work in a thread of its own; a single one in the calling thread.

    Args:
        work: What is to be done, none of which raises anything.
        deadline: When to wait no longer, by `time.monotonic`. What hangs is left to itself then,
            and ends with the process.
    """
    if len(work) == 1:
        work[0]()
        return
    threads = [
        threading.Thread(target=piece, name="autolog-recovery", daemon=True) for piece in work
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        thread.join(left)
