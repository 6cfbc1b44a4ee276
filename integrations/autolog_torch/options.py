"""The options that only the PyTorch integration understands."""

from __future__ import annotations

import msgspec


class Options(msgspec.Struct, frozen=True):
    """How training loops of PyTorch are recorded.

    Attributes:
        gradient_norm: Whether the norm of all gradients together is recorded at each step. It costs
            more than all the rest.
        tensorboard: Whether the scalars and hyperparameters that a `SummaryWriter` writes are
            recorded too.
    """

    gradient_norm: bool = False
    tensorboard: bool = True
