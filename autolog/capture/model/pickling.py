"""Models as pickles, written straight to a file, with the modules that they name."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Mapping
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from autolog.capture.model.foreign_code import failing_as
from autolog.capture.model.model_file import model_file
from autolog.errors import ModelNotLoadable, ModelUntrusted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PROTOCOL = 5


class Pickled(msgspec.Struct, frozen=True):
    """How a pickle was written.

    Attributes:
        format: What it takes to load it: `cloudpickle`, or `pickle` where that is not installed.
        modules: The full names of the modules whose classes and functions it refers to.
    """

    format: Literal["cloudpickle", "pickle"]
    modules: frozenset[str]


def write_pickle(model: object, path: Path, max_bytes: int | None = None) -> Pickled:
    """Pickles a model; what a script or a notebook defines itself goes into the file by value.

    Args:
        model: The model.
        path: The file to write, which must not exist.
        max_bytes: Give up as soon as the file gets larger; `None` for no limit.

    Raises:
        ModelTooLarge: It got larger; no file is left.
        ModelNotSerialisable: Something in the model cannot be pickled; no file is left.
    """
    pickler_class, format_ = _pickler()
    with model_file(path, model, max_bytes) as file:
        pickler = pickler_class(file, protocol=_PROTOCOL)
        pickler.dump(model)
    return Pickled(format_, frozenset(pickler.modules))


def read_pickle(path: Path, *, trusted: bool) -> Any:
    """Loads a pickle, by whatever wrote it.

    Args:
        path: The file.
        trusted: Whether it may run code, which every pickle can.

    Raises:
        ModelUntrusted: It may not.
        ModelNotLoadable: The file is cut short, or needs something that is not there.
    """
    if not trusted:
        raise ModelUntrusted(
            f"{path} is a pickle, and loading a pickle can run any code that was put into it."
        )
    # What cloudpickle writes is a pickle that imports cloudpickle, if it needs to.
    with failing_as(ModelNotLoadable, f"Loading {path}"), _live_classes(), path.open("rb") as file:
        return pickle.load(file)  # noqa: S301 - the caller answers for it with `trusted`


def pickle_module(modules: set[str]) -> ModuleType:
    """A module that pickles as `write_pickle` does, for what takes a module such as `pickle`.

    Args:
        modules: Is given the full names of the modules whose classes and functions are written.
    """
    base: Any
    base, format_ = _pickler()

    class CollectingPickler(base):  # type: ignore[misc]
        def __init__(self, file: Any, protocol: int = _PROTOCOL) -> None:
            super().__init__(file, protocol=protocol)
            self.modules = modules

    module = ModuleType(format_)
    vars(module)["Pickler"] = CollectingPickler
    return module


@contextmanager
def _live_classes() -> Iterator[None]:
    """Keeps the classes of a running script as they are.

    cloudpickle gives a class back that this process has pickled by value before, and sets its
    attributes once more: what was patched since then would be patched no longer.
    """
    pickler = sys.modules.get("cloudpickle.cloudpickle")
    tracked = list(getattr(pickler, "_DYNAMIC_CLASS_TRACKER_BY_CLASS", ()))
    before = [(kind, dict(vars(kind))) for kind in tracked]
    try:
        yield
    finally:
        for kind, attributes in before:
            for name, value in attributes.items():
                if vars(kind).get(name) is not value:
                    type.__setattr__(kind, name, value)


@cache
def _pickler() -> tuple[Any, Literal["cloudpickle", "pickle"]]:
    try:
        from cloudpickle import Pickler
    except ImportError:
        return _that_notes_modules(pickle.Pickler), "pickle"
    return _that_notes_modules(Pickler), "cloudpickle"


def _that_notes_modules(base: Any) -> Any:
    """A pickler that notes what it is asked about, which takes no second pass over the file."""
    # Not kept on the pickler, which would refer to itself and keep the model in memory.
    reduce_of_base = getattr(base, "reducer_override", _by_reference)

    class NotingPickler(base):  # type: ignore[misc]
        def __init__(self, file: Any, protocol: int) -> None:
            if isinstance(base.dispatch_table, Mapping):
                # cloudpickle's is a chain of two, which is slow to ask about every object.
                self.dispatch_table = dict(base.dispatch_table)
            super().__init__(file, protocol=protocol)
            self.modules: set[str] = set()
            self._kinds: set[type] = set()

        def reducer_override(self, value: Any) -> Any:
            # Asked for every array and object, too, of which there may be very many.
            kind = type(value)
            if kind in self._kinds:
                return NotImplemented
            if isinstance(value, ModuleType):
                self.modules.add(value.__name__)
            elif callable(value):
                reduced = reduce_of_base(self, value)
                if reduced is NotImplemented and (module := _module_of(value)):
                    self.modules.add(module)
                return reduced
            else:
                self._kinds.add(kind)
                if _reduces_itself(kind):
                    self.modules.add(kind.__module__)
            return NotImplemented

    return NotingPickler


def _reduces_itself(kind: type) -> bool:
    """Whether its objects may be written as names in its module, as `pandas.NA` is."""
    ways = {"__reduce__", "__reduce_ex__"}
    return any(not ways.isdisjoint(vars(ancestor)) for ancestor in kind.__mro__[:-1])


def _by_reference(_pickler: object, _value: object) -> Any:
    return NotImplemented


def _module_of(value: object) -> str | None:
    module = getattr(value, "__module__", "")
    if module == "":  # NumPy's universal functions know their name alone
        return _module_that_has(value, getattr(value, "__name__", ""))
    return module if isinstance(module, str) else None


def _module_that_has(value: object, name: str) -> str | None:
    modules = list(sys.modules.items())
    return next(
        (module for module, it in modules if getattr(it, "__dict__", {}).get(name) is value), None
    )
