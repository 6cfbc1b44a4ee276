"""What objects of statsmodels are, and what they tell of themselves."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from autolog.capture.kinds import is_instance
from autolog.capture.model.foreign_code import failing_as
from autolog.integration import ModelFailed

MOST_COEFFICIENTS = 10_000
"""More than these are kept in the model alone."""


def is_of_statsmodels(kind: type) -> bool:
    """Whether a class is statsmodels' own, or derived from one."""
    known = _known.get(kind)
    if known is None:
        known = any(one.__module__.startswith("statsmodels.") for one in kind.__mro__)
        _known[kind] = known
    return known


_known: WeakKeyDictionary[type, bool] = WeakKeyDictionary()


def is_of_time(model: Any) -> bool:
    """Whether it is a model of a time series, which predicts steps."""
    return is_instance(model, "statsmodels.tsa.base.tsa_model", "TimeSeriesModel")


def is_of_error_correction(result: Any) -> bool:
    """Whether a result's coefficients stand in several matrices."""
    return is_instance(result, "statsmodels.tsa.vector_ar.vecm", "VECMResults")


def is_rolling(result: Any) -> bool:
    """Whether a result has coefficients for each of many windows."""
    return is_instance(result, "statsmodels.regression.rolling", "RollingRegressionResults")


def inner(result: Any) -> Any:
    """The result within its wrapper, which only gives names to what it computes."""
    try:
        return object.__getattribute__(result, "_results")
    except AttributeError:
        return result


def attribute_of(asked: Any, name: str) -> Any:
    """An attribute; `None` where there is none, or where it cannot be computed.

    Args:
        asked: A result or a model; not every class has implemented what it inherits.
        name: The attribute.
    """
    try:
        with failing_as(ModelFailed, name):
            return getattr(asked, name, None)
    except ModelFailed:
        return None


def is_number(value: Any) -> bool:
    """Whether it is one number, of Python's or of NumPy's."""
    if isinstance(value, bool | int | float):
        return True
    if value is None:
        return False
    is_scalar = is_instance(value, "numpy", "generic") or (
        is_instance(value, "numpy", "ndarray") and value.ndim == 0
    )
    return is_scalar and value.dtype.kind in "biuf"
