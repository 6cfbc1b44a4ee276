"""The installed distributions, read from the names of their folders of metadata alone."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_METADATA = (".dist-info", ".egg-info")


def installed_packages() -> dict[str, str]:
    """Versions of the packages on `sys.path` by normalised name."""
    return {name: version for name, (version, _) in _installed().items()}


def installed_folders() -> dict[str, str]:
    """The paths of the folders of metadata of the packages on `sys.path` by normalised name."""
    return {name: folder for name, (_, folder) in _installed().items()}


def installed_version(name: str) -> str | None:
    """The version of a package, or `None` if it is not installed.

    Args:
        name: Its name, in any spelling.
    """
    name = normalised(name)
    for directory in directories_on_path():
        place = _distributions(directory, metadata_folders(directory)).get(name)
        if place is not None:
            return place[0]
    return None


def normalised(name: str) -> str:
    """The one spelling of a distribution's name that package indexes use."""
    return name.lower().replace("_", "-").replace(".", "-")


def directories_on_path() -> list[str]:
    """The absolute paths of what is on `sys.path`, in its order."""
    found: list[str] = []
    for directory in dict.fromkeys(sys.path):
        with suppress(OSError):  # the working directory may have been removed
            found.append(_absolute(directory) or str(Path(directory).absolute()))
    return found


@cache
def _absolute(directory: str) -> str | None:
    """How `pathlib` writes an absolute path; `None` for one that begins where the process is."""
    path = Path(directory)
    return str(path) if path.is_absolute() else None


def distribution_of(folder: str) -> tuple[str, str] | None:
    """The normalised name and the version that a folder of metadata is named by.

    Args:
        folder: The folder's name, such as `scikit_learn-1.9.1.dist-info`.
    """
    stem, dot, kind = folder.rpartition(".")
    if not stem or dot + kind not in _METADATA:
        return None
    if kind == "egg-info":
        stem = stem.partition("-py")[0]
    name, _, version = stem.rpartition("-")
    return (normalised(name), version) if name else None


def metadata_folders(directory: str) -> tuple[str, ...]:
    """The names of the folders of metadata in a directory; none if it is no directory."""
    try:
        changed = os.stat(directory).st_mtime_ns  # noqa: PTH116 - a third of the time of paths
        return _metadata_folders(directory, changed)
    except OSError:  # it is an archive, which can be on `sys.path`, too
        return ()


def _installed() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for directory in reversed(directories_on_path()):
        # of two copies, the first is the one that is imported
        found.update(_distributions(directory, metadata_folders(directory)))
    return found


@cache
def _metadata_folders(directory: str, changed: int) -> tuple[str, ...]:
    """Those of one state of a directory: they are asked for again once it has changed."""
    del changed
    names = os.listdir(directory)  # noqa: PTH208 - a third of the time of paths, or of `scandir`
    return tuple([name for name in names if name.endswith(_METADATA)])


@cache
def _distributions(directory: str, folders: tuple[str, ...]) -> Mapping[str, tuple[str, str]]:
    """Versions and paths of the folders of metadata, by normalised name."""
    found: dict[str, tuple[str, str]] = {}
    for folder in folders:
        if distribution := distribution_of(folder):
            name, version = distribution
            found.setdefault(name, (version, f"{directory}/{folder}"))
    return MappingProxyType(found)
