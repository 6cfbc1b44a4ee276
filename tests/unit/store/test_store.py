import math
import sqlite3
from datetime import UTC, datetime

import pytest

from autolog.errors import RunNotFound
from autolog.events import (
    ArtifactStored,
    DatasetUsed,
    Dropped,
    EnvironmentCaptured,
    MetricsLogged,
    ModelStored,
    ParamsLogged,
    RunEnded,
    RunError,
    RunStarted,
    Status,
    TagsSet,
)
from autolog.store import Artifact, MetricPoint

FIRST, SECOND, CHILD = "aa" + "0" * 30, "ab" + "0" * 30, "c" * 32
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
NEW_YEAR_NS = int(NEW_YEAR.timestamp()) * 1_000_000_000


def started(run_id, seconds=0, name="fit", experiment="default", parent=None):
    return RunStarted(run_id, 0, NEW_YEAR_NS + seconds * 10**9, name, experiment, parent)


def logged(run_id, metrics, step=0, milliseconds=0):
    return MetricsLogged(run_id, 1, NEW_YEAR_NS + milliseconds * 10**6, step, metrics)


class TestRun:
    def test_it_is_read_back_whole(self, record, store, tmp_path):
        record(
            started(FIRST, name="LogisticRegression", experiment="iris", parent=SECOND),
            ParamsLogged(FIRST, 1, 0, {"C": "1.0"}),
            logged(FIRST, {"loss": 0.5}, step=1),
            logged(FIRST, {"loss": math.inf}, step=2),
            TagsSet(FIRST, 1, 0, {"user": "ada"}),
            EnvironmentCaptured(FIRST, 1, 0, {"os": "linux"}, {"numpy": "2.0"}),
            ArtifactStored(FIRST, 1, 0, "plots/roc.png", 512),
            Dropped(FIRST, 1, 0, 3, "disk full"),
            RunEnded(FIRST, 9, NEW_YEAR_NS, Status.FAILED, RunError("ValueError", "bad", "...")),
        )

        run = store.run(FIRST)

        assert (run.run_id, run.parent_run_id) == (FIRST, SECOND)
        assert (run.name, run.experiment) == ("LogisticRegression", "iris")
        assert run.status is Status.FAILED
        assert (run.start_time, run.end_time) == (NEW_YEAR, NEW_YEAR)
        assert run.params == {"C": "1.0"}
        assert run.metrics == {"loss": math.inf}
        assert run.tags == {"os": "linux", "user": "ada"}
        folder = tmp_path / "artifacts" / FIRST
        assert run.artifacts == (Artifact("plots/roc.png", 512, None, None, folder),)
        assert run.artifacts[0].file == folder / "plots/roc.png"
        assert run.artifact_uri == folder.as_uri()
        assert run.error == RunError("ValueError", "bad", "...")
        assert run.packages == {"numpy": "2.0"}
        assert run.dropped == {"disk full": 3}
        assert run.children == []

    def test_one_that_is_still_open_has_no_end(self, record, store):
        record(started(FIRST))

        run = store.run(FIRST)

        assert (run.status, run.end_time, run.error) == (Status.RUNNING, None, None)

    def test_one_whose_beginning_is_missing_has_empty_names(self, record, store):
        record(logged(FIRST, {"loss": 1.0}))

        run = store.run(FIRST)

        assert (run.name, run.experiment, run.metrics) == ("", "", {"loss": 1.0})

    def test_a_metric_that_ended_as_no_number_is_nan(self, record, store):
        record(logged(FIRST, {"loss": math.nan}))

        assert math.isnan(store.run(FIRST).metrics["loss"])

    def test_its_data_sets_are_read_back(self, record, store):
        schema = '{"mlflow_colspec": [{"type": "double", "name": "a", "required": true}]}'
        record(
            DatasetUsed(
                FIRST, 0, 0, "X", "train", "0a1b2c3d", "code", "{}", schema, '{"num_rows": 3}'
            )
        )

        (dataset,) = store.run(FIRST).datasets

        assert (dataset.name, dataset.context, dataset.digest) == ("X", "train", "0a1b2c3d")
        assert dataset.schema["mlflow_colspec"][0]["name"] == "a"
        assert dataset.profile == {"num_rows": 3}
        assert dataset.source == {}

    def test_its_models_are_read_back(self, record, store, tmp_path):
        record(
            ModelStored(FIRST, 0, 0, "model", "m-1", "sklearn", 5, None),
            ModelStored(
                FIRST, 1, 0, "model", "m-1", "sklearn", 9, '{"inputs": "[]"}', {"MLmodel": "ab"}
            ),
            ModelStored(FIRST, 2, 0, "other", "m-2", "toy", 7),
        )

        model, other = store.run(FIRST).models

        assert (model.name, model.model_id, model.flavor) == ("model", "m-1", "sklearn")
        assert (model.size_bytes, model.files) == (9, {"MLmodel": "ab"})
        assert model.signature == {"inputs": "[]"}
        assert model.directory == tmp_path / "artifacts" / FIRST / "model"
        assert (other.name, other.signature, other.files) == ("other", None, {})

    def test_a_plot_is_drawn_when_it_is_looked_at(self, record, store, monkeypatch):
        record(ArtifactStored(FIRST, 0, 0, "roc.png", 0, "roc.json"))
        drawn = []
        monkeypatch.setattr(
            "autolog.plotting.draw", lambda data, target: drawn.append((data, target))
        )

        (plot,) = store.run(FIRST).artifacts

        assert drawn == []
        folder = store.artifacts / FIRST
        assert plot.file == folder / "roc.png"
        assert drawn == [(folder / "roc.json", folder / "roc.png")]

    def test_a_summary_is_made_of_its_model_when_it_is_looked_at(self, record, store, monkeypatch):
        record(
            ModelStored(FIRST, 0, 0, "model", "m-1", "toy", 9, None, {"MLmodel": "ab"}),
            ArtifactStored(FIRST, 1, 1, "summary.txt", 0, "model/model.pkl"),
        )
        made = []
        monkeypatch.setattr("autolog.store.rendering.render", lambda *asked: made.append(asked))

        run = store.run(FIRST)

        assert made == []
        folder = store.artifacts / FIRST
        assert run.artifacts[0].file == folder / "summary.txt"
        assert made == [(run.models[0], folder, folder / "summary.txt")]

    def test_its_children_come_in_the_order_in_which_they_began(self, record, store):
        record(
            started(FIRST),
            started(CHILD, 2, name="late", parent=FIRST),
            started(SECOND, 1, name="early", parent=FIRST),
        )

        run = store.run(FIRST)

        assert run.child_count == 2
        assert [child.name for child in run.children] == ["early", "late"]


