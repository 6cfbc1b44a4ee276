"""A copy of a result, made by its pickle, which can be asked anything in any thread."""

from __future__ import annotations

import io
import pickle
from functools import cache
from typing import TYPE_CHECKING, Any

from autolog.capture.model.foreign_code import failing_as
from autolog.capture.model.pickling import pickle_module
from autolog.capture.quiet import quiet
from autolog.integration import ModelNotSerialisable
from autolog_statsmodels.results import inner

if TYPE_CHECKING:
    from pathlib import Path

_DATA_MODULE = "statsmodels.base.data"


def without_data(result: Any) -> Any:
    """A copy of a result that has let go of the data it was fitted on.

    Raises:
        ModelNotSerialisable: It cannot be copied, or has data that it needs.
    """
    if not hasattr(inner(result), "remove_data"):
        raise ModelNotSerialisable(
            f"a {type(inner(result)).__name__} cannot do without its data (remove_data=True)."
        )
    with failing_as(ModelNotSerialisable, "Removing the data of a model"), quiet():
        written = io.BytesIO()
        pickle_module(set()).Pickler(written).dump(result)
        written.seek(0)
        duplicate = _load(written)
        # statsmodels takes for granted that something was computed before
        vars(inner(duplicate)).setdefault("_cache", {})
        inner(duplicate).remove_data()
        return duplicate


def read_copy(path: Path) -> Any:
    """The result in a file, without a look at its formula, which may use what is not there."""
    with path.open("rb") as file:
        return _load(file)


def _load(file: Any) -> Any:
    return _Unpickler(file).load()


class _Unpickler(pickle.Unpickler):
    """Reads no formula again: that takes long, and the names in it may be known to nobody here."""

    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name)
        return _as_it_was(found) if module == _DATA_MODULE and isinstance(found, type) else found


@cache
def _as_it_was(kind: type) -> type:
    """A class whose objects take their state as it is, and then are of the class itself."""

    def take(self: Any, state: dict[str, Any]) -> None:
        vars(self).update(state)
        # the mark that the formula is to be read stays, for whoever loads the copy's own pickle
        self.__class__ = kind

    return type(kind.__name__, (kind,), {"__setstate__": take})
