"""What features are worth, as a file and a plot."""

from __future__ import annotations

import json

import pytest

from autolog.capture.boosting.importance import log_importance


class Keeping:
    """A run that keeps what it is given."""

    def __init__(self, *, wants_plots=True):
        self.wants_plots = wants_plots
        self.texts, self.plots = {}, []

    def log_text(self, path, render):
        self.texts[path] = render()

    def log_plots(self, plots):
        self.plots += plots


@pytest.fixture
def run():
    return Keeping()


def test_the_file_begins_with_what_counts_most(run):
    log_importance(run, "gain", {"a": 1.0, "b": 3.0, "c": -2.0}, 5)

    told = json.loads(run.texts["feature_importance_gain.json"])
    assert list(told.items()) == [("b", 3.0), ("c", -2.0), ("a", 1.0)]


def test_the_plot_shows_it_and_has_data_of_its_own(run):
    log_importance(run, "gain", {"a": 1.0, "b": 3.0}, 5)

    (plot,) = run.plots
    assert (plot.name, plot.data_name) == (
        "feature_importance_gain",
        "feature_importance_gain.plot",
    )
    assert (plot.data.features, plot.data.weights, plot.data.total) == (["b", "a"], [3.0, 1.0], 5)


def test_of_thousands_the_plot_shows_some_and_the_file_has_all(run):
    log_importance(run, "weight", {f"f{number}": number for number in range(3000)}, 3000)

    assert len(run.plots[0].data.features) == 20
    assert len(json.loads(run.texts["feature_importance_weight.json"])) == 3000


def test_a_feature_may_be_worth_something_for_each_output(run):
    log_importance(run, "weight", {"a": [1.0, -1.0], "b": [3.0, -4.0]}, 2)

    assert list(json.loads(run.texts["feature_importance_weight.json"])) == ["b", "a"]
    assert run.plots[0].data.weights == [3.5, 1.0]
    assert run.plots[0].data.outputs == 2


def test_numbers_that_cannot_be_drawn_are_in_the_file(run):
    log_importance(run, "gain", {"a": float("nan"), "b": 1.0}, 2)

    assert "NaN" in run.texts["feature_importance_gain.json"]
    assert run.plots == []


def test_without_plots_there_is_the_file():
    run = Keeping(wants_plots=False)

    log_importance(run, "gain", {"a": 1.0}, 1)

    assert (list(run.texts), run.plots) == (["feature_importance_gain.json"], [])


def test_nothing_is_kept_where_no_feature_is_worth_anything(run):
    log_importance(run, "gain", {}, 3)

    assert (run.texts, run.plots) == ({}, [])
