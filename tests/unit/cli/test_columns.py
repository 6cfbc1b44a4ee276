"""Columns of lists of runs."""

from __future__ import annotations

import click
import pytest

import autolog
from autolog.cli.columns import named_columns, telling_columns, telling_metrics


def titles(columns):
    return [column.title.replace("\n", "") for column in columns]


@pytest.fixture
def runs(recorded):
    return [autolog.get_run(recorded[name]) for name in ("large", "inner")]


def test_named_columns_have_the_values_of_a_run(runs):
    columns = named_columns("id, name,status,metrics.accuracy,params.C,tags.team,children")

    values = [column.value(runs[0]) for column in columns]

    assert values == [runs[0].run_id[:8], "large", "FINISHED", "0.8", "2", "red", "1"]


def test_a_value_that_a_run_lacks_is_empty(runs):
    columns = named_columns("metrics.nothing,params.nothing,tags.nothing,children,parent_run_id")

    assert [column.value(runs[1]) for column in columns[:4]] == [""] * 4
    assert [column.value(runs[0]) for column in columns[4:]] == [""]


@pytest.mark.parametrize("name", ["nmae", "metrics.", "params"])
def test_an_unknown_column_is_refused_with_those_that_exist(name):
    with pytest.raises(click.BadParameter, match=f"no column '{name}'; there are run_id, .*tags"):
        named_columns(name)


def test_the_experiment_is_shown_only_where_there_are_several(runs):
    assert "experiment" not in titles(telling_columns(runs, 200))


def test_as_many_metrics_are_shown_as_fit_but_one_at_least(runs):
    assert titles(telling_columns(runs, 200))[-2:] == ["loss", "accuracy"]
    assert titles(telling_columns(runs, 10))[-1] == "loss"


def test_metrics_that_cover_all_runs_come_first():
    metrics = [{"accuracy", "f1"}, {"accuracy", "f1"}, {"r2"}]

    assert telling_metrics(metrics, 2) == ["accuracy", "r2"]


def test_among_equals_metrics_on_unseen_data_come_first():
    metrics = [{"training_accuracy", "training_loss", "val_accuracy", "zeta"}]

    assert telling_metrics(metrics, 9) == [
        "val_accuracy",
        "training_accuracy",
        "training_loss",
        "zeta",
    ]


def test_runs_without_metrics_have_none_to_show():
    assert telling_metrics([set(), set()], 4) == []
