"""Leads from an optimizer to its place in a training, past everything that seldom changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autolog_torch.members import Member
    from autolog_torch.training import Training

_NOWHERE = object()


class Track:
    """One optimizer, as long as its training goes on.

    Args:
        training: The training.
        member: The optimizer's place in it.

    Attributes:
        training: The training.
        member: The optimizer's place in it.
        around: What surrounds the training.
        reference: Leads to the optimizer.
        add: Keeps an entry.
    """

    __slots__ = ("add", "around", "member", "reference", "training")

    def __init__(self, training: Training, member: Member) -> None:
        self.training = training
        self.member = member
        self.around: Any = training.around
        self.reference = member.reference
        self.add = training.entries.append

    def end(self) -> None:
        """Leads nowhere any longer: no block of the user's is the one that it belongs to."""
        self.around = _NOWHERE
