"""What pytest knows of a test, as params and tags of its run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.params import stringify

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

_FOR_PYTEST = frozenset({"autolog", "filterwarnings", "parametrize", "usefixtures"})
"""Markers that say how a test is run, and nothing about it."""

_SIMPLE = (bool, int, float, complex, str, bytes, type(None))
_LONGEST = 500  # characters of a marker's arguments


def nodeid_of(item: pytest.Item) -> str:
    """The node id of a test, as it is without pytest-xdist, which appends the test's group to it.

    Args:
        item: The test.
    """
    nodeid = item.nodeid
    if "@" not in nodeid:
        return nodeid
    groups = {
        str(marker.args[0] if marker.args else marker.kwargs.get("name", "default"))
        for marker in item.iter_markers("xdist_group")
    }
    return nodeid.removesuffix(f"@{'_'.join(sorted(groups))}") if groups else nodeid


def params_of(item: pytest.Item) -> dict[str, str]:
    """The parametrisation of a test: by argument, the part of the test's id that it stands for.

    Args:
        item: The test.
    """
    callspec = getattr(item, "callspec", None)
    if callspec is None:
        return {}
    values: Mapping[str, object] = callspec.params
    groups = _parametrised_together(item, values)
    ids = getattr(callspec, "_idlist", ())  # one for each `parametrize`, and no public name
    if len(ids) != len(groups):
        ids = ["-".join(group) for group in groups]
    return {
        name: str(part) if len(group) == 1 else parameter_text(values[name], str(part))
        for group, part in zip(groups, ids, strict=True)
        for name in group
    }


def parameter_text(value: object, other: str) -> str:
    """What stands for a parameter that has no id of its own.

    Args:
        value: Its value.
        other: What stands for it if its value has no short text.
    """
    if isinstance(value, _SIMPLE):
        return str(value)
    own = getattr(value, "__name__", None)
    return own if isinstance(own, str) else other


def _parametrised_together(
    item: pytest.Item, values: Mapping[str, object]
) -> list[tuple[str, ...]]:
    """The arguments of a test, in their order, with those that one `parametrize` has named."""
    together: dict[str, tuple[str, ...]] = {}
    for marker in item.iter_markers("parametrize"):
        names = marker.kwargs.get("argnames", marker.args[0] if marker.args else ())
        if isinstance(names, str):
            names = [name.strip() for name in names.split(",")]
        together.update(dict.fromkeys(names, tuple(name for name in names if name in values)))
    return list(dict.fromkeys(together.get(name, (name,)) for name in values))


def markers_of(item: pytest.Item) -> dict[str, str]:
    """The markers of a test as tags, with their arguments; the nearest of a name counts.

    Args:
        item: The test.
    """
    found: dict[str, str] = {}
    for marker in item.iter_markers():
        if marker.name not in _FOR_PYTEST:
            found.setdefault(f"pytest.mark.{marker.name}", _arguments(marker.args, marker.kwargs))
    return found


def _arguments(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    texts = [stringify(value, _LONGEST) for value in args]
    texts += [f"{name}={stringify(value, _LONGEST)}" for name, value in kwargs.items()]
    return ", ".join(texts) or "true"
