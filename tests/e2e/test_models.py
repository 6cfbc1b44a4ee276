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
    assert len(pictures) >= 3
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
    assert trusting.stdout == "[0, 0, 0]\n", trusting.stderr


def test_a_model_that_was_changed_on_disk_is_refused(script, tmp_path):
    script(TRAIN)
    (pickled,) = tmp_path.rglob("model.pkl")
    pickled.write_bytes(pickled.read_bytes() + b"x")

    loaded = script(LOAD)

    assert loaded.returncode == 1
    assert "ModelDamaged" in loaded.stderr


def test_loading_a_model_before_its_library_is_imported_does_not_end_the_recording(script, show):
    script(TRAIN)

    finished = script("""
        import autolog
        autolog.autolog()
        autolog.load_model("runs:/last/model")
        from sklearn.linear_model import Ridge
        Ridge().fit([[0.0], [1.0]], [0.0, 1.0])
    """)

    assert show().startswith("Ridge")
    assert "recorded 1 run" in finished.stderr


def test_loading_a_model_of_the_scripts_own_class_does_not_end_its_recording(script):
    finished = script("""
        import autolog
        from sklearn.base import BaseEstimator
        autolog.autolog()

        class Mine(BaseEstimator):
            def fit(self, X, y=None):
                return self

        fit = vars(Mine)["fit"]
        Mine().fit([[0.0]])
        autolog.load_model(autolog.last_run())
        Mine().fit([[0.0]])
        print(vars(Mine)["fit"] is fit)
    """)

    assert finished.stdout == "True\n"
    assert "recorded 2 runs" in finished.stderr


def test_a_fit_in_a_forked_process_of_multiprocessing_leaves_a_whole_model(script, show):
    script("""
        import multiprocessing
        import autolog
        from sklearn.linear_model import Ridge
        autolog.autolog()

        def train():
            Ridge().fit([[0.0], [1.0]], [0.0, 1.0])

        child = multiprocessing.get_context("fork").Process(target=train)
        child.start()
        child.join()
    """)

    (model,) = json.loads(show("--json"))["models"]

    assert {"MLmodel", "model.pkl", "requirements.txt"} <= set(model["files"])
