"""What events say, in W&B's words: config, labels and summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from autolog.content_addresses import is_elsewhere
from autolog.events import (
    ArtifactStored,
    DatasetUsed,
    EnvironmentCaptured,
    ParamsLogged,
    RunStarted,
    TagsSet,
)
from autolog.sinks.param_values import value_of

if TYPE_CHECKING:
    from autolog.events import Event, RunEnded


def config(event: Event) -> dict[str, Any]:
    """What an event adds to the config: params by their names, all else below names of its own."""
    match event:
        case RunStarted():
            return {"autolog/run_id": event.run_id, "autolog/experiment": event.experiment}
        case ParamsLogged():
            return {name: value_of(text) for name, text in event.params.items()}
        case TagsSet() | EnvironmentCaptured():
            return {f"tag/{name}": text for name, text in event.tags.items()}
        case ArtifactStored() if is_elsewhere(event.location):
            return {f"reference/{event.path}": event.location}
        case DatasetUsed():
            return {f"data set/{event.context}/{event.name}": _of_dataset(event)}
    return {}


def labels(event: Event) -> set[str]:
    """What an event adds to W&B's tags, which are words: the experiment, and tags with values."""
    match event:
        case RunStarted():
            return {event.experiment}
        case TagsSet():
            # those with a point are autolog's own, and what ends in `_` was learnt
            own = {name for name in event.tags if "." not in name and not name.endswith("_")}
            return {f"{name}={event.tags[name]}" for name in own}
    return set()


def of_end(event: RunEnded) -> dict[str, str]:
    """What the end of a run adds to its summary."""
    facts = {"autolog/status": event.status.value}
    if event.error is not None:
        facts["error/type"] = event.error.type
        facts["error/message"] = event.error.message
        facts["error/traceback"] = event.error.traceback
    return facts


def requirements(event: EnvironmentCaptured) -> str:
    """The packages that were installed where the run was made, as pip takes them."""
    return "".join(f"{name}=={version}\n" for name, version in sorted(event.packages.items()))


def _of_dataset(event: DatasetUsed) -> dict[str, Any]:
    return {
        "digest": event.digest,
        "source_type": event.source_type,
        "source": decoded(event.source),
        "schema": decoded(event.schema),
        "profile": decoded(event.profile),
    }


def decoded(text: str) -> Any:
    """What a text of JSON says; the text where it is none."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
