"""Loops of PyTorch are recorded, of which MLflow records what a writer of TensorBoard's writes.

What MLflow records is written down by `make parity`.
"""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest

from autolog.testing import record
from tools.parity.comparison import differences, entry_of

HERE = Path(__file__).parent
TABLE = json.loads((HERE / "torch_runs.json").read_text())
pytest.importorskip("tensorboard")

CASES = runpy.run_path(str(HERE / "torch_cases.py"))["CASES"]

BEYOND = {
    r"\+ params/.*": "the model, the optimizer, the loss and the batches",
    r"\+ metrics/(loss|lr-SGD)": "the loss and the learning rate of each step",
    r"\+ metrics/(loss_epoch|epoch_seconds|steps_per_second)": "each epoch",
    r"\+ artifacts/model_summary.txt": "what the model is made of",
    r"\+ models/model": "the model",
    r"~ metrics/train/loss": "MLflow opens a run for each scalar, and the first has one",
    r"\+ metrics/final_loss": "MLflow has a run for it",
}
"""What differs from the first run that MLflow opens, with the reason."""


def test_the_table_was_made_from_these_cases():
    assert list(TABLE["cases"]) == list(CASES)


def test_mlflow_opens_no_run_for_a_loop():
    assert TABLE["cases"]["a loop"] is None
    assert differences(recorded("a loop"), None) == {"+ run"}


@pytest.mark.parametrize("name", [name for name in CASES if TABLE["cases"][name] is not None])
def test_what_a_writer_writes_is_recorded_as_by_mlflow_but_in_one_run(name):
    ours, mlflows = recorded(name), TABLE["cases"][name]

    found = differences(ours, mlflows)

    assert [one for one in found if not any(re.fullmatch(known, one) for known in BEYOND)] == []
    assert mlflows["runs"] >= 8
    first = tuple(mlflows["metrics"]["train/loss"][0])
    assert tuple(ours["metrics"]["train/loss"][0]) == pytest.approx(first)
    assert len(ours["metrics"]["train/loss"]) == 8


def recorded(name):
    with record() as runs:
        CASES[name]().run()
        return entry_of(runs.only, runs.session.directory / "artifacts" / runs.only.run_id)
