"""A small model, as a whole directory."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sklearn.linear_model import LogisticRegression

from autolog.capture.model.directory import ModelDescription, finish_model
from autolog_sklearn.flavor import SklearnFlavor


@pytest.fixture
def model():
    return LogisticRegression().fit([[0.0, 1.0], [1.0, 0.0]], [0, 1])


@pytest.fixture
def directory(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    return folder


@pytest.fixture
def finish(directory):
    """Makes the directory whole, and gives the hashes of its files."""

    def finished(serialised, **other):
        described = {
            "signature": None,
            "run_id": "a" * 32,
            "model_id": "m-" + "b" * 32,
            "artifact_path": "artifacts/model",
            "created": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        }
        example = other.pop("example", None)
        description = ModelDescription(serialised=serialised, **(described | other))
        return finish_model(directory, description, example)

    return finished


@pytest.fixture
def hashes(model, directory, finish):
    """The hashes of a directory that is whole."""
    return finish(SklearnFlavor().save(model, directory, None))
