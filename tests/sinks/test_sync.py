"""`sync="fit"`: what a fit records is there before it returns."""

from __future__ import annotations

import json

from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

import autolog
from autolog.delivery import background
from autolog.sinks.memory import MemorySink

X, Y = [[0.0], [1.0], [2.0], [3.0]] * 3, [0, 0, 1, 1] * 3


def recorded(folder):
    """What is in the files at this moment, by event."""
    lines = [
        json.loads(line)
        for file in folder.glob("*/run.jsonl")
        for line in file.read_bytes().splitlines()
    ]
    return [line["event"] for line in lines]


def test_everything_is_there_when_a_fit_returns(tmp_path, monkeypatch):
    monkeypatch.setattr(background, "_RESTS", (3600.0,))
    autolog.autolog(sink=f"jsonl:{tmp_path}/runs", sync="fit", silent=True)

    LogisticRegression().fit(X, Y)

    found = recorded(tmp_path / "runs")
    assert {"started", "params", "metrics", "environment", "dataset"} <= set(found)
    assert found.count("ended") == 1
    assert found.count("model") == 2  # the second is that of the whole folder


def test_the_children_of_a_search_are_there_too(tmp_path, monkeypatch):
    monkeypatch.setattr(background, "_RESTS", (3600.0,))
    autolog.autolog(sink=f"jsonl:{tmp_path}/runs", sync="fit", silent=True)

    GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0, 10.0]}, cv=2).fit(X, Y)

    assert recorded(tmp_path / "runs").count("ended") == 4


def test_a_fit_that_fails_is_there_too(tmp_path):
    autolog.autolog(sink=f"jsonl:{tmp_path}/runs", sync="fit", silent=True)

    try:
        LogisticRegression(C=-1.0).fit(X, Y)
    except ValueError:
        found = recorded(tmp_path / "runs")

    assert found.count("ended") == 1


def test_without_it_a_fit_waits_for_nobody(tmp_path, monkeypatch):
    MemorySink.forget()
    monkeypatch.setattr(background, "_RESTS", (3600.0,))
    autolog.autolog(sink="memory:", log_environment=False, silent=True)

    LogisticRegression().fit(X, Y)

    assert MemorySink.named("memory:").events == []


def test_a_sink_that_is_down_holds_no_fit_up_for_long(tmp_path):
    (tmp_path / "runs").touch()
    autolog.autolog(sink=f"jsonl:{tmp_path}/runs", sync="fit", silent=True, exit_timeout=0)

    model = LogisticRegression().fit(X, Y)

    assert model.coef_.shape == (1, 1)
