"""The files of a run of MLflow's: told of where they are, or copied."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from autolog.errors import StoreError
from autolog.events import ArtifactStored
from autolog.importing.mlflow_runs import id_of
from autolog.recording.values import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autolog.importing.mlflow_store import MLflowStore

_UNKNOWN = "ENDPOINT_NOT_FOUND"


def files_of(store: MLflowStore, run: Any, folder: Path | None) -> list[ArtifactStored]:
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
    found = []
    for place, base in _bases(store, run):
        for path, size in _listed(store, base, ""):
            within = _inside(str(PurePosixPath(place, path)))
            address = f"{base.rstrip('/')}/{path}"
            location: str | None = _local(address) or address
            if folder is not None:
                _copy(store, address, folder / within, size)
                location = None
            found.append(ArtifactStored(id_of(run), 0, time_ns, within, size, None, location))
    return found


def _inside(path: str) -> str:
    """The path, if it does not lead out of the run's folder, whatever a server says."""
    try:
        return str(inside(path))
    except ValueError as error:
        raise StoreError(f"A file of MLflow's cannot be imported: {error}") from error


def _bases(store: MLflowStore, run: Any) -> Iterator[tuple[str, str]]:
    """The places of the run's own files, and of each of its models, with what they are called."""
    from mlflow.exceptions import MlflowException

    yield "", run.info.artifact_uri
    condition = f"source_run_id = '{run.info.run_id}'"
    with store.answering():
        try:
            models = store.client.search_logged_models([run.info.experiment_id], condition)
        except MlflowException as error:
            if error.error_code != _UNKNOWN:
                raise
            return  # a server before MLflow 3 knows models among the files of a run alone
    yield from ((model.name, model.artifact_location) for model in models)


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
