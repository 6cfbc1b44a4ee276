"""W&B's client on this machine, offline, and its own reader of what it has written."""

from __future__ import annotations

import json
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from autolog.sinks.wandb.location import location

# W&B's client is not among the oldest versions of everything that the other sinks are tested on.
collect_ignore_glob = [] if find_spec("wandb") else ["test_*.py"]


@pytest.fixture(autouse=True)
def offline(monkeypatch, tmp_path):
    """W&B asks nobody, and sends no reports of errors."""
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("WANDB_ERROR_REPORTING", "false")
    for name in ("DATA_DIR", "CACHE_DIR", "CONFIG_DIR"):
        monkeypatch.setenv(f"WANDB_{name}", str(tmp_path / "of_the_user"))
    for name in ("API_KEY", "ENTITY", "PROJECT", "DIR", "RUN_GROUP", "TAGS", "NAME", "JOB_TYPE"):
        monkeypatch.delenv(f"WANDB_{name}", raising=False)


@pytest.fixture
def in_this_process():
    """Opens sinks that work here, as they do in the process that is theirs elsewhere."""
    from autolog.sinks.wandb.sink import WandbSink

    opened = []

    def open_here(uri, directory):
        opened.append(WandbSink(location(uri), directory))
        return opened[-1]

    yield open_here
    for sink in opened:
        sink.close()  # or the client takes the next test's runs for these


def records(folder):
    """The records of W&B's files in a folder, as W&B's own reader tells them."""
    from wandb.util import get_core_path

    for file in sorted(Path(folder).glob("wandb/*run-*/run-*.wandb")):
        inspect = ["leet", "inspect", "-no-observability", "--json", "--run-file", str(file)]
        told = subprocess.run([get_core_path(), *inspect], capture_output=True, check=True)
        yield [json.loads(line) for line in told.stdout.splitlines()]


class Told:
    """What W&B was told of one run."""

    def __init__(self, told):
        self.id = self.name = self.project = self.group = self.job_type = self.exit_code = None
        self.labels = []
        self.config, self.summary, self.rows, self.files, self.artifacts = {}, {}, [], [], []
        self.axes = {}
        self.add(told)

    def add(self, told):
        for record in told:
            add = getattr(self, f"_{record['type']}", None)
            if add is not None:
                add(record[record["type"]])

    def history(self, key):
        return [(row["autolog/step"], row[key]) for row in self.rows if key in row]

    def _run(self, run):
        self.id = run["run_id"]
        self.name = run.get("display_name", self.name)
        self.project = run.get("project", self.project)
        self.group = run.get("run_group", self.group)
        self.job_type = run.get("job_type", self.job_type)
        self.labels = run.get("tags", self.labels)
        self._config(run.get("config", {}))

    def _config(self, config):
        self.config.update(config.get("update", {}))
        self.config.pop("_wandb", None)

    def _summary(self, summary):
        self.summary.update(summary.get("update", {}))

    def _history(self, history):
        self.rows.append(history["item"])

    def _metric(self, metric):
        self.axes[metric.get("glob_name") or metric["name"]] = metric.get("step_metric")

    def _files(self, files):
        self.files += [file["path"] for file in files["files"]]

    def _artifact(self, artifact):
        self.artifacts.append(artifact)

    def _exit(self, end):
        self.exit_code = end.get("exit_code", 0)


@pytest.fixture
def told(tmp_path):
    """What W&B was told, by the ids of its runs, which may go on in several files."""

    def told(folder=tmp_path, project=None):
        found = {}
        for lines in records(folder):
            run = Told(lines)
            if project is None or run.project == project:
                found.setdefault(run.id, Told([])).add(lines)
        return found

    return told
