"""Finds the flavor that writes a model, or that reads one back."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from autolog.errors import ModelNotLoadable
from autolog.registry import discover

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autolog.capture.model.flavor import Flavor
    from autolog.registry import Available


_LIBRARIES = {"pytorch": "torch"}
"""The libraries of flavors that MLflow calls otherwise."""


def flavor_for(model: Any) -> tuple[str, Flavor]:
    """The library that a model's class is of, and the flavor of it that writes the model.

    A class that is derived from those of several libraries counts as its nearest ancestor.

    Args:
        model: A fitted model.

    Raises:
        TypeError: No installed integration can write it.
    """
    available = discover()
    for library in [*_libraries_of(model), *available]:
        if library in available and library in sys.modules:
            for flavor in available[library].load().flavors:
                if flavor.accepts(model):
                    return library, flavor
    raise TypeError(
        f"autolog cannot keep a {type(model).__qualname__}: no installed integration knows such "
        f"models. Installed are {', '.join(sorted(available))}."
    )


def find_flavor(name: str) -> Flavor:
    """A flavor by its name, to read a model back; its library is imported for that.

    Args:
        name: Such as `sklearn`.

    Raises:
        ModelNotLoadable: No installed integration has it, or its library cannot be imported.
    """
    available = discover()
    own = _LIBRARIES.get(name, name)
    libraries = [library for library in available if library == own or library in sys.modules]
    for library in sorted(libraries, key=lambda library: library != own):
        for flavor in _flavors_of(available[library]):
            if flavor.name == name:
                return flavor
    raise ModelNotLoadable(
        f"no installed integration reads models of the flavor {name!r}; is its library installed?"
    )


def _libraries_of(model: Any) -> Iterator[str]:
    return (ancestor.__module__.partition(".")[0] for ancestor in type(model).__mro__)


def _flavors_of(available: Available) -> tuple[Flavor, ...]:
    try:
        # first of all, since its import may activate the integration, which must be whole by then
        import_module(available.library)
        return available.load().flavors
    except ImportError:
        return ()
