"""A model that one process trained is looked at and loaded by the next."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap

import pytest

TRAIN = """
    from autolog import autolog
    autolog()
    from sklearn.datasets import load_breast_cancer
    from sklearn.linear_model import LogisticRegression
    X, y = load_breast_cancer(return_X_y=True)
    print(LogisticRegression(max_iter=5000).fit(X, y).predict(X[:3]).tolist())
"""
LOAD = """
    import autolog
    from sklearn.datasets import load_breast_cancer
    X, _ = load_breast_cancer(return_X_y=True)
    print(autolog.load_model("runs:/last/model").predict(X[:3]).tolist())
"""


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Runs a script in an empty folder, with the settings of a user."""
    monkeypatch.delenv("AUTOLOG_STRICT")
    monkeypatch.delenv("AUTOLOG_DIR")

    def run(source):
        return subprocess.run(
            [sys.executable, "-c", textwrap.dedent(source)],
            cwd=tmp_path,
            env=dict(os.environ),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def show(tmp_path, script):
    """Shows the newest run as a user does."""

    def show(*options):
        return subprocess.run(
            [sys.executable, "-m", "autolog", "show", "last", *options],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    return show


def test_the_next_process_predicts_the_same(script):
    trained = script(TRAIN)

    loaded = script(LOAD)

    assert loaded.stdout == trained.stdout != ""
    assert loaded.stderr == ""


def test_a_run_is_shown_with_its_model_its_data_and_its_plots(script, show):
    script(TRAIN)

    shown = show()

    assert "sklearn" in shown.partition("Models")[2]
    assert "569 x 30" in shown.partition("Datasets")[2]
    for plot in ("confusion_matrix", "roc_curve", "precision_recall_curve"):
        assert f"training_{plot}.png" in shown


def test_plots_are_drawn_by_the_process_that_shows_them(script, show, tmp_path):
    script(TRAIN)
    drawn = list(tmp_path.rglob("*.png"))

    show()

    assert drawn == []
    pictures = list(tmp_path.rglob("*.png"))
    assert len(pictures) == 3
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)


def test_without_matplotlib_nothing_is_drawn_and_nothing_fails(script, show, tmp_path):
    script(TRAIN)
    (tmp_path / "matplotlib.py").write_text("raise ModuleNotFoundError('matplotlib')")

    shown = show()

    assert "training_roc_curve.png" in shown
    assert list(tmp_path.rglob("*.png")) == []


def test_a_process_that_is_killed_right_after_its_fit_leaves_its_model(script, show):
    script(TRAIN + "    import os; os._exit(0)\n")

    (model,) = json.loads(show("--json"))["models"]

    trusting = script(LOAD.replace('"runs:/last/model"', '"runs:/last/model", trust=True'))
    assert model["name"] == "model"
    assert json.loads(trusting.stdout) == [0, 0, 0]


def test_a_model_that_was_changed_on_disk_is_refused(script, tmp_path):
    script(TRAIN)
    (pickled,) = tmp_path.rglob("model.pkl")
    pickled.write_bytes(pickled.read_bytes() + b"x")

    loaded = script(LOAD)

    assert loaded.returncode == 1
    assert "ModelDamaged" in loaded.stderr
