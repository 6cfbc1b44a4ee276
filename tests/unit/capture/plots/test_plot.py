"""The data of plots."""

from __future__ import annotations

import json

import pytest

from autolog.capture.plots.plot import (
    ConfusionMatrix,
    Plot,
    PrecisionRecallCurve,
    PredictedActual,
    Residuals,
    RocCurve,
)


def test_a_plot_is_json_that_names_its_kind_and_version():
    plot = Plot("training_confusion_matrix", ConfusionMatrix(classes=["no"], counts=[[3]]))

    assert json.loads(plot.to_json()) == {
        "kind": "confusion_matrix",
        "version": 1,
        "classes": ["no"],
        "counts": [[3]],
    }


@pytest.mark.parametrize(
    "make",
    [
        lambda: ConfusionMatrix(classes=["no", "yes"], counts=[[3, 1]]),
        lambda: ConfusionMatrix(classes=["no"], counts=[[3, 1]]),
        lambda: RocCurve(
            positive_class="yes", false_positive_rate=[0], true_positive_rate=[0, 1], area=1
        ),
        lambda: PrecisionRecallCurve(
            positive_class="yes", recall=[0], precision=[], average_precision=1, prevalence=0
        ),
        lambda: PredictedActual(predicted=[1], actual=[1, 2], rows=2),
        lambda: Residuals(predicted=[1], residuals=[], edges=[0, 1], counts=[1], rows=1),
        lambda: Residuals(predicted=[1], residuals=[0], edges=[0, 1], counts=[1, 2], rows=1),
    ],
)
def test_lists_that_belong_together_are_of_the_same_length(make):
    with pytest.raises(ValueError, match="differ in length"):
        make()
