"""Every example runs, prints something, and records what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
RECORDED = {
    "classification.py": ["LogisticRegression", "RandomForestClassifier"],
    "compare_models.py": ["compare models"],
    "manual_logging.py": ["gradient descent"],
    "pipeline.py": ["Pipeline"],
    "regression.py": ["HistGradientBoostingRegressor"],
}


def run(*command):
    result = subprocess.run(
        [sys.executable, *map(str, command)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(os.environ["AUTOLOG_DIR"]).parent,
    )
    assert result.returncode == 0, result.stderr
    return result


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_records_its_runs(example):
    result = run(example)

    runs = json.loads(run("-m", "autolog", "runs", "--json").stdout)
    assert result.stdout
    assert sorted(run["name"] for run in runs) == RECORDED[example.name]
    assert {run["status"] for run in runs} == {"FINISHED"}
    assert not [tag for run in runs for tag in run["tags"] if tag == "autolog.error"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_is_short_and_says_what_it_shows(example):
    lines = example.read_text().splitlines()

    assert len(lines) < 30
    assert re.fullmatch(r'""".+\."""', lines[0])
