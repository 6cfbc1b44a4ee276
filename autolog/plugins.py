"""The plugins that are installed, by entry point; looked up once, since that takes milliseconds."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

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
    """Those of plugins alone: to parse everybody's takes three times as long."""
    from importlib.metadata import distributions

    by_distribution: dict[str, tuple[EntryPoint, ...]] = {}
    for distribution in distributions():
        text = distribution.read_text("entry_points.txt")
        if text is not None and "[autolog." in text and distribution.name not in by_distribution:
            # of two versions on the path, the first is the one that is imported
            by_distribution[distribution.name] = tuple(distribution.entry_points)
    return tuple(
        entry_point for entry_points in by_distribution.values() for entry_point in entry_points
    )
