"""The norm of all gradients of an optimizer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from autolog_torch.losses import dispatch_modes, unseen, value_of

if TYPE_CHECKING:
    from torch.optim import Optimizer


def gradient_norm(optimizer: Optimizer) -> Any:
    """The norm of the gradients as the step has found them.

    Args:
        optimizer: What has taken the step.

    Returns:
        A number, or a tensor that lies on a device; `None` where there are no gradients.
    """
    with unseen(), torch.no_grad():
        found = (one.grad for group in optimizer.param_groups for one in group["params"])
        gradients = [one.detach() for one in found if one is not None]
        if not gradients or dispatch_modes():
            return None
        device = gradients[0].device
        norms = [torch.linalg.vector_norm(one.to_dense()).to(device) for one in gradients]
        return value_of(torch.linalg.vector_norm(torch.stack(norms)))
