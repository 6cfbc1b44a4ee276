"""The W&B sink keeps the contract of sinks: all that is logged arrives, at least once.

What it delivers to is the file of W&B's client, which sends it on as it can: so the sink fails as
disks and clients do, by a folder that cannot be written, and a client that is killed or hangs
(`test_recorded`); and as servers do that let no run begin (`test_server`). How the client goes on
with a run that has begun is its own affair, and there is no such server to be run here.
"""

from __future__ import annotations

import time

import pytest

from autolog.events import MetricsLogged
from autolog.testing import LastingSinkContract
from autolog.testing.sink_contract import PATIENCE

CHANGING = {"_runtime", "_wandb.runtime", "autolog/delivered"}


def unchanging(values):
    return {key: value for key, value in values.items() if key not in CHANGING}


class TestWandbSink(LastingSinkContract):
    """Each directory has a project of its own, whose files lie beside it."""

    @pytest.fixture(autouse=True)
    def surroundings(self, in_this_process, told, blocked):
        """Most tests need no process of the sink's."""
        self.open_here = in_this_process
        self.told = told
        self.blocked = blocked

    def uri_in(self, directory):
        return f"wandb:{directory.name}"

    def open(self, directory):
        return self.open_here(self.uri_in(directory), directory)

    def recover(self, directory):
        """W&B's client ends the runs of a process that was killed by itself, in its own time."""
        super().recover(directory)
        end = time.monotonic() + PATIENCE
        while self.is_ending_runs(directory) and time.monotonic() < end:
            time.sleep(0.1)

    def is_ending_runs(self, directory):
        runs = self.told(directory.parent, directory.name).values()
        return any(run.exit_code is None for run in runs)

    def stored(self, directory):
        held = {}
        for run_id, run in self.told(directory.parent, directory.name).items():
            rows = {frozenset(unchanging(row).items()) for row in run.rows}
            summary = unchanging(run.summary)
            facts = run.name, run.group, run.job_type, run.labels, run.config, run.exit_code
            held[run_id] = (facts, rows, summary, set(run.files))
        return held

    def refused(self):
        return MetricsLogged("a" * 32, 50, 1, 2**63, {"loss": 1.0})

    def outage(self, directory):
        return self.blocked(directory.parent / "wandb")
