"""The file of results: written at the end of a run, and read for charts and documents."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from benchmarks.machine import described
from benchmarks.result import Result
from benchmarks.trackers import HOMES, tracker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmarks.suite import Answer

AUTOLOGGING = {
    "autolog, with trainings": "`autolog()` with models, signatures, examples, data sets and plots",
    "MLflow, with trainings": "sqlite:///mlflow.db, `mlflow.FLAVOR.autolog()` as installed",
}
"""How trainings are recorded."""


def as_document(answers: Iterable[Answer], *, quick: bool) -> dict[str, Any]:
    """What the file holds.

    Args:
        answers: What was measured.
        quick: Whether it was a little of everything only.
    """
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "scale": "quick" if quick else "full",
        **described(),
        "configurations": {
            **{made.name: made.configuration for made in map(tracker, HOMES)},
            **AUTOLOGGING,
        },
        "answers": [answer.as_json() for answer in answers],
    }


def file_name(document: Mapping[str, Any]) -> str:
    """Tells the day and the commit, and whether it was a little of everything only."""
    quick = "" if document["scale"] == "full" else "-quick"
    return f"{document['date']}-{document['commit'].rstrip('+')}{quick}.json"


def results_of(answer: Mapping[str, Any]) -> list[Result]:
    """The results of one answer of a document."""
    return [Result(**told) for told in answer["results"]]
