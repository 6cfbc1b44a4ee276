"""A model's files become a directory that MLflow can load, predict with and serve."""

from __future__ import annotations

import hashlib
import os
import platform
from datetime import UTC
from typing import TYPE_CHECKING, Any, Protocol

from autolog.capture.installed import installed_version
from autolog.capture.model.environment_files import CONDA_FILE, PYTHON_FILE, environment_files
from autolog.capture.model.requirements import Requirements, requirements_of
from autolog.capture.model.yaml_text import to_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from autolog.capture.model.flavor import Serialised

MLMODEL = "MLmodel"
"""The file that says what a directory holds; written last, so that where it is, all is."""

_PARTIAL = ".partial"


class ModelSignature(Protocol):
    """What is written of a signature."""

    def to_mlmodel(self) -> Mapping[str, str | None]:
        """Its inputs, outputs and params as JSON, as `MLmodel` has them."""
        ...


def finish_model(
    directory: Path,
    *,
    serialised: Serialised,
    signature: ModelSignature | None,
    example: Mapping[str, Any] | None,
    run_id: str,
    model_id: str,
    artifact_path: str,
    created: datetime,
) -> dict[str, str]:
    """Writes what MLflow needs beside a model's own files; for a background thread.

    Args:
        directory: The folder that a flavor has written the model into, with the files of its
            input example, if it has one.
        serialised: What the flavor says about it.
        signature: Its signature, if it is known.
        example: `saved_input_example_info`, if there is an example.
        run_id: The run's 32 hexadecimal digits.
        model_id: `m-` and 32 hexadecimal digits.
        artifact_path: Where the model is kept, as a path or a URI.
        created: When the model was made.

    Returns:
        The SHA-256 of every file in the folder, by its path in it with forward slashes.

    Raises:
        OSError: A file could not be written.
    """
    size = sum(file.stat().st_size for file in _files(directory))
    requirements = requirements_of(serialised.modules)
    described = {
        "artifact_path": artifact_path,
        "flavors": _flavors(serialised),
        "is_signature_from_type_hint": False,
        **_code_paths(requirements),
        **_mlflow_version(),
        "model_id": model_id,
        "model_size_bytes": size,
        "model_uuid": model_id,
        "prompts": None,
        "run_id": run_id,
        **({} if example is None else {"saved_input_example_info": dict(example)}),
        **({} if signature is None else {"signature": dict(signature.to_mlmodel())}),
        "type_hint_from_example": False,
        "utc_time_created": created.astimezone(UTC)
        .replace(tzinfo=None)
        .isoformat(" ", "microseconds"),
    }
    texts = {**environment_files(requirements.packages), MLMODEL: to_yaml(described)}
    for name, text in texts.items():
        _write(directory / name, text)
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


def _flavors(serialised: Serialised) -> dict[str, Any]:
    native = {serialised.flavor: serialised.config}
    if not serialised.pyfunc:
        return native
    python_function = {
        "env": {"conda": CONDA_FILE, "virtualenv": PYTHON_FILE},
        **serialised.pyfunc,
        "python_version": platform.python_version(),
    }
    return {"python_function": python_function, **native}


def _code_paths(requirements: Requirements) -> dict[str, Any]:
    # MLflow keeps anything under `metadata`, and reads nothing from there that it does not know.
    paths = requirements.code_paths
    return {"metadata": {"autolog_code_paths": paths}} if paths else {}


def _mlflow_version() -> dict[str, str]:
    version = installed_version("mlflow")
    return {} if version is None else {"mlflow_version": version}


def _files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file())


def _write(file: Path, text: str) -> None:
    partial = file.with_name(file.name + _PARTIAL)
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, file)  # noqa: PTH105 - says that a file of an earlier attempt is replaced
