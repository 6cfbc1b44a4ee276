"""A model's files become a directory that MLflow can load, predict with and serve."""

from __future__ import annotations

import hashlib
import os
import platform
from datetime import UTC
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from autolog.capture.model.environment_files import (
    CONDA_FILE,
    PYTHON_FILE,
    REQUIREMENTS_FILE,
    environment_files,
)
from autolog.capture.model.requirements import requirements_of
from autolog.capture.model.yaml_text import to_yaml
from autolog.installed import installed_version

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from autolog.capture.model.flavor import Serialised

MLMODEL = "MLmodel"
"""The file that says what a directory holds."""

_OURS = frozenset({MLMODEL, CONDA_FILE, PYTHON_FILE, REQUIREMENTS_FILE})
"""The files that do not count for the size of a model."""

_PARTIAL = ".partial"


class ModelSignature(Protocol):
    """What is written of a signature."""

    def to_mlmodel(self) -> Mapping[str, str | None]:
        """Its inputs, outputs and params as JSON, as `MLmodel` has them."""
        ...

    def to_json(self) -> str:
        """The same as one JSON object."""
        ...


class ModelDescription(msgspec.Struct, frozen=True):
    """What `MLmodel` says of a model, besides what its files tell.

    Attributes:
        serialised: What its flavor says about the files that it wrote.
        signature: Its signature, if it is known.
        run_id: The run's 32 hexadecimal digits.
        model_id: `m-` and 32 hexadecimal digits.
        artifact_path: Where the model is kept, as a path or a URI.
        created: When the model was made.
    """

    serialised: Serialised
    signature: ModelSignature | None
    run_id: str
    model_id: str
    artifact_path: str
    created: datetime


def describe_model(directory: Path, description: ModelDescription) -> None:
    """Writes the `MLmodel` that a model needs to be loaded, in a fraction of a millisecond.

    Args:
        directory: The folder that a flavor has written the model into.
        description: What is to be said of it.

    Raises:
        OSError: The file could not be written.
    """
    _write(directory / MLMODEL, to_yaml(_entries(directory, description)))


def finish_model(
    directory: Path, description: ModelDescription, example: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """Writes what MLflow needs beside a model's own files; for a background thread.

    Args:
        directory: The folder that a flavor has written the model into, with the files of its
            input example, if it has one.
        description: What is to be said of it.
        example: `saved_input_example_info`, if there is an example.

    Returns:
        The SHA-256 of every file in the folder, by its path in it with forward slashes.

    Raises:
        OSError: A file could not be written.
    """
    requirements = requirements_of(description.serialised.modules)
    for name, text in environment_files(requirements.packages).items():
        _write(directory / name, text)
    entries = _entries(directory, description)
    if example is not None:
        entries["saved_input_example_info"] = dict(example)
    # MLflow keeps anything under `metadata`, and reads nothing from there that it does not know.
    if paths := requirements.code_paths:
        entries["metadata"] = {"autolog_code_paths": paths}
    _write(directory / MLMODEL, to_yaml(dict(sorted(entries.items()))))
    return hashes_of(directory)


def hashes_of(directory: Path) -> dict[str, str]:
    """The SHA-256 of every file in a folder, by its path in it with forward slashes.

    Args:
        directory: The folder.
    """
    return {file.relative_to(directory).as_posix(): sha256_of(file) for file in _files(directory)}


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file as 64 hexadecimal digits.

    Args:
        file: The file, of any size.
    """
    with file.open("rb") as contents:
        return hashlib.file_digest(contents, "sha256").hexdigest()


def _flavors(directory: Path, serialised: Serialised) -> dict[str, Any]:
    native = {serialised.flavor: serialised.config}
    if not serialised.pyfunc:
        return native
    is_whole = (directory / CONDA_FILE).exists() and (directory / PYTHON_FILE).exists()
    env = {"env": {"conda": CONDA_FILE, "virtualenv": PYTHON_FILE}} if is_whole else {}
    python_function = {
        **env,
        **serialised.pyfunc,
        "python_version": platform.python_version(),
    }
    return {"python_function": python_function, **native}


def _entries(directory: Path, description: ModelDescription) -> dict[str, Any]:
    size = sum(file.stat().st_size for file in _files(directory) if file.name not in _OURS)
    signature = description.signature
    created = description.created.astimezone(UTC).replace(tzinfo=None)
    return {
        "artifact_path": description.artifact_path,
        "flavors": _flavors(directory, description.serialised),
        "is_signature_from_type_hint": False,
        **_mlflow_version(),
        "model_id": description.model_id,
        "model_size_bytes": size,
        "model_uuid": description.model_id,
        "prompts": None,
        "run_id": description.run_id,
        **({} if signature is None else {"signature": dict(signature.to_mlmodel())}),
        "type_hint_from_example": False,
        "utc_time_created": created.isoformat(" ", "microseconds"),
    }


def _mlflow_version() -> dict[str, str]:
    version = installed_version("mlflow")
    return {} if version is None else {"mlflow_version": version}


def _files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file())


def _write(file: Path, text: str) -> None:
    partial = file.with_name(file.name + _PARTIAL)
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, file)  # noqa: PTH105 - says that a file of an earlier attempt is replaced
