"""The example repository is as it is told, and so is the page of the documentation."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "pytest"
PAGE = (ROOT / "docs" / "pytest.md").read_text(encoding="utf-8")

# the order of tests that run at the same time is chance
TREE = {
    "tests/test_training.py::test_it_fits_the_data[0.1]": "passed",
    "tests/test_training.py::test_it_fits_the_data[1.0]": "passed",
    "tests/test_training.py::test_it_fits_the_data[10.0]": "passed",
    "tests/test_training.py::test_it_takes_the_strength_that_is_given": "passed",
    "tests/test_training.py::test_it_does_not_change_the_data": "passed",
    "tests/test_quality.py::test_it_generalises": "passed",
    "tests/test_quality.py::test_it_finds_what_is_not_harmless": "passed",
}


@pytest.fixture
def example(suite, monkeypatch):
    """A copy of the repository."""
    shutil.copytree(EXAMPLE, suite.path, dirs_exist_ok=True)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    return suite


@pytest.mark.parametrize("workers", ["0", "2"])
def test_its_tests_pass_and_are_recorded(example, workers):
    result = example.run("-n", workers, "--autolog-strict-baseline", plugins=("xdist",))

    result.assert_outcomes(passed=9)
    runs = example.session_run.children
    tests = {
        run.name: run.tags["pytest.outcome"] for run in runs if run.tags["pytest.kind"] == "test"
    }
    assert tests == TREE
    assert {run.name for run in runs} - set(tests) == {"tests::model"}


def test_a_worse_model_fails(example):
    training = example.path / "diagnosis" / "training.py"
    text = training.read_text()
    assert "C: float = 1.0" in text
    training.write_text(text.replace("C: float = 1.0", "C: float = 1e-4"))

    result = example.run()

    result.assert_outcomes(passed=7, failed=2)
    assert "holdout_accuracy is 0." in result.stdout.str()


def test_its_baselines_are_what_an_update_writes(example):
    file = example.path / "tests" / "baseline.json"
    committed = json.loads(file.read_text())["tests"]
    file.unlink()

    example.run("--autolog-update-baseline")

    written = json.loads(file.read_text())["tests"]
    assert written.keys() == committed.keys()
    for test, metrics in written.items():
        assert metrics == pytest.approx(committed[test], rel=0.02)


def test_every_option_of_the_page_is_one_and_every_one_is_on_the_page(suite):
    shown = suite.run("--help").stdout.str()

    options = set(re.findall(r"--(?:no-)?autolog[a-z-]*", shown))
    settings = set(re.findall(r"^  (autolog\w*) \(", shown, flags=re.MULTILINE))
    assert set(re.findall(r"--(?:no-)?autolog[a-z-]*", PAGE)) == options
    assert settings
    assert all(re.search(rf"\b{setting}\b", PAGE) for setting in settings)


def test_every_fixture_is_on_the_page(suite):
    shown = suite.run("--fixtures", "-q").stdout.str()

    fixtures = set(re.findall(r"^(\w+) -- .*autolog/pytest_plugin", shown, flags=re.MULTILINE))
    assert fixtures == {"autolog_off", "autolog_run", "recorded"}
    assert all(f"`{name}`" in PAGE for name in fixtures)


CODE = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)


def test_the_code_of_the_page_passes(suite):
    suite.write("\n\n".join(CODE))

    result = suite.run("--autolog")

    assert result.ret == pytest.ExitCode.OK
    assert result.parseoutcomes()["passed"] == "\n".join(CODE).count("def test_")
