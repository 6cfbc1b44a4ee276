"""A loop in two processes is one run, with the same weights as without autolog."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import autolog

SCRIPT = """
import json
import os

import torch
from torch import nn
from torch.distributed import destroy_process_group, get_rank, init_process_group
from torch.nn.parallel import DistributedDataParallel

import autolog


def train():
    torch.manual_seed(0)
    model = DistributedDataParallel(nn.Linear(4, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    inputs = torch.ones(2, 4) * (1 + get_rank())
    for _ in range(3):
        optimizer.zero_grad()
        model(inputs).square().mean().backward()
        optimizer.step()
    return [parameter.tolist() for parameter in model.parameters()]


init_process_group("gloo")
bare = train()
autolog.autolog(silent=True)
recorded = train()
os.write(1, json.dumps([get_rank(), recorded == bare]).encode() + b"\\n")  # in one piece
destroy_process_group()
"""


def test_two_processes_are_one_run(tmp_path):
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2", str(script)]

    finished = subprocess.run(
        [*command[:3], "--standalone", *command[3:]],
        cwd=tmp_path,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert finished.returncode == 0, finished.stderr
    told = sorted(json.loads(line) for line in finished.stdout.splitlines() if line[:1] == "[")
    assert told == [[0, True], [1, True]]
    runs = autolog.search_runs(output="list")
    assert [run.name for run in runs] == ["Linear"]
    assert len(runs[0].metric_history("loss")) == 3
