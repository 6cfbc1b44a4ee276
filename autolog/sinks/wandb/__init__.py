"""The sink that hands runs to Weights & Biases, through its client in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.sinks.wandb.location import check

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from autolog.sinks.base import Batch, Sink

__all__ = ["check", "held", "open_sink"]

_CLOSING_SECONDS = 60.0
_PATIENCE, _PATIENCE_PER_RUN = 180.0, 20.0  # seconds; a run takes two to begin and two to finish


def open_sink(uri: str, directory: Path) -> Sink:
    """Makes the sink of a `wandb` URI; W&B's client is not imported in this process.

    Args:
        uri: `wandb`, `wandb:project` or `wandb:entity/project`.
        directory: The autolog directory, whose artifacts are sent.

    Raises:
        ConfigurationError: The URI is malformed.
    """
    from autolog.sinks.relay.frames import Opening
    from autolog.sinks.relay.relayed import RelayedSink
    from autolog.sinks.wandb.location import location

    directory = directory.absolute()
    place = location(uri)
    opening = Opening(
        "autolog.sinks.wandb.sink:open_here",
        (place.entity, place.project, str(directory)),
        _CLOSING_SECONDS,
    )
    return RelayedSink("Weights & Biases", opening, directory, patience=_patience)


def held(uri: str, directory: Path, journals: Mapping[str, str]) -> dict[str, bool]:
    """Which runs were handed over from here, and whether by the journal that is named.

    Args:
        uri: A `wandb` URI.
        directory: The autolog directory.
        journals: The runs, and a journal for each.
    """
    from autolog.sinks.wandb.identity import Identities
    from autolog.sinks.wandb.location import location

    identities = Identities(directory.absolute(), location(uri))
    found = {run_id: identities.find(run_id) for run_id in journals}
    return {
        run_id: identity.journal == journals[run_id]
        for run_id, identity in found.items()
        if identity is not None
    }


def _patience(batch: Batch) -> float:
    """Seconds after which the client is taken to hang, which gives up by itself on a server."""
    return _PATIENCE + _PATIENCE_PER_RUN * len({event.run_id for event in batch.events})
