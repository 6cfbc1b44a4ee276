"""What may be logged: names, steps, numbers and paths, checked where the user hands them in."""

from __future__ import annotations

import math
import operator
import os
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


FIRST, LAST = -(2**63), 2**63 - 1
"""The lowest and the highest step that a store can hold."""


_LONGEST_NAME = 200
"""Bytes that a file's name may have; file systems allow 255, and some are added meanwhile."""


def check_names(kind: str, values: Mapping[str, object]) -> None:
    """Makes sure that names are strings.

    Args:
        kind: What they are names of, for the message.
        values: Values by name.

    Raises:
        TypeError: One is not.
    """
    for name in values:
        if not isinstance(name, str):
            raise TypeError(f"the name of a {kind} is a string, got {name!r}")


def whole(step: object) -> int:
    """A step as an integer, 0 where there is none.

    Raises:
        TypeError: It is no whole number.
        ValueError: It needs more than 64 bits.
    """
    number = 0 if step is None else _integer(step)
    if number is None:
        raise TypeError(f"a step is a whole number, got {step!r}")
    if not FIRST <= number <= LAST:
        raise ValueError(f"a step lies between {FIRST} and {LAST}, got {step!r}")
    return number


def _integer(step: Any) -> int | None:
    try:
        return operator.index(step)
    except TypeError:
        is_whole = isinstance(step, float) and math.isfinite(step) and step == int(step)
        return int(step) if is_whole else None


def numbers(metrics: Mapping[str, Any]) -> dict[str, float]:
    """Metrics as plain floats: numbers of NumPy's and tensors of one element are converted.

    Raises:
        TypeError: A name is not a string, or a value is not a number.
    """
    floats: dict[str, float] = {}
    for name, value in metrics.items():
        if not isinstance(name, str):
            raise TypeError(f"the name of a metric is a string, got {name!r}")
        if isinstance(value, str | bytes):
            raise TypeError(f"the metric {name!r} is to be a number, got {value!r}")
        try:
            floats[str(name)] = float(value)
        except (TypeError, ValueError, OverflowError):
            raise TypeError(f"the metric {name!r} is to be a number, got {value!r}") from None
    return floats


def inside(path: str) -> PurePosixPath:
    """An artifact's path, which must not lead out of its run's folder.

    Raises:
        ValueError: It does.
    """
    place = PurePosixPath(path)
    if (
        place.is_absolute()
        or not place.parts
        or ".." in place.parts
        or "\0" in path
        or any(len(os.fsencode(part)) > _LONGEST_NAME for part in place.parts)
    ):
        raise ValueError(
            "an artifact's path stays inside the run's folder, such as 'plots/loss.png'; "
            f"got {path!r}"
        )
    return place