class TestHistory:
    def test_it_goes_by_step_then_time(self, record, store):
        record(
            logged(FIRST, {"loss": 3.0}, step=2, milliseconds=1),
            logged(FIRST, {"loss": 1.0}, step=1, milliseconds=5),
            logged(FIRST, {"loss": 2.0}, step=1, milliseconds=7),
        )

        history = store.run(FIRST).metric_history("loss")

        assert [(point.step, point.value) for point in history] == [(1, 1.0), (1, 2.0), (2, 3.0)]
        assert history[2] == MetricPoint(2, 3.0, NEW_YEAR.replace(microsecond=1000))

    def test_interleaved_runs_and_metrics_are_told_apart(self, record, store):
        record(
            *(
                logged(run_id, {"loss": step + offset, "acc": 0.0}, step=step)
                for step in range(100)
                for offset, run_id in enumerate((FIRST, SECOND))
            )
        )

        values = [point.value for point in store.metric_history(SECOND, "loss")]

        assert values == [step + 1 for step in range(100)]

    def test_its_last_value_is_the_runs_own(self, record, store):
        record(*(logged(FIRST, {"loss": value}) for value in (3.0, 1.0, 2.0)))

        run = store.run(FIRST)

        assert run.metric_history("loss")[-1].value == run.metrics["loss"] == 2.0

    def test_values_that_are_no_numbers_are_nan(self, record, store):
        record(logged(FIRST, {"loss": math.nan}))

        (point,) = store.metric_history(FIRST, "loss")

        assert math.isnan(point.value)

    def test_of_an_unknown_metric_it_is_empty(self, record, store):
        record(started(FIRST))

        assert store.metric_history(FIRST, "loss") == []


