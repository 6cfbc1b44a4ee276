"""Which tracking server and experiment an `mlflow` URI means."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import msgspec

from autolog.errors import ConfigurationError
from autolog.sinks.registry import without_secrets

if TYPE_CHECKING:
    from pathlib import Path

_FORMS = (
    "Write `mlflow` for the server that MLFLOW_TRACKING_URI names, `mlflow+http://host:5000` for "
    "another, or `mlflow+sqlite:///mlflow.db` for a file."
)


_DATABASES = ("mssql", "mysql", "postgresql", "sqlite")
_OF_DATABASES = "alembic"
"""What MLflow opens databases with, and its client does not bring."""

_SECRET_VARIABLES = ("MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN")


class Location(msgspec.Struct, frozen=True):
    """Where runs go.

    Attributes:
        tracking_uri: MLflow's tracking URI; None for MLflow's default.
        experiment: The experiment that all runs go to; None for that of each run.
    """

    tracking_uri: str | None = None
    experiment: str | None = None


def check(uri: str) -> None:
    """Says whether a sink URI can be used, without asking anybody.

    Args:
        uri: A URI that begins with `mlflow`.

    Raises:
        ConfigurationError: The URI is malformed, or MLflow is not installed, or too little of it.
    """
    tracking, _ = _parts(uri)
    if "mlflow" not in sys.modules and find_spec("mlflow") is None:
        raise ConfigurationError(
            "The sink 'mlflow' needs MLflow's client: pip install 'autolog-ml[mlflow]'."
        )
    if tracking.startswith(_DATABASES) and find_spec(_OF_DATABASES) is None:
        kind = tracking.partition(":")[0]
        raise ConfigurationError(
            f"The sink 'mlflow+{kind}:' needs all of MLflow, and not its client alone: "
            "pip install mlflow."
        )


def location(uri: str, directory: Path) -> Location:
    """What a sink URI means now.

    Args:
        uri: A URI that begins with `mlflow`.
        directory: The autolog directory; relative paths are taken from the folder that holds it.

    Raises:
        ConfigurationError: The URI is malformed.
    """
    tracking, experiment = _parts(uri)
    path = tracking.removeprefix("sqlite:///")
    if path not in {tracking, ""}:
        tracking = f"sqlite:///{directory.absolute().parent / path}"
    return Location(tracking or _of_the_user(), experiment)


def without_secrets_of(text: str, tracking_uri: str | None) -> str:
    """A text without the secrets of a tracking URI, and of MLflow's variables.

    Args:
        text: What MLflow says.
        tracking_uri: MLflow's tracking URI.
    """
    from autolog.sinks.secrets import hide_secrets

    return hide_secrets(text, tracking_uri, map(os.environ.get, _SECRET_VARIABLES))


def _parts(uri: str) -> tuple[str, str | None]:
    address, _, query = uri.partition("?")
    _, plus, tracking = address.partition("+")
    if not plus and address.removesuffix(":") != "mlflow":
        raise ConfigurationError(f"The sink {without_secrets(uri)!r} names no server. {_FORMS}")
    is_place = tracking.startswith("file:") or "://" in tracking
    if plus and (not is_place or tracking.endswith("://")):
        raise ConfigurationError(f"The sink {without_secrets(uri)!r} names no server. {_FORMS}")
    name, equals, experiment = query.partition("=")
    if query and (name != "experiment" or not equals or not experiment):
        raise ConfigurationError(
            f"The sink {without_secrets(uri)!r}: what follows '?' can only be 'experiment=NAME'."
        )
    return tracking, experiment or None


def _of_the_user() -> str | None:
    """The tracking URI that the user has set in code or by variable, if any."""
    mlflow = sys.modules.get("mlflow")
    is_set = getattr(mlflow, "is_tracking_uri_set", None)  # absent while it is being imported
    if mlflow is not None and is_set is not None and is_set():
        return str(mlflow.get_tracking_uri())
    return os.environ.get("MLFLOW_TRACKING_URI")
