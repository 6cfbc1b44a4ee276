"""How many rows may be predicted on."""

from __future__ import annotations

import numpy as np
import pytest

from autolog.capture import affordable
from autolog.capture.affordable import affordable_rows
from autolog.capture.evaluation import Evaluation


class Model:
    """A model on a clock of its own: each call takes a fixed time, and a time per row."""

    def __init__(self, per_call=0.0, per_row=0.0):
        self.per_call = per_call
        self.per_row = per_row
        self.now = 0.0
        self.asked = []

    def predict(self, X):
        self.asked.append(len(X))
        self.now += self.per_call + self.per_row * len(X)


@pytest.fixture
def rows_for(monkeypatch):
    def rows(model, total, fit_seconds=0.0):
        monkeypatch.setattr(affordable.time, "perf_counter", lambda: model.now)
        data = Evaluation(model, np.zeros((total, 1)), np.zeros(total))
        return affordable_rows(data, total, fit_seconds)

    return rows


def test_small_data_are_not_tried_at_all(rows_for):
    model = Model(per_row=1.0)

    assert rows_for(model, 999) is None
    assert model.asked == []


def test_a_quick_model_is_tried_once_and_gets_all_rows(rows_for):
    model = Model(per_row=1e-6)

    assert rows_for(model, 100_000) is None
    assert model.asked == [100]


def test_a_slow_model_gets_the_rows_that_a_second_is_enough_for(rows_for):
    rows = rows_for(Model(per_row=0.001), 100_000)

    assert len(rows) == 512


def test_a_fit_that_took_longer_allows_as_much(rows_for):
    rows = rows_for(Model(per_row=0.001), 100_000, fit_seconds=20.0)

    assert len(rows) == 16_384


def test_a_fixed_time_per_call_is_not_taken_for_a_time_per_row(rows_for):
    model = Model(per_call=0.02, per_row=1e-6)

    assert rows_for(model, 50_000) is None
    assert model.asked[-1] > 100
