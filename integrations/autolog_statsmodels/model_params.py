"""The params of a fit: how the model was set up, and what the fit was called with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from autolog.capture.kinds import is_array, is_instance
from autolog_statsmodels.missing import MISSING, missing_of
from autolog_statsmodels.results import is_of_statsmodels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DATA = frozenset({"data", "endog", "exog", "exog_vc", "formula", "kwargs", "model_spec", "self"})
_OF_ROWS = frozenset({"exposure", "freq_weights", "offset", "var_weights", "weights"})
_PLAIN = (str, int, float, bool, type(None))
_MOST_NAMES = 200


def model_params(model: Any) -> dict[str, Any]:
    """How a model was set up: its formula, its names, and the plain arguments of its class.

    Families, links, norms and structures of covariance are told by their names; of weights,
    offsets and exposures it is told whether there are any.

    Args:
        model: The model, which is to be asked within `untouched`.
    """
    found: dict[str, Any] = {}
    if isinstance(formula := getattr(model, "formula", None), str):
        found["formula"] = formula
    for name in _names_of_arguments(type(model)):
        found.update(_told(name, _kept(model, name)))
    found[MISSING] = missing_of(model) or ("drop" if "formula" in found else "none")
    found.update(_variables(model))
    return found


def _names_of_arguments(kind: type) -> tuple[str, ...]:
    """The parameters of a class, and of those that its `**kwargs` go on to; they are remembered."""
    if kind in _known:
        return _known[kind]
    import inspect

    names: dict[str, None] = {}
    for ancestor in kind.__mro__:
        if "__init__" not in vars(ancestor) or not is_of_statsmodels(ancestor):
            continue
        parameters = inspect.signature(vars(ancestor)["__init__"]).parameters.values()
        names.update(dict.fromkeys(parameter.name for parameter in parameters))
        if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
            break
    _known[kind] = tuple(name for name in names if name not in _DATA and name != MISSING)
    return _known[kind]


_known: WeakKeyDictionary[type, tuple[str, ...]] = WeakKeyDictionary()


def _kept(model: Any, name: str) -> Any:
    """What a model has kept of an argument; properties are not asked, for they may compute."""
    attributes = vars(model)
    told = attributes.get("_init_kwds")
    if isinstance(told, dict) and name in told:
        return told[name]
    return attributes.get(name, attributes.get(f"_{name}", _ABSENT))


_ABSENT = object()


def _told(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if _is_plain(value):
        yield name, value
    elif name in _OF_ROWS:
        if is_array(value) and (value != 1).any():  # all are 1 where none were given
            yield name, "given"
    elif is_of_statsmodels(type(value)):
        yield name, type(value).__name__
        link = getattr(value, "link", None)
        if link is not None:
            yield "link", type(link).__name__


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return isinstance(value, _PLAIN) or is_instance(value, "numpy", "generic")


def _variables(model: Any) -> Mapping[str, Any]:
    """The names of what is explained, and of what explains it, if they are not too many."""
    found: dict[str, Any] = {}
    data = vars(model).get("data")
    for name, attribute in (("endog_names", "ynames"), ("exog_names", "xnames")):
        names: Any = getattr(data, attribute, None)
        if not isinstance(names, list | tuple) and not is_array(names):
            found |= {} if names is None else {name: names}  # a series has any name
        elif len(names) <= _MOST_NAMES:
            found[name] = names.tolist() if is_array(names) else names
    return found
