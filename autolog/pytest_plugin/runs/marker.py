"""The marker `autolog`: how one test is to be recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.config.settings import Configuration
    from autolog.session import Session

_MARKER = "autolog"
_ARGUMENTS = ("enabled", "tags", "libraries")


class Wishes(msgspec.Struct, frozen=True):
    """What markers say of a test; those on the test itself count more than those around it.

    Attributes:
        enabled: Whether it is recorded at all.
        tags: Tags of its run.
        libraries: Switches, or options, by library.
    """

    enabled: bool = True
    tags: Mapping[str, object] = {}
    libraries: Mapping[str, object] = {}


_NONE = Wishes()


def wishes_of(node: pytest.Item | pytest.Collector) -> Wishes:
    """What the markers of a test say, or of a class or module.

    Args:
        node: The test, or what the fixtures of a wider scope belong to.

    Raises:
        pytest.UsageError: A marker is not written as it should be.
    """
    markers = _markers_of(node)
    if not markers:
        return _NONE
    given: dict[str, Any] = {"tags": {}, "libraries": {}}
    for marker in reversed(markers):
        _check(marker)
        given["tags"] |= marker.kwargs.get("tags", {})
        given["libraries"] |= marker.kwargs.get("libraries", {})
        given["enabled"] = marker.kwargs.get("enabled", given.get("enabled", True))
    return Wishes(**given)


def _markers_of(node: pytest.Item | pytest.Collector) -> list[pytest.Mark]:
    """As `iter_markers` gives them, at a fraction of its cost: every test is asked."""
    found: list[pytest.Mark] = []
    around: Any = node
    while around is not None:
        if around.own_markers:
            found += [marker for marker in around.own_markers if marker.name == _MARKER]
        around = around.parent
    return found


def _check(marker: pytest.Mark) -> None:
    unknown = [name for name in marker.kwargs if name not in _ARGUMENTS]
    if marker.args or unknown:
        raise pytest.UsageError(
            f"pytest.mark.autolog takes {', '.join(_ARGUMENTS)}, each by its name, "
            f"and not {', '.join([*map(repr, marker.args), *unknown])}"
        )


def configuration_with(libraries: Mapping[str, object], session: Session) -> Configuration:
    """The options of a session, and what a marker says of libraries on top of them.

    Args:
        libraries: Switches, or options, by library.
        session: The session.

    Raises:
        ConfigurationError: A library or an option of it is unknown.
    """
    from autolog.registry import vocabulary

    where = "pytest.mark.autolog: libraries"
    names = vocabulary(session.available)
    for library in libraries:
        names.check_library(library, where)
    earlier = session.configuration
    arguments = earlier.arguments.updated(names.read(libraries, where))
    return msgspec.structs.replace(earlier, arguments=arguments)
