"""An event as a line of JSON that people can read; docs/jsonl.md describes the format."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.events import (
    ArtifactStored,
    DatasetUsed,
    Dropped,
    EnvironmentCaptured,
    MetricsLogged,
    ModelStored,
    ParamsLogged,
    RunEnded,
    RunStarted,
    TagsSet,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.events import Event

FORMAT = 1
"""The version of the format; a later one may add kinds of lines and names in them."""

_SECOND = 10**9

_KINDS: Mapping[type[Event], str] = {
    RunStarted: "started",
    ParamsLogged: "params",
    MetricsLogged: "metrics",
    TagsSet: "tags",
    ArtifactStored: "artifact",
    EnvironmentCaptured: "environment",
    RunEnded: "ended",
    Dropped: "dropped",
    DatasetUsed: "dataset",
    ModelStored: "model",
}
_OF_EVERY_LINE = {"run_id", "sequence", "time_ns"}
_OF_OTHER_SINKS = {"outside"}
_JSON = {"source", "schema", "profile", "signature"}


def as_line(event: Event, position: int, further: Mapping[str, object] | None = None) -> bytes:
    """The line of an event, with its line break.

    Args:
        event: The event.
        position: Where it stands in its journal.
        further: What else is to be said of it.
    """
    facts = {
        "event": _KINDS[type(event)],
        "time": _as_text(event.time_ns),
        "run_id": event.run_id,
        **_facts(event),
        **(further or {}),
        "position": position,
    }
    return msgspec.json.encode(facts) + b"\n"


def _facts(event: Event) -> dict[str, Any]:
    facts = {
        name: getattr(event, name)
        for name in event.__struct_fields__
        if name not in _OF_EVERY_LINE | _OF_OTHER_SINKS and getattr(event, name) is not None
    }
    for name in _JSON & facts.keys():
        facts[name] = _decoded(facts[name])
    if isinstance(event, MetricsLogged):
        facts["metrics"] = {key: _number(value) for key, value in event.metrics.items()}
    elif isinstance(event, RunEnded) and event.error is not None:
        facts["error"] = msgspec.structs.asdict(event.error)
    return facts


def _decoded(text: str) -> Any:
    """What a text of JSON says; the text where it is none."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def _number(value: float) -> float | str:
    """The number, or the name of one that JSON has not."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _as_text(time_ns: int) -> str:
    seconds, rest = divmod(time_ns, _SECOND)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{rest:09d}Z"
