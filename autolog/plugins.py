"""The plugins that are installed, by entry point; looked up once, since that takes milliseconds."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

INTEGRATIONS = "autolog.integrations"
"""The group of integrations; an entry point is named after its library's module."""

SINKS = "autolog.sinks"
"""The group of sinks; an entry point is named after the scheme of their URIs."""


@cache
def installed(group: str) -> EntryPoints:
    """The entry points of a group, from every installed distribution."""
    entry_points: EntryPoints = _all().select(group=group)
    return entry_points


@cache
def _all() -> Any:
    from importlib.metadata import entry_points

    return entry_points()
