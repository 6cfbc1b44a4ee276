"""The installed distributions, read from the names of their folders of metadata alone."""

from __future__ import annotations

import os
import sys
import time
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_METADATA = frozenset({"dist-info", "egg-info"})


def installed_packages() -> dict[str, str]:
    """Versions of the packages on `sys.path` by normalised name."""
    packages: dict[str, str] = {}
    for directory in dict.fromkeys(sys.path):
        try:
            folder = Path(directory).absolute()
            found = _distributions_in(str(folder), folder.stat().st_mtime_ns)
        except OSError:
            continue
        for name, version in found.items():
            packages.setdefault(name, version)
    return packages


def installed_version(name: str) -> str | None:
    """The version of a package, or `None` if it is not installed.

    Args:
        name: Its name, in any spelling.
    """
    return installed_packages().get(normalised(name))


def normalised(name: str) -> str:
    """The one spelling of a distribution's name that package indexes use."""
    return name.lower().replace("_", "-").replace(".", "-")


def distribution_of(folder: str) -> tuple[str, str] | None:
    """The normalised name and the version that a folder of metadata is named by.

    Args:
        folder: The folder's name, such as `scikit_learn-1.9.1.dist-info`.
    """
    stem, _, kind = folder.rpartition(".")
    if not stem or kind not in _METADATA:
        return None
    if kind == "egg-info":
        stem = stem.partition("-py")[0]
    name, _, version = stem.rpartition("-")
    return (normalised(name), version) if name else None


@cache
def _distributions_in(directory: str, changed: int) -> Mapping[str, str]:
    """What is installed in a directory; asked again once that has changed."""
    del changed
    found: dict[str, str] = {}
    with os.scandir(directory) as entries:
        for entry in entries:
            if distribution := distribution_of(entry.name):
                found.setdefault(*distribution)
    time.sleep(0)  # lets the training thread have the interpreter
    return MappingProxyType(found)
