"""Which batches are offered to be written in the transaction of the one before."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from autolog.sinks.sql.collecting import CollectedBatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from autolog.sinks.base import Batch
    from autolog.sinks.sql.collecting import Collected

    Following = Callable[[int], Batch | None]

_MANY_EVENTS = 1000
_SECONDS = 1.0


class Joining:
    """A batch, and those behind it.

    None is waited for behind a small one, which is likely to be the last, nor when the transaction
    has taken so long that others may wait for what it has locked.

    Args:
        batch: The batch.
        following: Gives the batch that comes next (1), or after that (2, ...), if it is there.
        asked: Called when there is nothing left to do but to ask for more.
    """

    def __init__(self, batch: Batch, following: Following, asked: Callable[[], object]) -> None:
        self._batches = [batch]
        self._following = following
        self._asked = asked
        self._until = monotonic() + _SECONDS

    def collected(self, place: int) -> Collected | None:
        """What is in the next batch (1), or in the one after that (2, ...), asked in this order."""
        self._asked()
        before = self._batches[-1]
        if before.count < _MANY_EVENTS or monotonic() > self._until:
            return None
        batch = self._following(place)
        if not isinstance(batch, CollectedBatch) or batch.journal != before.journal:
            return None
        self._batches.append(batch)
        return batch.collected

    def end(self, count: int) -> int:
        """Up to where the journal is written with so many batches behind the first."""
        return self._batches[count].end


def nothing(place: int) -> None:
    """What follows where nothing is to be written with a batch."""
    del place
