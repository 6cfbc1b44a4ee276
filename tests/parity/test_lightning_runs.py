"""Fits of Lightning are recorded as by MLflow, but for what is told here.

What MLflow records is written down by `make parity`.
"""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from packaging.version import Version

from autolog.testing import record
from tools.parity.comparison import differences, entry_of

HERE = Path(__file__).parent
TABLE = json.loads((HERE / "lightning_runs.json").read_text())
if Version(pytest.importorskip("lightning").__version__) < Version(TABLE["made_with"]["lightning"]):
    pytest.skip("the table was made with a newer Lightning", allow_module_level=True)

CASES = runpy.run_path(str(HERE / "lightning_cases.py"))["CASES"]
LIVE = ["a loss per step and epoch", "early stopping"]

BEYOND = {
    r"\+ params/(?!epochs|optimizer_name|lr).*": (
        "the trainer's arguments, every optimizer and scheduler, the model, the batches"
    ),
    r"\+ metrics/(fit_seconds|fit_cpu_seconds|peak_rss_bytes|test_seconds)": "what it took, too",
    r"\+ metrics/(epoch_seconds|samples_per_second)": "how fast each epoch was",
    r"\+ metrics/lr-\w+": "the learning rate of each step",
    r"\+ artifacts/checkpoints/best.ckpt": "the user's checkpoint is noted where it lies",
    r"\+ tags/warnings\.\w+": "what a fit has warned of",
    r"- artifacts/checkpoints": (
        "MLflow writes checkpoints of its own, though the user's callback does"
    ),
}
"""What differs in many cases, with the reason."""


def because(reason, *differing):
    return dict.fromkeys(differing, reason)


OF_STEPS = "what is logged with each step is recorded with each step, not the last of an epoch"
ONE_NAME = "MLflow knows the callbacks of `pytorch_lightning` alone"
DIFFERENCES = {
    "a loss per step": because(OF_STEPS, "~ metrics/train_loss"),
    "a loss per step and epoch": because(OF_STEPS, "~ metrics/train_loss_step"),
    "early stopping": because(
        "it is what the callback begins with, and says nothing", "- params/stopped_epoch"
    )
    | because(
        "it is kept in the run, of which it is the best", "- artifacts/restored_model_checkpoint"
    ),
    "early stopping of the other name": because(
        ONE_NAME,
        *(f"+ metrics/{name}" for name in ("best_score", "wait_count")),
        *(f"+ metrics/{name}" for name in ("restored_epoch", "stopped_epoch")),
    ),
    "two inputs": because("MLflow has signatures of one tensor", "~ models/model"),
}
"""By case: what else differs, with the reason."""


def test_the_table_was_made_from_these_cases():
    assert list(TABLE["cases"]) == list(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_fit_is_recorded_as_by_mlflow_but_for_what_is_told(name):
    found = {one for one in differences_of(name) if reason_for(one) is None}

    assert found == DIFFERENCES.get(name, {}).keys()


def test_what_is_said_to_differ_in_many_cases_does_so_somewhere():
    found = set().union(*map(differences_of, CASES))

    assert [one for one in BEYOND if not any(re.fullmatch(one, other) for other in found)] == []


def test_the_installed_mlflow_records_what_the_table_says():
    finished = subprocess.run(
        [sys.executable, "-m", "tools.parity", "lightning_runs", *LIVE],
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )

    live = json.loads(finished.stdout)

    assert list(live) == LIVE
    for name in LIVE:
        assert differences(live[name], TABLE["cases"][name]) == set()


def reason_for(difference):
    """Why this differs, if it does so in many cases."""
    return next((BEYOND[one] for one in BEYOND if re.fullmatch(one, difference)), None)


@cache
def differences_of(name):
    """How the records of a case differ, as the keys of `BEYOND` tell it."""
    return differences(recorded(CASES[name]()), TABLE["cases"][name])


def recorded(fit):
    with record(**fit.ours) as runs:
        fit.run()
        return entry_of(runs.only, runs.session.directory / "artifacts" / runs.only.run_id)
