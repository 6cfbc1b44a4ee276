"""Which tracking server and experiment an `mlflow` URI means."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import msgspec

from autolog.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

_FORMS = (
    "Write `mlflow` for the server that MLFLOW_TRACKING_URI names, `mlflow+http://host:5000` for "
    "another, or `mlflow+sqlite:///mlflow.db` for a file."
)


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
        ConfigurationError: The URI is malformed, or MLflow is not installed.
    """
    _parts(uri)
    if "mlflow" not in sys.modules and find_spec("mlflow") is None:
        raise ConfigurationError(
            "The sink 'mlflow' needs MLflow's client: pip install 'autolog-ml[mlflow]'."
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


def without_password(text: str, tracking_uri: str | None) -> str:
    """A text, without the user and the password that a tracking URI has."""
    authority = (tracking_uri or "").partition("://")[2].partition("/")[0]
    credentials, at, _ = authority.rpartition("@")
    return text.replace(f"{credentials}{at}", "") if at else text


def _parts(uri: str) -> tuple[str, str | None]:
    address, _, query = uri.partition("?")
    _, plus, tracking = address.partition("+")
    if not plus and address.removesuffix(":") != "mlflow":
        raise ConfigurationError(f"The sink {_shown(uri)!r} names no server. {_FORMS}")
    if plus and (":" not in tracking or tracking.endswith("://")):
        raise ConfigurationError(f"The sink {_shown(uri)!r} names no server. {_FORMS}")
    name, equals, experiment = query.partition("=")
    if query and (name != "experiment" or not equals or not experiment):
        raise ConfigurationError(
            f"The sink {_shown(uri)!r}: what follows '?' can only be 'experiment=NAME'."
        )
    return tracking, experiment or None


def _shown(uri: str) -> str:
    """The URI without a password."""
    before, separator, after = uri.partition("://")
    authority, slash, path = after.partition("/")
    return f"{before}{separator}{authority.rpartition('@')[2]}{slash}{path}"


def _of_the_user() -> str | None:
    """The tracking URI that the user has set in code or by variable, if any."""
    mlflow = sys.modules.get("mlflow")
    is_set = getattr(mlflow, "is_tracking_uri_set", None)  # absent while it is being imported
    if mlflow is not None and is_set is not None and is_set():
        return str(mlflow.get_tracking_uri())
    return os.environ.get("MLFLOW_TRACKING_URI")
