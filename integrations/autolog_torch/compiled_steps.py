"""Steps that compiled code takes, of which it can tell next to nothing."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch.optim import Optimizer


class CompiledSteps:
    """The latest step that compiled code has taken and nobody has looked at yet.

    What the compiler reads of a hook may set an attribute, which it then does after each step. All
    else would break the user's code into pieces, or be done once and never again.

    Attributes:
        latest: The optimizer that has taken it.
    """

    def __init__(self) -> None:
        self.latest: Optimizer | None = None
        self._lock = threading.Lock()

    def take(self) -> Optimizer | None:
        """The optimizer that has taken a step since the last time, if one has."""
        with self._lock:  # a training may end in another thread
            latest, self.latest = self.latest, None
        return latest
