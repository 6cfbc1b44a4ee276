"""A fresh autolog directory for one measurement, and a session that leaves nothing behind."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import autolog

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERYTHING: dict[str, Any] = {
    "log_models": True,
    "log_signatures": True,
    "log_input_examples": True,
    "log_datasets": True,
    "log_plots": True,
    "silent": True,
}
"""The options with which all of a fit is recorded that can be."""


@contextmanager
def fresh_directory() -> Iterator[Path]:
    """An empty folder that is the autolog directory of this process and of those it starts."""
    with tempfile.TemporaryDirectory(prefix="autolog-benchmark-") as folder:
        os.environ["AUTOLOG_DIR"] = folder
        try:
            yield Path(folder)
        finally:
            autolog.shutdown()
            del os.environ["AUTOLOG_DIR"]
