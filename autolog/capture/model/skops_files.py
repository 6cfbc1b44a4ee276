"""Models as skops files, which name types instead of running code."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import msgspec

from autolog.capture.model.foreign_code import failing_as
from autolog.capture.model.model_file import model_file
from autolog.errors import ModelNotLoadable, ModelNotSerialisable, ModelUntrusted

if TYPE_CHECKING:
    from pathlib import Path

_MODULE = rb'"__module__": "([^"\\]+)"'


class SkopsFile(msgspec.Struct, frozen=True):
    """How a skops file was written.

    Attributes:
        trusted_types: The types in it that skops does not trust by itself, sorted.
        modules: The full names of the modules whose types and functions it refers to.
    """

    trusted_types: list[str]
    modules: frozenset[str]


def write_skops(model: object, path: Path, max_bytes: int | None = None) -> SkopsFile:
    """Writes a model as a skops file.

    Args:
        model: The model.
        path: The file to write, which must not exist.
        max_bytes: Write nothing if it is larger; `None` for no limit.

    Raises:
        ModelTooLarge: It is larger; no file is left.
        ModelNotSerialisable: skops cannot write it, or is not installed; no file is left.
    """
    try:
        from skops.io import dump, get_untrusted_types
    except ImportError as missing:
        raise ModelNotSerialisable(
            "The model format 'skops' needs skops: pip install 'autolog-ml[skops]'."
        ) from missing
    with model_file(path, model, max_bytes) as file:
        dump(model, file)
    types = get_untrusted_types(file=path)
    lost = [name for name in types if not _can_be_imported(name)]
    if lost:
        path.unlink()
        raise ModelNotSerialisable(
            f"skops refers by name to {', '.join(lost)}, and nothing can be imported by that name."
        )
    return SkopsFile(types, _modules(path))


def read_skops(path: Path, *, trusted: bool) -> Any:
    """Loads a skops file.

    Args:
        path: The file.
        trusted: Whether it may hold types that skops does not trust by itself.

    Raises:
        ModelUntrusted: It holds such types, and may not.
        ModelNotLoadable: It is no skops file, or needs something that is not there.
    """
    with failing_as(ModelNotLoadable, f"Loading {path}"):
        from skops.io import get_untrusted_types, load

        types = get_untrusted_types(file=path)
        if types and not trusted:
            raise ModelUntrusted(
                f"{path} holds types that skops does not know to be safe: {', '.join(types)}."
            )
        return load(path, trusted=types)


def _can_be_imported(name: str) -> bool:
    """Whether a name such as `module.Class` leads to something in the modules of this process."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        found: Any = sys.modules.get(".".join(parts[:length]))
        if found is not None:
            for part in parts[length:]:
                found = getattr(found, part, None)
            return found is not None
    return False


def _modules(path: Path) -> frozenset[str]:
    with ZipFile(path) as archive:
        schema = archive.read("schema.json")
    return frozenset(name.decode() for name in re.findall(_MODULE, schema))
