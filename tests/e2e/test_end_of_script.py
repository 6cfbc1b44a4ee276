"""How a script ends shows in its runs, and in one quiet line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

FIT = """
    from autolog import autolog
    autolog()
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression
    model = LogisticRegression(max_iter=500).fit(*load_iris(return_X_y=True))
"""

OPEN = """
    import os, signal, sys
    import autolog
    autolog.log_metrics({"loss": 0.5}, step=1)
"""


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Runs a script in an empty folder, with the settings of a user."""
    monkeypatch.delenv("AUTOLOG_STRICT")
    monkeypatch.delenv("AUTOLOG_DIR")

    def run(source, *, environment=None):
        file = tmp_path / "experiment.py"
        file.write_text(textwrap.dedent(source))
        return subprocess.run(
            [sys.executable, file],
            cwd=tmp_path,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def runs(tmp_path):
    """Reads the runs back as a user does: with the next `autolog` command."""

    def read(*options):
        listing = subprocess.run(
            [sys.executable, "-m", "autolog", "runs", "--json", *options],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return json.loads(listing.stdout)

    return read


def test_a_script_ends_with_one_line_and_leaves_only_its_store(script, runs, tmp_path):
    finished = script(FIT)

    assert finished.returncode == 0
    assert finished.stdout == ""
    assert finished.stderr.splitlines() == [
        f"autolog: recorded 1 run in {tmp_path / '.autolog'}; `autolog runs` shows them."
    ]
    assert [run["status"] for run in runs()] == ["FINISHED"]
    assert list((tmp_path / ".autolog" / "journal").iterdir()) == []
    assert (tmp_path / ".autolog" / ".gitignore").read_text() == "*\n"


def test_the_environment_of_the_script_is_recorded(script, runs, tmp_path):
    script(FIT)

    (run,) = runs()
    assert Path(run["tags"]["entry_script"]).name == "experiment.py"
    assert run["tags"]["python"] == ".".join(map(str, sys.version_info[:3]))
    assert run["tags"]["working_directory"] == str(tmp_path)


@pytest.mark.parametrize(
    ("ending", "status", "code"),
    [
        ("pass", "FINISHED", 0),
        ("sys.exit(0)", "FINISHED", 0),
        ("raise RuntimeError('mine')", "FAILED", 1),
        ("1 / 0", "FAILED", 1),
        ("os._exit(3)", "KILLED", 3),
        ("os.kill(os.getpid(), signal.SIGTERM)", "KILLED", -signal.SIGTERM),
        ("os.kill(os.getpid(), signal.SIGKILL)", "KILLED", -signal.SIGKILL),
        ("os.abort()", "KILLED", -signal.SIGABRT),
    ],
)
def test_how_a_script_ends_is_how_its_open_run_ends(script, runs, ending, status, code):
    finished = script(textwrap.dedent(OPEN) + ending)

    assert finished.returncode == code
    (run,) = runs()
    assert run["status"] == status
    assert run["metrics"] == {"loss": 0.5}


def test_an_error_in_a_block_is_shown_with_its_run(script, runs):
    finished = script("""
        import autolog
        with autolog.run("doomed"):
            raise RuntimeError("mine")
    """)

    (run,) = runs()
    assert run["status"] == "FAILED"
    assert run["error"]["message"] == "mine"
    assert finished.stderr.rstrip().endswith("RuntimeError: mine")


def test_an_unwritable_directory_changes_nothing_but_one_warning(script, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    finished = script(
        textwrap.dedent(FIT) + "print(model.predict([[5.1, 3.5, 1.4, 0.2]]))",
        environment={"AUTOLOG_DIR": str(blocked / "autolog")},
    )

    lines = finished.stderr.splitlines()
    assert finished.returncode == 0
    assert finished.stdout == "[0]\n"
    assert len(lines) == 2, lines
    assert lines[0].startswith("autolog cannot write its journal")
    assert "records for the sink 'sqlite:' lost: " in lines[1]


def test_a_script_that_is_over_at_once_is_known_by_its_name(script, runs):
    script("""
        import autolog
        autolog.log_metric("loss", 0.5)
    """)

    (run,) = runs()
    assert Path(run["tags"]["entry_script"]).name == "experiment.py"


def test_a_configuration_error_stops_the_script_before_it_trains(script, tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.autolog]\nexperimnt = 'x'\n")

    finished = script(FIT)

    assert finished.returncode == 1
    assert "pyproject.toml: [tool.autolog]: there is no option" in finished.stderr
    assert "did you mean 'experiment'?" in finished.stderr
