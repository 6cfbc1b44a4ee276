"""Tiny data, and what reads the files of a run."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from autolog_statsmodels.flavor import MODEL_FILE, StatsmodelsFlavor


@pytest.fixture(scope="session")
def examples():
    """The data and the fits of `fits.py`, by name."""
    return runpy.run_path(str(Path(__file__).with_name("fits.py")))


@pytest.fixture
def content_of():
    """Reads a file of a run; one that is made of its model is made, as for whoever looks at it."""

    def content(runs, name):
        folder = runs.session.directory / "artifacts" / runs.only.run_id
        if (folder / name).exists():
            return (folder / name).read_text()
        assert name in runs.only.artifacts
        return StatsmodelsFlavor().render(folder / "model", {"data": MODEL_FILE}, name)

    return content