class TestFinding:
    @pytest.fixture(autouse=True)
    def runs(self, record):
        record(
            started(FIRST, 1, name="one"),
            started(SECOND, 2, name="two"),
            started(CHILD, 3, name="child", parent=SECOND),
        )

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [(FIRST, "one"), ("aa", "one"), ("ab0", "two"), ("c", "child"), ("last", "two")],
    )
    def test_an_id_its_beginning_or_last_will_do(self, store, wanted, found):
        assert store.run(wanted).name == found

    def test_a_beginning_of_several_ids_lists_them(self, store):
        with pytest.raises(RunNotFound, match=r"begin with 'a': ab000000 \(two\), aa000000"):
            store.run("a")

    def test_a_name_instead_of_an_id_leads_to_the_id(self, store):
        with pytest.raises(RunNotFound, match=r"of this name: aa000000 \(one\)"):
            store.run("one")

    def test_a_wrong_id_leads_to_those_close_to_it(self, store):
        with pytest.raises(RunNotFound, match=r"close to it: ab000000 \(two\), aa000000"):
            store.run("ab000001")

    @pytest.mark.parametrize("wanted", ["", "zzz", "a%", "_"])
    def test_anything_else_leads_to_the_newest(self, store, wanted):
        with pytest.raises(RunNotFound, match=r"the newest are cccccccc \(child\), ab000000"):
            store.run(wanted)

    def test_the_whole_id_is_enough_where_it_begins_another(self, record, store):
        record(started("aa0", 9, name="short"))

        assert store.run("aa0").name == "short"


class RunsOfTests:
    def test_the_newest_comes_first(self, record, store):
        record(started(SECOND, 1, name="old"), started(FIRST, 2, name="new"))

        assert [run.name for run in store.runs()] == ["new", "old"]

    def test_runs_without_the_value_to_sort_by_come_last(self, record, store):
        record(
            started(FIRST, 1, name="without"),
            started(SECOND, 2, name="nan"),
            started(CHILD, 3, name="low"),
            started("d" * 32, 4, name="high"),
            logged(CHILD, {"acc": 0.1}),
            logged("d" * 32, {"acc": 0.9}),
            logged(SECOND, {"acc": math.nan}),
        )

        ascending = store.runs(order_by=["metrics.acc"])
        descending = store.runs(order_by=["metrics.acc DESC"])

        assert [run.name for run in ascending] == ["low", "high", "nan", "without"]
        assert [run.name for run in descending] == ["high", "low", "nan", "without"]

    def test_several_orders_count_one_after_the_other(self, record, store):
        for number, (run_id, c) in enumerate([(FIRST, "1"), (SECOND, "2"), (CHILD, "1")]):
            record(started(run_id, number), ParamsLogged(run_id, 1, 0, {"C": c}))

        runs = store.runs(order_by=["params.C DESC", "start_time ASC"])

        assert [run.run_id for run in runs] == [SECOND, FIRST, CHILD]

    def test_a_limit_an_experiment_and_a_parent_narrow_them_down(self, record, store):
        record(
            started(FIRST, 1, experiment="iris"),
            started(SECOND, 2, experiment="digits"),
            started(CHILD, 3, experiment="iris", parent=FIRST),
        )

        assert [run.run_id for run in store.runs(limit=1)] == [CHILD]
        assert [run.run_id for run in store.runs(experiment="iris")] == [CHILD, FIRST]
        assert [run.run_id for run in store.runs(parent=FIRST)] == [CHILD]
        assert [run.run_id for run in store.runs(parent=None)] == [SECOND, FIRST]

    def test_many_are_read_with_few_queries(self, record, store, monkeypatch):
        record(*(started(f"{number:032x}", number) for number in range(2000)))
        statements = []
        connect = sqlite3.connect

        def traced(*arguments, **options):
            connection = connect(*arguments, **options)
            connection.set_trace_callback(statements.append)
            return connection

        monkeypatch.setattr(sqlite3, "connect", traced)

        runs = store.runs()

        assert len(runs) == 2000
        assert len(statements) < 40

    def test_none_are_an_empty_list(self, record, store):
        record(Dropped("", 0, 0, 1, "damage"))

        assert store.runs() == []
