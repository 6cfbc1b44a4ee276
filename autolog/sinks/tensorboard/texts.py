"""What TensorBoard shows as text, in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.content_addresses import is_elsewhere
from autolog.events import (
    ArtifactStored,
    DatasetUsed,
    Dropped,
    EnvironmentCaptured,
    ModelStored,
    ParamsLogged,
    RunEnded,
    RunStarted,
    TagsSet,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.events import Event

_LONGEST = 10_000


def texts(event: Event) -> dict[str, str]:
    """The texts of an event, by the name under which TensorBoard shows them."""
    told: dict[str, str] = {}
    match event:
        case RunStarted():
            told["run"] = _table(_of_start(event))
        case ParamsLogged():
            told["params"] = _table(event.params)
        case TagsSet():
            told["tags"] = _table(event.tags)
        case EnvironmentCaptured():
            told["tags"] = _table(event.tags)
            told["packages"] = _table(event.packages)
        case ArtifactStored():
            told.update(_of_file(event))
        case DatasetUsed():
            told[f"data set/{event.context}"] = _table(_of_dataset(event))
        case ModelStored() if event.files:
            told[f"model/{event.name}"] = _table(_of_model(event))
        case RunEnded():
            told["end"] = _end(event)
        case Dropped():
            told["dropped"] = f"{event.count}: {event.reason}"
    return told


def _of_start(event: RunStarted) -> dict[str, str]:
    facts = {"name": event.name, "experiment": event.experiment, "run": event.run_id}
    return facts if event.parent_run_id is None else {**facts, "parent": event.parent_run_id}


def _of_file(event: ArtifactStored) -> dict[str, str]:
    """Where it is, if it was left there."""
    if not is_elsewhere(event.location):
        return {}
    return {f"reference/{event.path}": event.location}


def _of_dataset(event: DatasetUsed) -> dict[str, str]:
    return {
        "name": event.name,
        "digest": event.digest,
        "source": event.source,
        "schema": event.schema,
        "profile": event.profile,
    }


def _of_model(event: ModelStored) -> dict[str, str]:
    facts = {
        "id": event.model_id,
        "flavor": event.flavor,
        "size in bytes": str(event.size_bytes),
        "signature": event.signature,
        "registered as": event.registered_name,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _end(event: RunEnded) -> str:
    if event.error is None:
        return event.status.value
    lines = event.error.traceback.splitlines()
    return "\n".join(
        [f"{event.status.value}: {event.error.type}", "", *(f"    {one}" for one in lines)]
    )


def _table(facts: Mapping[str, str]) -> str:
    rows = [f"| {_cell(name)} | {_cell(fact)} |" for name, fact in facts.items()]
    return "\n".join(["| | |", "| --- | --- |", *rows])


def _cell(text: str) -> str:
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return " ".join(shown.replace("\\", "\\\\").replace("|", "\\|").splitlines())
