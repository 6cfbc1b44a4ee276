"""What an evaluation that nobody asked for may take."""

from __future__ import annotations

import pytest

from autolog.capture.boosting import allowance
from autolog.capture.boosting.allowance import Allowance


@pytest.mark.parametrize(
    ("seconds", "trained", "expected"),
    [(0.001, 0.0, True), (0.01, 0.5, False), (0.01, 2.0, True), (0.1, 2.0, False)],
)
def test_it_covers_two_milliseconds_or_a_hundredth_of_the_training(
    monkeypatch, seconds, trained, expected
):
    moments = iter([100.0, 100.0 + trained])
    monkeypatch.setattr(allowance.time, "perf_counter", lambda: next(moments))

    assert Allowance().covers(seconds) is expected
