"""The harness tells apart what differs because of autolog and what differs anyway."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

TESTS = """
import sys
from pathlib import Path

import pytest
from sklearn.linear_model import LinearRegression

times = Path(__file__).with_name("times")


def test_passes():
    LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])


def test_differs():
    assert "autolog" not in sys.modules, "it is recorded"


def test_fails_anyway():
    raise ValueError("as ever")


@pytest.mark.skip(reason="not today")
def test_is_skipped():
    pass


def test_is_unsteady():
    times.write_text(times.read_text() + "." if times.exists() else ".")
    assert len(times.read_text()) != 2
"""


@pytest.fixture
def compare(tmp_path):
    """Compares a module of tests with the given source."""

    def run(source, *options):
        (tmp_path / "some_tests.py").write_text(source)
        return subprocess.run(
            [sys.executable, "-m", "tools.transparency", "--processes=1", *options, "some_tests"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=250,
            check=False,
        )

    return run


def test_each_test_is_put_where_it_belongs(compare):
    finished = compare(TESTS)

    differs, natural, unsteady, anyway, unfinished = finished.stdout.split("\n\n")[1:6]
    assert differs.splitlines() == [
        "ends otherwise when it is recorded: 1",
        f"  some_tests::test_differs: bare{' passed' * 4}; recorded{' failed' * 4}",
        "      AssertionError: it is recorded",
    ]
    assert natural == "so by its nature: none"
    assert unsteady.splitlines()[0] == "unsteady, or so when run again: 1"
    assert "some_tests::test_is_unsteady: bare passed" in unsteady
    assert anyway.splitlines() == [
        "fails without autolog too: 1",
        "  some_tests::test_fails_anyway: ValueError: as ever",
    ]
    assert unfinished == "not run to its end: none"
    assert finished.returncode == 1


def test_tests_without_a_difference_are_a_success(compare):
    finished = compare("def test_passes():\n    pass\n")

    assert finished.returncode == 0, finished.stdout


def test_a_module_that_does_not_end_in_time_is_none(compare):
    source = "import time\n\ndef test_sleeps():\n    time.sleep(60)\n"

    finished = compare(source, "--limit=4")

    assert "some_tests, bare: not finished after 4 s" in finished.stdout
    assert finished.returncode == 1


def test_a_module_whose_process_crashes_says_where(compare):
    finished = compare("import os\n\ndef test_crashes():\n    os.abort()\n")

    assert "some_tests, bare: exit status -6: Fatal Python error: Aborted" in finished.stdout
    assert "in test_crashes" in finished.stdout
    assert finished.returncode == 1
