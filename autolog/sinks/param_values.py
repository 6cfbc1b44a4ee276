"""What the text of a param says, for places that tell numbers from texts."""

from __future__ import annotations

import math
import re

_NUMBER = re.compile(r"-?\d+(\.\d*)?(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_CONSTANTS = {"True": True, "False": False, "None": None}
_LARGEST_WHOLE = 2**53  # beyond it, a number of 64 bits is another one


def value_of(text: str) -> str | float | bool | None:
    """The number, truth value or None that a param's text stands for; else the text.

    Example:
        >>> value_of("0.10"), value_of("True"), value_of("1.10.2")
        (0.1, True, '1.10.2')
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if not _NUMBER.fullmatch(text):
        return text
    if text.lstrip("-").isdigit():
        whole = int(text)
        return whole if abs(whole) <= _LARGEST_WHOLE else text
    number = float(text)
    return number if math.isfinite(number) else text
