"""Which project of Weights & Biases a `wandb` URI means."""

from __future__ import annotations

import os
import re
import sys
from importlib.util import find_spec

import msgspec

from autolog.errors import ConfigurationError

_URI = re.compile(r"wandb(?::(?:(?P<entity>[^/:]+)/)?(?P<project>[^/:\\#?%]*))?", re.IGNORECASE)
_FORMS = "Write `wandb`, `wandb:project` or `wandb:entity/project`."


class Location(msgspec.Struct, frozen=True):
    """Where runs go.

    Attributes:
        entity: The user or team; None for the user's default.
        project: The project; None for that of each run's experiment.
    """

    entity: str | None = None
    project: str | None = None


def check(uri: str) -> None:
    """Says whether a sink URI can be used, without asking anybody.

    Args:
        uri: A URI that begins with `wandb`.

    Raises:
        ConfigurationError: The URI is malformed, or W&B's client is not installed.
    """
    _parts(uri)
    if "wandb" not in sys.modules and find_spec("wandb") is None:
        raise ConfigurationError(
            "The sink 'wandb' needs Weights & Biases' client: pip install 'autolog-ml[wandb]'."
        )


def location(uri: str) -> Location:
    """What a sink URI means now, with what `WANDB_ENTITY` and `WANDB_PROJECT` say beside it.

    Args:
        uri: A URI that begins with `wandb`.

    Raises:
        ConfigurationError: The URI is malformed.
    """
    entity, project = _parts(uri)
    return Location(
        entity or os.environ.get("WANDB_ENTITY") or None,
        project or os.environ.get("WANDB_PROJECT") or None,
    )


def _parts(uri: str) -> tuple[str | None, str | None]:
    match = _URI.fullmatch(uri)
    if match is None or (match["entity"] and not match["project"]):
        raise ConfigurationError(f"The sink {uri!r} names no project. {_FORMS}")
    return match["entity"], match["project"] or None
