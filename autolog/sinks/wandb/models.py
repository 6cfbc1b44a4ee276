"""A kept model becomes an artifact of W&B's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import wandb

from autolog.capture.model.directory import MLMODEL
from autolog.sinks.wandb.facts import decoded

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.events import ModelStored

_FOREIGN = re.compile(r"[^\w.-]", re.ASCII)
_NAME_LENGTH = 128


def model_artifact(event: ModelStored, folder: Path) -> wandb.Artifact | None:
    """The artifact of a model; None where its files are not there any more.

    Versions of a registered model are versions of one artifact.

    Args:
        event: What is known of the model.
        folder: Its files.
    """
    if not (folder / MLMODEL).is_file():
        return None
    name = event.registered_name or f"run-{event.run_id}-{event.name}"
    metadata = {"model_id": event.model_id, "flavor": event.flavor}
    if event.signature is not None:
        metadata["signature"] = decoded(event.signature)
    artifact = wandb.Artifact(
        _FOREIGN.sub("_", name)[:_NAME_LENGTH], type="model", metadata=metadata
    )
    artifact.add_dir(str(folder))
    return artifact
