"""Models of MLflow's whose folders were copied become models of the imported run."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.capture.model.directory import MLMODEL, hashes_of
from autolog.capture.model.verification import read_mlmodel
from autolog.errors import ModelError
from autolog.events import ModelStored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from autolog.events import ArtifactStored

_ID = re.compile(r"m-[0-9a-f]{32}")
_UUID = re.compile(r"[0-9a-f]{32}")
_OF_EVERY_LIBRARY = "python_function"


def models_among(
    files: Sequence[ArtifactStored], folder: Path, ids: Mapping[str, str]
) -> Iterator[ModelStored]:
    """What tells of the models among copied files; those that lack a file stay mere files.

    Args:
        files: What tells of the files, which are all of one run.
        folder: The folder that they were copied to.
        ids: What is known of the ids of models, by their places in the folder.
    """
    described = [PurePosixPath(file.path) for file in files]
    places = {file.parent for file in described if file.name == MLMODEL} - {PurePosixPath()}
    for place in sorted(places):
        if not places.intersection(place.parents):  # else it is a part of another
            model = _model(files[0], folder, str(place), ids)
            if model is not None:
                yield model


def _model(
    file: ArtifactStored, folder: Path, name: str, ids: Mapping[str, str]
) -> ModelStored | None:
    directory = folder / name
    try:
        described = read_mlmodel(directory)
    except ModelError:
        return None
    flavors = [flavor for flavor in described["flavors"] if flavor != _OF_EVERY_LIBRARY]
    size = sum(one.stat().st_size for one in directory.rglob("*") if one.is_file())
    return ModelStored(
        file.run_id,
        0,
        file.time_ns,
        name,
        _id_of(described, ids.get(name), f"{file.run_id}/{name}"),
        flavors[0] if flavors else _OF_EVERY_LIBRARY,
        size,
        _signature(described.get("signature")),
        hashes_of(directory),
    )


def _id_of(described: Mapping[str, Any], known: str | None, place: str) -> str:
    """Its id at autolog or MLflow; MLflow before 3 gave models a `model_uuid`, or nothing."""
    for found in (known, described.get("model_id")):
        if isinstance(found, str) and _ID.fullmatch(found):
            return found
    found = described.get("model_uuid")
    if not isinstance(found, str) or not _UUID.fullmatch(found):
        found = sha256(place.encode()).hexdigest()[:32]
    return f"m-{found}"


def _signature(described: object) -> str | None:
    if not isinstance(described, dict):
        return None
    texts = {key: described.get(key) for key in ("inputs", "outputs", "params")}
    return msgspec.json.encode(texts).decode()
