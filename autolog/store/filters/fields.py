"""The values of a run that a filter or an order can name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from autolog.errors import FilterError

if TYPE_CHECKING:
    from collections.abc import Iterable


class Entity(StrEnum):
    """Which of a run's values a field is one of."""

    ATTRIBUTE = "attribute"
    METRIC = "metric"
    PARAM = "param"
    TAG = "tag"


_PREFIXES = {
    "attribute": Entity.ATTRIBUTE,
    "attributes": Entity.ATTRIBUTE,
    "attr": Entity.ATTRIBUTE,
    "run": Entity.ATTRIBUTE,
    "metric": Entity.METRIC,
    "metrics": Entity.METRIC,
    "param": Entity.PARAM,
    "params": Entity.PARAM,
    "parameter": Entity.PARAM,
    "parameters": Entity.PARAM,
    "tag": Entity.TAG,
    "tags": Entity.TAG,
}
_SHOWN_PREFIXES = ("metrics", "params", "tags", "attributes")

TIMES = frozenset({"start_time", "end_time"})
"""The attributes that are moments: milliseconds since the epoch, or quoted dates."""

_ATTRIBUTES = {
    "run_id": "run_id",
    "name": "name",
    "run_name": "name",
    "experiment": "experiment",
    "parent_run_id": "parent_run_id",
    "status": "status",
    "start_time": "start_time",
    "end_time": "end_time",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A value that a run may have.

    Attributes:
        entity: Which of its values.
        key: The value's name.
    """

    entity: Entity
    key: str

    @property
    def numeric(self) -> bool:
        """Whether it is compared with numbers."""
        return self.entity is Entity.METRIC or self.is_time

    @property
    def is_time(self) -> bool:
        """Whether it is a moment."""
        return self.entity is Entity.ATTRIBUTE and self.key in TIMES

    def __str__(self) -> str:
        return f"{self.entity}s.{self.key}"


def field(prefix: str, key: str | None, position: int) -> Field:
    """The field that a name means.

    Args:
        prefix: The name up to its dot, or all of it.
        key: The name after its dot, if it has one.
        position: Where the name stands, for the message.

    Raises:
        FilterError: There is no such field.
    """
    if key is None:
        return Field(Entity.ATTRIBUTE, _attribute(prefix, position))
    entity = _PREFIXES.get(prefix.lower())
    if entity is None:
        raise FilterError(
            f"A run has nothing called {prefix!r} (position {position})"
            f"{_nearest(prefix, _SHOWN_PREFIXES)}"
        )
    if entity is Entity.ATTRIBUTE:
        return Field(entity, _attribute(key, position))
    return Field(entity, key)


def _attribute(name: str, position: int) -> str:
    attribute = _ATTRIBUTES.get(name.lower())
    if attribute is None:
        raise FilterError(
            f"A run has no attribute {name!r} (position {position}){_nearest(name, _ATTRIBUTES)} "
            "Metrics, params and tags are written as metrics.x, params.x, tags.x."
        )
    return attribute


def _nearest(name: str, valid: Iterable[str]) -> str:
    from difflib import get_close_matches

    names = list(valid)
    matches = get_close_matches(name.lower(), names, n=1)
    return f"; did you mean {matches[0]!r}?" if matches else f"; there are {', '.join(names)}."
