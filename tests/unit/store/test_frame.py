import sys
from datetime import UTC, datetime

import pytest

from autolog.errors import StoreError
from autolog.events import MetricsLogged, ParamsLogged, RunEnded, RunStarted, Status, TagsSet
from autolog.store.frame import to_frame

ATTRIBUTES = [
    "run_id",
    "parent_run_id",
    "experiment",
    "name",
    "status",
    "start_time",
    "end_time",
    "artifact_uri",
]


@pytest.fixture
def frame(record, store):
    record(
        RunStarted("a" * 32, 0, 0, "one", "iris"),
        ParamsLogged("a" * 32, 1, 0, {"C": "1.0"}),
        MetricsLogged("a" * 32, 2, 0, 0, {"loss": 0.5, "acc": 0.9}),
        RunEnded("a" * 32, 3, 10**9, Status.FINISHED),
        RunStarted("b" * 32, 0, 5 * 10**9, "two", "iris", "a" * 32),
        TagsSet("b" * 32, 1, 0, {"user": "ada"}),
    )
    return to_frame(store.runs())


def test_its_columns_come_in_groups_each_sorted(frame):
    assert list(frame.columns) == [
        *ATTRIBUTES,
        "params.C",
        "metrics.acc",
        "metrics.loss",
        "tags.user",
    ]


def test_a_row_holds_the_values_of_a_run(frame, store):
    row = frame.iloc[1]

    assert list(row[["run_id", "name", "status", "params.C", "metrics.loss"]]) == [
        "a" * 32,
        "one",
        "FINISHED",
        "1.0",
        0.5,
    ]
    assert row["end_time"] == datetime.fromtimestamp(1, UTC)
    assert row["artifact_uri"] == store.run("a").artifact_uri


def test_what_a_run_lacks_is_missing(frame):
    lacking = ["parent_run_id", "params.C", "metrics.loss", "end_time", "tags.user"]

    assert frame[lacking].isna().to_numpy().tolist() == [
        [False, True, True, True, False],
        [True, False, False, False, True],
    ]


def test_metrics_are_numbers_and_times_are_times(frame):
    assert frame["metrics.acc"].dtype == float
    assert str(frame["end_time"].dtype).endswith("UTC]")


def test_no_runs_are_an_empty_table_with_the_attributes():
    empty = to_frame([])

    assert (len(empty), list(empty.columns)) == (0, ATTRIBUTES)


def test_without_pandas_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)

    with pytest.raises(StoreError, match=r"autolog-ml\[pandas\].*output='list'"):
        to_frame([])
