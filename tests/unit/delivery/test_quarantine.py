from __future__ import annotations

import json

import pytest

from autolog.delivery.quarantine import Quarantine
from autolog.events import RunEnded, RunError, Status


@pytest.fixture
def quarantine(directory):
    return Quarantine(directory, "journal", "sink:")


def entries(quarantine):
    return [json.loads(line) for line in quarantine.path.read_text().splitlines()]


def test_an_event_is_kept_with_its_fields_and_the_reason(quarantine):
    error = RunError("ValueError", "no", "traceback")

    quarantine.add_event(7, RunEnded("a" * 32, 1, 2, Status.FAILED, error), "too sad")

    assert entries(quarantine) == [
        {
            "sink": "sink:",
            "position": 7,
            "reason": "too sad",
            "event": {
                "type": "RunEnded",
                "run_id": "a" * 32,
                "sequence": 1,
                "time_ns": 2,
                "status": "FAILED",
                "error": ["ValueError", "no", "traceback"],
            },
        }
    ]


def test_bytes_that_mean_nothing_are_kept_as_base64(quarantine):
    quarantine.add_payload(7, b"\xff\x00", "nonsense")

    assert entries(quarantine)[0]["payload"] == "/wA="


def test_every_refusal_counts_and_the_first_is_said(quarantine, metric, warnings_said):
    for number in range(3):
        quarantine.add_event(number, metric(number), "no")

    assert quarantine.count == len(entries(quarantine)) == 3
    (warning,) = warnings_said()
    kept = f"they are kept in {quarantine.path}."
    assert warning == f"autolog: the sink sink: refused some records for good; {kept}"


def test_a_quarantine_that_cannot_be_written_harms_nobody(quarantine, metric, warnings_said):
    quarantine.path.parent.parent.mkdir()
    quarantine.path.parent.write_text("a file where the folder should be")

    quarantine.add_event(1, metric(1), "no")

    assert quarantine.count == 1
    assert len(warnings_said()) == 1
    assert "cannot be written" in warnings_said()[0]
