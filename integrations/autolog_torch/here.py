"""What the running thread has seen since its last step."""

from __future__ import annotations

import threading
from threading import get_ident
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autolog_torch.passes import Pass
    from autolog_torch.tracks import Track
    from autolog_torch.training import Training

_MOST_LOSSES = 1000


class Seen:
    """What a thread has seen.

    Attributes:
        losses: The losses whose gradients were computed since the last step: numbers, or copies
            that lie on a device.
        announced: How many of them were told before they were scaled, so that their scaled selves
            are to be left out.
        loss_kinds: The classes of modules that have computed losses to learn from.
        loader_pass: The pass over a data loader that was begun last.
        training: The training that the last step was taken in.
        track: The optimizer that has taken it; `None` where more has changed than its losses.
    """

    __slots__ = ("announced", "loader_pass", "loss_kinds", "losses", "track", "training")

    def __init__(self) -> None:
        self.losses: list[Any] = []
        self.announced = 0
        self.loss_kinds: set[type] = set()
        self.loader_pass: Pass | None = None
        self.training: Training | None = None
        self.track: Track | None = None

    def add_loss(self, loss: Any) -> None:
        """Notes a loss; where no step comes, the latest."""
        if len(self.losses) >= _MOST_LOSSES:
            self.losses.clear()
        self.losses.append(loss)

    def forget_losses(self) -> None:
        """Forgets the losses that no step came of."""
        self.losses.clear()
        self.announced = 0

    def begin_pass(self, begun: Pass) -> None:
        """Notes that a pass over a data loader was begun."""
        self.loader_pass = begun
        self.track = None

    def add_kind(self, kind: type) -> None:
        """Notes the class of a module that has computed a loss to learn from."""
        self.loss_kinds.add(kind)
        self.track = None


class Here:
    """What each thread has seen.

    That of the main thread, which most loops run in, lies at hand: to ask for what is a thread's
    own costs as much as the rest of a step.

    Attributes:
        main_thread: The identifier of the main thread.
        of_main: What the main thread has seen.
    """

    __slots__ = ("_others", "main_thread", "of_main")

    def __init__(self) -> None:
        self.main_thread = threading.main_thread().ident
        self.start_anew()

    def start_anew(self) -> None:
        """Forgets what all threads have seen."""
        self.of_main = Seen()
        self._others = threading.local()

    def start_anew_after_fork(self) -> None:
        """Forgets what the threads of the parent have seen; the one that has forked is the main."""
        self.main_thread = get_ident()
        self.start_anew()

    @property
    def seen(self) -> Seen:
        """What the running thread has seen."""
        if get_ident() == self.main_thread:
            return self.of_main
        seen: Seen | None = getattr(self._others, "seen", None)
        if seen is None:
            seen = self._others.seen = Seen()
        return seen
