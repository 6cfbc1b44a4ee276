"""Commands are called as a user calls them, on runs that were really recorded."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner
from packaging.version import Version

import autolog
from autolog.cli.main import main


@pytest.fixture
def directory():
    """The autolog directory of the test."""
    return Path(os.environ["AUTOLOG_DIR"])


@pytest.fixture
def runner():
    """Runs commands, with what they print on standard error apart, as click 8.2 always does."""
    before = Version(version("click")) < Version("8.2")
    return CliRunner(mix_stderr=False) if before else CliRunner()


@pytest.fixture
def call(runner):
    """Calls the command line in this process, and gives what it printed and its exit status."""

    def call(*arguments, **options):
        autolog.shutdown()
        return runner.invoke(main, [str(argument) for argument in arguments], **options)

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
