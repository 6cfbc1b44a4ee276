"""Every exception that autolog raises on purpose, as one tree under `AutologError`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.events import Event


class AutologError(Exception):
    """The root of every error of autolog's own."""


class ConfigurationError(AutologError, ValueError):
    """An option, an environment variable or a configuration file holds something unusable."""


class IntegrationError(AutologError):
    """An integration cannot be loaded, or breaks the contract of the plugin API."""


class JournalError(AutologError):
    """The journal on disk cannot be written or read."""


class SinkUnavailable(AutologError):
    """A sink cannot take a batch now; the same batch is to be offered again.

    Args:
        message: What happened, where, and what to do about it.
        retry_after: Seconds that the sink asked to be left alone for, if it did.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class DiskFull(SinkUnavailable):
    """A sink cannot take a batch, since there is no room left on the disk that it writes to.

    Args:
        path: The file that could not be written.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: the disk is full; free some space.")
        self.path = path


class RecordRejected(AutologError):
    """A sink will never take this event; it belongs into quarantine, the others go on.

    Args:
        event: The event that was refused.
        reason: Why, in words for the user.
    """

    def __init__(self, event: Event, reason: str) -> None:
        super().__init__(reason)
        self.event = event
        self.reason = reason


class SchemaError(AutologError, ValueError):
    """Data are of a kind, or have names of columns, that no schema can describe."""


class ModelFailed(AutologError):
    """A model's own code failed when it was asked something that its user did not ask."""


class StoreError(AutologError):
    """The store of recorded runs cannot answer."""


class StoreMissing(StoreError):
    """There is no store where one was looked for."""


class StoreTooNew(StoreError, SinkUnavailable):
    """The store was written by a newer autolog, which this one must not touch."""


class RunNotFound(StoreError, LookupError):
    """No run, or more than one, answers to the given id or prefix."""


class ArtifactUnavailable(StoreError):
    """A file of a run is in an artifact store, and cannot be fetched from there."""


class FilterError(StoreError, ValueError):
    """A search filter is not written in the grammar of filters."""


class ModelTooLarge(AutologError):
    """The serialised form of a model is larger than what may be kept."""


class ModelNotSerialisable(AutologError):
    """A model cannot be written to a file, since something in it, or its own code, refuses."""


class ModelError(AutologError):
    """A stored model cannot be given back."""


class ModelNotFound(ModelError, LookupError):
    """There is no such model."""


class ModelDamaged(ModelError):
    """The files of a model are not what was stored, or not what a model consists of."""


class ModelUntrusted(ModelError):
    """Loading a model could run foreign code, and nobody has said that it may."""


class ModelNotLoadable(ModelError):
    """The files are whole, but the model cannot be made from them here."""


class PlottingUnavailable(AutologError):
    """A plot is to be drawn, and matplotlib is not installed."""


class PlotDamaged(AutologError):
    """The data of a plot are missing, broken, or of a later version of autolog."""
