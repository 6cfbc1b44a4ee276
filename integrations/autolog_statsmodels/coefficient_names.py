"""What the estimates of a model are about: their names, as the model tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.kinds import is_instance
from autolog_statsmodels.results import attribute_of, inner

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def names_of(result: Any, params: Any) -> list[str]:
    """The names of a result's params, which are looked at column by column if they are a table.

    Args:
        result: What a fit has given, or its model.
        params: The numbers, in any form that statsmodels gives them.
    """
    import numpy as np

    if is_instance(params, "pandas", "Series"):
        return list(map(_text, params.index))
    asked = inner(result)
    model = getattr(asked, "model", asked)
    if is_instance(params, "pandas", "DataFrame"):
        columns = list(map(_text, params))
        are_places = columns == list(map(str, range(len(columns))))
        titles = _titles(model, len(columns)) if are_places else columns
        return [f"{title}:{_text(row)}" for title in titles for row in params.index]
    values = np.asarray(params)
    rows = attribute_of(model, "exog_names")
    if values.ndim > 1 and rows is not None and len(rows) == len(values):
        titles = _titles(model, values.size // len(rows))
        return [f"{title}:{row}" for title in titles for row in rows]
    for owner, attribute in (
        (model, "param_names"),
        (asked, "names"),
        (model, "names"),
        (model, "exog_names"),
    ):
        names = attribute_of(owner, attribute)
        if names is not None and not isinstance(names, str) and len(names) == values.size:
            return list(map(_text, names))
    return [f"params[{place}]" for place in range(values.size)]


def apart(names: Iterable[str]) -> list[str]:
    """Names that are all different: those that come again are numbered."""
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return unique


def _titles(model: Any, count: int) -> Sequence[str]:
    """What the columns of a table are about: classes beside the first, or places."""
    classes = attribute_of(model, "_ynames_map")
    if isinstance(classes, dict) and len(classes) == count + 1:
        return [f"{model.endog_names}={name}" for name in list(classes.values())[1:]]
    return [str(place) for place in range(count)]


def _text(name: Any) -> str:
    return ".".join(map(str, name)) if isinstance(name, tuple) else str(name)
