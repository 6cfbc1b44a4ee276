"""Every test starts as a new process does, and failures of autolog's own are raised."""

from __future__ import annotations

import os

import hypothesis
import pytest

from autolog.context import last_recorded
from autolog.process import shut_down
from autolog.saying import forget_what_was_said

pytest_plugins = ["pytester"]  # where pytest wants it to be named

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile("autolog", deadline=None)
hypothesis.settings.load_profile("autolog")


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch, tmp_path):
    """No session, no variables of autolog's, nothing said yet; files go to a folder of its own."""
    for name in os.environ:
        if name.startswith("AUTOLOG"):
            monkeypatch.delenv(name)
    monkeypatch.delenv("COLUMNS", raising=False)  # which pytest-xdist sets
    monkeypatch.setenv("AUTOLOG_STRICT", "1")
    monkeypatch.setenv("AUTOLOG_DIR", str(tmp_path / ".autolog"))
    forget_what_was_said()
    token = last_recorded.set(None)
    yield
    shut_down()
    last_recorded.reset(token)
