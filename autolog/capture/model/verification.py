"""Whether a directory is a model as it was stored; found out before anything of it is loaded."""

from __future__ import annotations

from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from autolog.capture.model.directory import MLMODEL, sha256_of
from autolog.capture.model.yaml_reading import read_yaml
from autolog.errors import ModelDamaged, ModelNotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PATHS = frozenset(
    {"artifact_path", "code", "conda", "data", "model_path", "pickled_model", "serving_input_path"}
    | {"virtualenv"}
)
"""The entries of flavors and of the input example that say where a file or a folder is."""

_LEFT_BY_SYSTEMS = frozenset({".DS_Store"})
"""Files that a system puts into folders that one looks at; no flavor reads them."""


def read_mlmodel(directory: Path) -> dict[str, Any]:
    """Reads what `MLmodel` says, once every path in it is known to lead to a file of the model.

    Args:
        directory: The model's folder.

    Raises:
        ModelNotFound: There is no model.
        ModelDamaged: `MLmodel` is not what it should be, or names a file that is not there or not
            in the folder.
    """
    file = directory / MLMODEL
    if not file.is_file():
        raise ModelNotFound(f"There is no model in {directory}: it has no file {MLMODEL}.")
    inside(directory, MLMODEL)
    described: dict[str, Any] = read_yaml(file)
    flavors = described.get("flavors") if isinstance(described, dict) else None
    if not isinstance(flavors, dict) or not all(isinstance(one, dict) for one in flavors.values()):
        raise ModelDamaged(f"{file} does not say by which flavors its model can be loaded.")
    for key, text in _texts(
        {"flavors": flavors, "example": described.get("saved_input_example_info")}
    ):
        _refuse_way_out(directory, text)
        if key in _PATHS and not _is_there(inside(directory, text)):
            raise ModelDamaged(f"{file} names {text!r}, which is not there.")
    return described


def path_of(directory: Path, config: Mapping[str, Any], key: str) -> Path:
    """The file that an entry of a flavor names.

    Args:
        directory: The model's folder.
        config: The flavor's entries in `MLmodel`.
        key: The name of the entry.

    Raises:
        ModelDamaged: There is no such entry, or it leads out of the folder.
    """
    text = config.get(key)
    if not isinstance(text, str):
        raise ModelDamaged(f"{directory / MLMODEL} does not say which file is its {key!r}.")
    return inside(directory, text)


def inside(directory: Path, text: str) -> Path:
    """A path in a model's folder, which neither `..` nor a link leads out of.

    Args:
        directory: The folder.
        text: The path in it, with forward slashes.

    Raises:
        ModelDamaged: It leads out.
    """
    _refuse_way_out(directory, text)
    path = directory / text
    if not path.resolve().is_relative_to(directory.resolve()):
        raise ModelDamaged(f"{path} is a link that leads out of the model's folder.")
    return path


def verify_hashes(directory: Path, hashes: Mapping[str, str]) -> None:
    """Compares the files of a model with what was recorded when it was stored.

    Args:
        directory: The model's folder.
        hashes: The SHA-256 of every file by its path in the folder.

    Raises:
        ModelDamaged: A file is not what it was, is not there, or was not there.
    """
    for name, recorded in hashes.items():
        file = inside(directory, name)
        if not file.is_file():
            raise ModelDamaged(f"{file} is missing; it was stored with the model.")
        if sha256_of(file) != recorded:
            raise ModelDamaged(
                f"{file} is not what was stored: its SHA-256 differs from the record."
            )
    for file in directory.rglob("*"):
        is_folder = file.is_dir() and not file.is_symlink()
        known = file.name in _LEFT_BY_SYSTEMS or file.relative_to(directory).as_posix() in hashes
        if not is_folder and not known:
            raise ModelDamaged(f"{file} was not stored with the model, and is in its folder.")


def _refuse_way_out(directory: Path, text: str) -> None:
    path = PurePosixPath(text.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or "\0" in text:
        raise ModelDamaged(
            f"{directory / MLMODEL} names {text!r}, which leads out of the model's folder."
        )


def _is_there(path: Path) -> bool:
    return path.is_file() or path.is_dir()  # anything else, such as a pipe, could keep us for ever


def _texts(described: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text with the name of the entry that it stands in."""
    if isinstance(described, str):
        yield key, described
    elif isinstance(described, dict):
        yield from chain.from_iterable(
            _texts(value, str(name)) for name, value in described.items()
        )
    elif isinstance(described, list):
        yield from chain.from_iterable(_texts(item, key) for item in described)
