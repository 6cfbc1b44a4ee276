"""Commands are called as a user calls them, on runs that were really recorded."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

import autolog
from autolog.cli.main import main


@pytest.fixture
def directory():
    """The autolog directory of the test."""
    return Path(os.environ["AUTOLOG_DIR"])


@pytest.fixture
def call():
    """Calls the command line in this process, and gives what it printed and its exit status."""

    def call(*arguments, **options):
        autolog.shutdown()
        return CliRunner().invoke(main, [str(argument) for argument in arguments], **options)

    return call


@pytest.fixture
def recorded(monkeypatch):
    """Three runs: a small one, a failed one, and one that has a child and all there is."""
    monkeypatch.setenv("AUTOLOG_LOG_ENVIRONMENT", "0")
    with autolog.run("small", tags={"team": "red"}) as small:
        small.log_params({"C": 1, "solver": "lbfgs"})
        small.log_metric("accuracy", 0.5)
    with pytest.raises(ZeroDivisionError), autolog.run("failed", experiment="other"):
        raise ZeroDivisionError("by nothing")
    with autolog.run("large", tags={"team": "red"}) as large:
        large.log_params({"C": 2, "solver": "lbfgs"})
        for step in range(3):
            large.log_metrics({"accuracy": 0.6 + step / 10, "loss": float("nan")}, step=step)
        with autolog.run("inner") as inner:
            inner.log_metric("loss", 0.25)
        folder = Path(os.environ["AUTOLOG_DIR"]).parent
        (folder / "notes.txt").write_text("hello")
        large.log_artifact(folder / "notes.txt")
    autolog.shutdown()
    return {"small": small.run_id, "large": large.run_id, "inner": inner.run_id}
