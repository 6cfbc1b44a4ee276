"""What a data loader says of itself."""

from __future__ import annotations

from typing import Any


def loader_params(loader: Any, prefix: str = "") -> dict[str, object]:
    """The batch size of a loader, as a param; nothing where it does not say.

    Args:
        loader: A data loader, or anything else that gives batches.
        prefix: Stands before the name, such as `val_`.
    """
    size = getattr(loader, "batch_size", None)
    if size is None:  # a sampler of the user's may make the batches
        size = getattr(getattr(loader, "batch_sampler", None), "batch_size", None)
    return {f"{prefix}batch_size": size} if isinstance(size, int) else {}
