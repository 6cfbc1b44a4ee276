"""Training does what it should."""

from __future__ import annotations

import pytest
from diagnosis.training import train


@pytest.mark.parametrize("C", [0.1, 1.0, 10.0])
def test_it_fits_the_data(data, C, autolog_run):
    train(data, C)

    autolog_run.check("training_accuracy_score", rel=0.01)
    autolog_run.check("training_log_loss", rel=0.05)  # lower is better: its name says so


def test_it_takes_the_strength_that_is_given(data, recorded):
    train(data, C=0.5)

    assert recorded.run.params["logisticregression__C"] == "0.5"
    assert recorded.run.metrics["training_accuracy_score"] > 0.9


@pytest.mark.autolog(tags={"team": "diagnosis"}, libraries={"sklearn": {"training_metrics": False}})
def test_it_does_not_change_the_data(data):
    before = data.X_train.copy()

    train(data)

    assert (data.X_train == before).all()


@pytest.mark.autolog(enabled=False)
def test_it_can_be_trained_unrecorded(data):
    assert train(data).n_features_in_ == 30


def test_a_quarter_is_held_out(data):
    assert len(data.y_test) == pytest.approx(len(data.y_train) / 3, abs=1)
