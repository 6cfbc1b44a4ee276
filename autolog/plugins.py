"""The plugins that are installed, by entry point; looked up once, since that takes milliseconds."""

from __future__ import annotations

import os
from functools import cache, reduce
from importlib import import_module
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.installed import installed_folders

if TYPE_CHECKING:
    from collections.abc import Iterator

INTEGRATIONS = "autolog.integrations"
"""The group of integrations; an entry point is named after its library's module."""

SINKS = "autolog.sinks"
"""The group of sinks; an entry point is named after the scheme of their URIs."""


class Plugin(msgspec.Struct, frozen=True):
    """An entry point, read without `importlib.metadata`, which takes 20 ms to import.

    Attributes:
        group: Which kind of plugin it is.
        name: What it is for.
        module: The module that it leads to.
        attribute: What it leads to in that module.
        folder: The folder of metadata of its distribution.
    """

    group: str
    name: str
    module: str
    attribute: str
    folder: str

    @property
    def target(self) -> str:
        """What it leads to, as it is written."""
        return f"{self.module}:{self.attribute}"

    def load(self) -> Any:
        """Imports what it leads to."""
        return reduce(getattr, filter(None, self.attribute.split(".")), import_module(self.module))

    def requirements(self) -> list[str]:
        """The requirements of its distribution, as the metadata have them.

        The lines are read alone: to parse the metadata, which hold the whole of a README, takes
        milliseconds.
        """
        header, _, _ = _content(f"{self.folder}/METADATA").decode().partition("\n\n")
        mark = "Requires-Dist: "
        return [line.removeprefix(mark) for line in header.splitlines() if line.startswith(mark)]


@cache
def installed(group: str) -> tuple[Plugin, ...]:
    """The plugins of a group, from every installed distribution."""
    return tuple(plugin for plugin in _all() if plugin.group == group)


@cache
def _all() -> tuple[Plugin, ...]:
    """Those of autolog's groups alone: to read everybody's takes milliseconds."""
    found: list[Plugin] = []
    for folder in installed_folders().values():
        content = _content(f"{folder}/entry_points.txt")
        if b"[autolog." in content:
            found.extend(plugins_in(content.decode(), folder))
    return tuple(found)


def plugins_in(entry_points: str, folder: str) -> Iterator[Plugin]:
    """The plugins of one distribution, of whatever group.

    Args:
        entry_points: Its file of that name: `[group]`, and below it `name = module:attribute`.
        folder: Its folder of metadata.
    """
    group = ""
    for line in map(str.strip, entry_points.splitlines()):
        if line.startswith("["):
            group = line.strip("[]")
        elif "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            target, _, _ = value.partition("[")  # extras follow, which mean nothing any more
            module, _, attribute = target.partition(":")
            yield Plugin(group, name.strip(), module.strip(), attribute.strip(), folder)


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
