"""The files of a run of MLflow's: told of where they are, or copied."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from autolog.errors import StoreError
from autolog.events import ArtifactStored
from autolog.importing.mlflow_models import models_among
from autolog.importing.mlflow_runs import id_of
from autolog.recording.values import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autolog.events import ModelStored
    from autolog.importing.mlflow_store import MLflowStore

MODEL_ID_TAG = "autolog.model_id"
"""The tag of a model that autolog has sent to MLflow."""


class _Place(NamedTuple):
    """Where MLflow has files of a run.

    Attributes:
        address: The folder's address.
        name: What the folder is called within the run's; empty for the run's own files.
        model_id: For a model, its id.
    """

    address: str
    name: str = ""
    model_id: str = ""


def files_of(
    store: MLflowStore, run: Any, folder: Path | None
) -> list[ArtifactStored | ModelStored]:
    """What tells of the files of a run, and of the models that were logged in it.

    Args:
        store: The store that it was read from.
        run: The run, as MLflow's client gives it.
        folder: The folder for the files of the run, if they are to be copied there.

    Raises:
        StoreError: They cannot be listed, or not be copied.
        OSError: The disk refuses.
    """
    time_ns = (run.info.end_time or run.info.start_time or 0) * 1_000_000
    found: list[ArtifactStored] = []
    ids: dict[str, str] = {}
    for place in _places(store, run):
        taken = {PurePosixPath(file.path).parts[0] for file in found}
        # names of models are no ids at MLflow: a run may have several of one
        name = f"{place.name}-{place.model_id[2:10]}" if place.name in taken else place.name
        ids[name] = place.model_id
        for path, size in _listed(store, place.address, ""):
            within = _inside(str(PurePosixPath(name, path)))
            address = f"{place.address.rstrip('/')}/{path}"
            location: str | None = _local(address) or address
            if folder is not None:
                _copy(store, address, folder / within, size)
                location = None
            found.append(ArtifactStored(id_of(run), 0, time_ns, within, size, None, location))
    return [*found, *(() if folder is None else models_among(found, folder, ids))]


def _inside(path: str) -> str:
    """The path, if it does not lead out of the run's folder, whatever a server says."""
    try:
        return str(inside(path))
    except ValueError as error:
        raise StoreError(f"A file of MLflow's cannot be imported: {error}") from error


def _places(store: MLflowStore, run: Any) -> Iterator[_Place]:
    """The places of the run's own files, and of each of its models, from the oldest on."""
    yield _Place(run.info.artifact_uri)
    for model in sorted(store.models(run), key=lambda one: one.creation_timestamp):
        model_id = model.tags.get(MODEL_ID_TAG) or model.model_id
        yield _Place(model.artifact_location, model.name, model_id)


def _listed(store: MLflowStore, base: str, path: str) -> Iterator[tuple[str, int]]:
    from mlflow.artifacts import list_artifacts

    with store.answering():
        found = list_artifacts(
            artifact_uri=f"{base.rstrip('/')}/{path}".rstrip("/"), tracking_uri=store.tracking_uri
        )
    for one in found:
        below = str(PurePosixPath(path, PurePosixPath(one.path).name))
        if one.is_dir:
            yield from _listed(store, base, below)
        else:
            yield below, one.file_size or 0


def _local(address: str) -> str | None:
    """The path of a file on this machine, if the address is one's."""
    if address.startswith("/"):
        return address
    parts = urlsplit(address)
    return unquote(parts.path) if parts.scheme == "file" else None


def _copy(store: MLflowStore, address: str, target: Path, size: int) -> None:
    from mlflow.artifacts import download_artifacts

    if target.is_file() and target.stat().st_size == size:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=target.parent) as place:
        with store.answering():
            file = download_artifacts(
                artifact_uri=address, dst_path=place, tracking_uri=store.tracking_uri
            )
        # what lies on this machine is not copied by MLflow
        if Path(file).is_relative_to(place):
            Path(file).replace(target)
        else:
            shutil.copyfile(file, Path(place) / target.name)
            (Path(place) / target.name).replace(target)
