"""Makes what people read of a stored model, such as its summary, when they first look at it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from autolog.capture.model.flavor import RenderingFlavor
from autolog.capture.model.verification import read_mlmodel, verify_hashes
from autolog.errors import ModelDamaged, ModelNotLoadable
from autolog.flavors import find_flavor

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.store.recorded import RecordedModel


def render(model: RecordedModel, artifacts: Path, target: Path) -> None:
    """Makes a file out of a model, if the model is still what was stored.

    Args:
        model: The model.
        artifacts: The folder of the files of its run.
        target: The file, which appears there in one piece.

    Raises:
        ModelDamaged: The files of the model are not what was stored, or were never whole.
        ModelNotLoadable: It cannot be made here.
        OSError: It cannot be written.
    """
    if not model.files or not model.directory.resolve().is_relative_to(artifacts.resolve()):
        raise ModelDamaged(f"{target.name} cannot be made: {model.directory} is not as it was.")
    verify_hashes(model.directory, model.files)
    flavor = find_flavor(model.flavor)
    if not isinstance(flavor, RenderingFlavor):
        raise ModelNotLoadable(f"{target.name} cannot be made of a model of {model.flavor}.")
    config = read_mlmodel(model.directory)["flavors"][model.flavor]
    text = flavor.render(model.directory, config, target.name)
    unfinished = target.with_name(f".{uuid.uuid4().hex}{target.suffix}")
    try:
        unfinished.write_bytes(text.encode("utf-8", errors="backslashreplace"))
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
