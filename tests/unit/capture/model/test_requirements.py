"""What a model needs is what its serialised form names, and what serves it."""

from __future__ import annotations

import sys

import cloudpickle
import numpy as np
import pytest
import sklearn

from autolog.capture.model import requirements
from autolog.capture.model.requirements import requirements_of

mlflow_version = pytest.importorskip("mlflow.version").VERSION
MODULES = frozenset(
    {"cloudpickle", "collections", "numpy._core.multiarray", "sklearn.linear_model._logistic"}
)
NAMED = [
    f"cloudpickle=={cloudpickle.__version__}",
    f"numpy=={np.__version__}",
    f"scikit-learn=={sklearn.__version__}",
]


def test_named_modules_are_pinned_after_mlflow():
    needed = requirements_of(MODULES)

    assert needed.packages == [f"mlflow=={mlflow_version}", *NAMED]
    assert needed.code_paths == []


def test_mlflow_is_not_pinned_where_it_is_not_installed(monkeypatch):
    monkeypatch.setattr(requirements, "installed_version", lambda name: None)

    assert requirements_of(MODULES).packages == ["mlflow", *NAMED]


def test_local_modules_are_listed_apart(tmp_path, monkeypatch):
    (tmp_path / "my_steps.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    __import__("my_steps")

    needed = requirements_of({"my_steps", "__main__"})

    del sys.modules["my_steps"]
    assert needed.code_paths == [str(tmp_path / "my_steps.py")]
    assert needed.packages == [f"mlflow=={mlflow_version}"]
