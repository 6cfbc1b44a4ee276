"""How much is measured: all of it, a little of everything, or what the budgets need."""

from __future__ import annotations

from typing import NamedTuple


class Scale(NamedTuple):
    """How much is measured.

    Attributes:
        full: Whether as much is measured as the results are published from.
        peers: Whether other trackers are measured, too.
        subjects: What alone is measured, where it is not all.
    """

    full: bool
    peers: bool
    subjects: frozenset[str] = frozenset()

    def wants(self, subject: str) -> bool:
        """Whether a subject is measured.

        Args:
            subject: As tables call it.
        """
        return not self.subjects or subject in self.subjects

    def pick(self, full: int, quick: int) -> int:
        """How many of something are taken.

        Args:
            full: At full scale.
            quick: Otherwise.
        """
        return full if self.full else quick


FULL = Scale(full=True, peers=True)
QUICK = Scale(full=False, peers=True)
CHECK = Scale(full=False, peers=False)
