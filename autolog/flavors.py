"""Finds the flavor that writes a model, or that reads one back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from autolog.errors import ModelNotLoadable
from autolog.registry import discover

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autolog.capture.model.flavor import Flavor
    from autolog.registry import Available


def flavor_for(model: Any) -> Flavor:
    """The flavor that writes a model: that of the library which the model's class is of.

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
                    return flavor
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
    for library in sorted(available, key=lambda library: library != name):
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
        return available.load().flavors
    except ImportError:
        return ()
