"""Tests are held to their baselines."""

from __future__ import annotations

import pytest

from autolog.errors import ConfigurationError
from autolog.pytest_plugin.gates.comparing import Baseline, Gate, Verdict
from autolog.pytest_plugin.gates.gatekeeper import Gatekeeper
from autolog.pytest_plugin.gates.options import read_gates
from autolog.pytest_plugin.gates.tolerances import Tolerance


class Known:
    """Baselines of one test."""

    def __init__(self, **values):
        self.values = values

    def find(self, test, metric):
        return Baseline(self.values[metric], "before") if metric in self.values else None

    def missing(self, test):
        return "nothing is known"

    def metrics(self, test):
        return self.values

    def earlier(self, test, metric):
        return (0.5,) * 5


def gatekeeper(*options, strict=False, updating=False, **baselines):
    return Gatekeeper(Known(**baselines), read_gates(options), strict=strict, updating=updating)


ACCURACY = Gate("accuracy", higher_is_better=True, tolerance=Tolerance(rel=0.01))


def test_a_metric_that_is_worse_fails_the_test_and_another_does_not():
    keeper = gatekeeper(accuracy=0.9)

    worse, good = (keeper.check("t", {"accuracy": value}, ACCURACY) for value in (0.8, 0.9))

    assert "falls below its baseline 0.9 (before)" in keeper.complaint(worse)
    assert keeper.complaint(good) is None


def test_a_missing_baseline_fails_where_that_is_asked():
    lenient, strict = gatekeeper(), gatekeeper(strict=True)
    check = lenient.check("t", {"accuracy": 0.9}, ACCURACY)

    assert lenient.complaint(check) is None
    assert "nothing is known" in strict.complaint(check)


def test_while_baselines_are_written_nothing_fails():
    keeper = gatekeeper(updating=True, strict=True, accuracy=0.9)

    checks = [keeper.check("t", {"accuracy": value}, ACCURACY) for value in (0.1, 0.95)]

    assert [check.verdict for check in checks] == [Verdict.WRITTEN] * 2
    assert list(map(keeper.complaint, checks)) == [None, None]


@pytest.mark.parametrize("metrics", [{}, {"accuracy": float("nan")}])
def test_what_cannot_be_written_fails_also_while_baselines_are_written(metrics):
    keeper = gatekeeper(updating=True, accuracy=0.9)

    assert keeper.complaint(keeper.check("t", metrics, ACCURACY)) is not None


def test_earlier_runs_are_asked_for_only_where_a_spread_counts():
    keeper = gatekeeper(accuracy=0.9)
    spread = Gate("accuracy", higher_is_better=True, tolerance=Tolerance(spread=3))

    checks = [keeper.check("t", {"accuracy": 0.5}, gate) for gate in (ACCURACY, spread)]

    assert [check.earlier for check in checks] == [None, (0.5,) * 5]
    assert [check.verdict for check in checks] == [Verdict.FAILED, Verdict.PASSED]


def test_options_are_about_each_metric_that_they_match():
    keeper = gatekeeper("*accuracy:-1%", "loss:+1%", accuracy=0.9, loss=0.1)

    found = keeper.check_all("t", {"accuracy": 0.9, "val_accuracy": 0.8, "loss": 0.2, "other": 1})

    assert [(check.metric, check.verdict) for check in found] == [
        ("accuracy", Verdict.PASSED),
        ("val_accuracy", Verdict.NO_BASELINE),
        ("loss", Verdict.FAILED),
    ]


def test_a_metric_with_a_baseline_that_is_not_recorded_any_more_fails():
    (check,) = gatekeeper("accuracy:-1%", accuracy=0.9).check_all("t", {})

    assert (check.verdict, check.now) == (Verdict.FAILED, None)


def test_such_a_metric_goes_when_baselines_are_written():
    assert list(gatekeeper("accuracy:-1%", updating=True, accuracy=0.9).check_all("t", {})) == []


def test_a_metric_whose_way_cannot_be_told_is_refused():
    with pytest.raises(ConfigurationError, match="n_clusters"):
        list(gatekeeper("n*:1%").check_all("t", {"n_clusters": 3}))
