"""Finds the one model that a user means by its id, or by a version of a registered model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.errors import ModelNotFound

if TYPE_CHECKING:
    from autolog.sinks.sqlite.statements import Connection

_SHOWN = 10

# Versions whose model is gone only keep their numbers from being given again.
_VERSIONS = (
    "SELECT model_version.version, model_id FROM model_version JOIN model USING (model_id)"
    " WHERE model_version.name = ? ORDER BY model_version.version DESC"
)
_NAMES = (
    "SELECT DISTINCT model_version.name FROM model_version JOIN model USING (model_id)"
    " ORDER BY model_version.name"
)


def find_model(connection: Connection, model_id: str, place: str) -> int:
    """The row of the run that has kept a model.

    Args:
        connection: A connection for reading.
        model_id: The model's id.
        place: The database, for messages.

    Raises:
        ModelNotFound: There is no such model.
    """
    row = connection.execute("SELECT run FROM model WHERE model_id = ?", (model_id,)).fetchone()
    if row is None:
        raise ModelNotFound(f"There is no model {model_id} in {place}.")
    return int(row[0])


def find_version(connection: Connection, name: str, version: int | None, place: str) -> str:
    """The id of the model that is a version of a registered model.

    Args:
        connection: A connection for reading.
        name: The registered model's name.
        version: The version's number; None for the newest.
        place: The database, for messages.

    Raises:
        ModelNotFound: There is no such version.
    """
    models: dict[int, str] = dict(connection.execute(_VERSIONS, (name,)))
    if not models:
        names = [repr(name) for (name,) in connection.execute(_NAMES)]
        there_are = f"there are {_listed(names)}" if names else "none has been registered"
        raise ModelNotFound(f"There is no registered model {name!r} in {place}; {there_are}.")
    found = models.get(next(iter(models)) if version is None else version)
    if found is None:
        raise ModelNotFound(
            f"The registered model {name!r} has no version {version}; it has "
            f"{_listed([str(number) for number in models])}."
        )
    return found


def _listed(texts: list[str]) -> str:
    shown = ", ".join(texts[:_SHOWN])
    return f"{shown}, ..." if len(texts) > _SHOWN else shown
