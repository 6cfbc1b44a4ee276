"""The plugins that are installed, by entry point; looked up once, since that takes milliseconds."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from autolog.installed import installed_folders

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

INTEGRATIONS = "autolog.integrations"
"""The group of integrations; an entry point is named after its library's module."""

SINKS = "autolog.sinks"
"""The group of sinks; an entry point is named after the scheme of their URIs."""


@cache
def installed(group: str) -> tuple[EntryPoint, ...]:
    """The entry points of a group, from every installed distribution."""
    return tuple(entry_point for entry_point in _all() if entry_point.group == group)


@cache
def _all() -> tuple[EntryPoint, ...]:
    """Those of plugins alone: `importlib.metadata` would parse everybody's, in milliseconds."""
    found: list[EntryPoint] = []
    for folder in installed_folders().values():
        if b"[autolog." in _content(f"{folder}/entry_points.txt"):
            from importlib.metadata import Distribution

            found.extend(Distribution.at(folder).entry_points)
    return tuple(found)


def requirements_of(distribution: Distribution) -> list[str]:
    """The requirements of a plugin's distribution, as its metadata has them.

    The lines are read alone: to parse the metadata, which hold the whole of a README, takes
    milliseconds.
    """
    header, _, _ = (distribution.read_text("METADATA") or "").partition("\n\n")
    mark = "Requires-Dist: "
    return [line.removeprefix(mark) for line in header.splitlines() if line.startswith(mark)]


def _content(file: str) -> bytes:
    try:
        # half the time that `open` takes, for hundreds of files
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # most packages have none
        return b""
    try:
        return os.read(descriptor, os.fstat(descriptor).st_size)
    except OSError:
        return b""
    finally:
        os.close(descriptor)
