"""Runs of which nothing is kept."""

from __future__ import annotations

from pathlib import Path

from autolog.process import ensure_session
from autolog.recording.run_nowhere import RunNowhere
from autolog.testing import record


def test_nothing_that_is_said_of_it_is_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with record() as runs:
        run = RunNowhere()

        run.log_metric("loss", 0.5)
        run.set_tag("team", "risk")
        run.log_artifact(__file__)
        run.log_text("notes.txt", str)
        below = ensure_session().start_run("below", None, run)
        below.log_params({"rate": 0.1})
        ensure_session().end_run(below, "FINISHED")

        assert runs.events == []
        assert below.parent_run_id == run.run_id
    assert list(tmp_path.iterdir()) == []


def test_somebody_may_listen():
    heard = []

    RunNowhere(hear=heard.append).child("below").log_metric("loss", 0.5)

    assert [event.metrics for event in heard] == [{"loss": 0.5}]


def test_its_files_are_in_no_folder():
    assert RunNowhere().files.keep(Path("any"), Path.touch) is None
