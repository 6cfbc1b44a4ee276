"""A pytest plugin that switches recording on, with everything, before a test is imported."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import msgspec

from autolog import autolog
from autolog.config.settings import OPTIONS
from autolog.registry import discover

SAID = "said.log"
"""The file in the autolog directory with what autolog had to say."""

SECONDS_TO_DELIVER = 60.0


_FOR_LESS = frozenset({"remove_data"})
"""Options of integrations that have less recorded."""


def everything() -> dict[str, Any]:
    """Every switch of what is recorded, of autolog and of the integrations, switched on."""
    options: dict[str, Any] = {name: True for name in OPTIONS if name.startswith("log_")}
    for library, available in discover().items():
        if available.options is not None:
            options[library] = {
                option.name: True
                for option in msgspec.structs.fields(available.options)
                if isinstance(option.default, bool) and option.name not in _FOR_LESS
            }
    return options


said = logging.FileHandler(Path(os.environ["AUTOLOG_DIR"]) / SAID, encoding="utf-8")
logging.getLogger("autolog").addHandler(said)
autolog(**everything(), exit_timeout=SECONDS_TO_DELIVER)
