"""The public functions, as a script uses them."""

from __future__ import annotations

import asyncio
import logging

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

import autolog
from autolog.errors import ConfigurationError, RunNotFound, StoreMissing


@pytest.fixture
def iris():
    """A hundred flowers of two kinds."""
    X, y = load_iris(return_X_y=True)
    return X[:100], y[:100]


def test_the_public_names_are_sorted_and_all_there():
    assert autolog.__all__ == sorted(autolog.__all__)
    assert all(getattr(autolog, name) for name in autolog.__all__)
    assert dir(autolog) == autolog.__all__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'log_metrix'"):
        autolog.log_metrix  # noqa: B018 - reading it is the test


def test_a_fit_is_recorded_and_read_back(iris):
    autolog.autolog(silent=True)

    LogisticRegression(C=0.5).fit(*iris)

    run = autolog.last_run()
    assert run.name == "LogisticRegression"
    assert run.status == "FINISHED"
    assert run.params["C"] == "0.5"
    assert run.metrics["training_accuracy_score"] == 1.0
    assert autolog.get_run(run.run_id[:8]).run_id == run.run_id


def test_disable_restores_the_original_and_keeps_what_was_recorded(iris):
    original = LogisticRegression.fit
    autolog.autolog(silent=True)
    LogisticRegression().fit(*iris)

    autolog.disable()
    LogisticRegression().fit(*iris)

    assert LogisticRegression.fit is original
    assert len(autolog.search_runs(output="list")) == 1


def test_autolog_twice_records_once(iris):
    autolog.autolog(silent=True)
    autolog.autolog()

    LogisticRegression().fit(*iris)

    assert len(autolog.search_runs(output="list")) == 1


def test_autolog_after_disable_records_again(iris):
    autolog.autolog(silent=True)
    autolog.disable()
    autolog.autolog(silent=True)

    LogisticRegression().fit(*iris)

    assert autolog.last_run().status == "FINISHED"


def test_disabling_by_argument_restores_everything(iris):
    original = LogisticRegression.fit
    autolog.autolog(silent=True)

    autolog.autolog(disable=True)

    assert LogisticRegression.fit is original


def test_a_later_global_call_does_not_undo_a_switch_for_a_library(iris):
    autolog.autolog(sklearn=False, silent=True)
    autolog.autolog(experiment="later")

    LogisticRegression().fit(*iris)

    with pytest.raises(RunNotFound, match="has recorded no run yet"):
        autolog.last_run()


def test_a_library_can_be_switched_on_again(iris):
    autolog.autolog(sklearn=False, silent=True)
    autolog.autolog(sklearn=True)

    LogisticRegression().fit(*iris)

    assert autolog.last_run().name == "LogisticRegression"


def test_the_kill_switch_leaves_everything_unpatched(iris, monkeypatch):
    monkeypatch.setenv("AUTOLOG", "0")
    original = LogisticRegression.fit

    autolog.autolog()

    assert LogisticRegression.fit is original


@pytest.mark.parametrize(
    "arguments",
    [{"sklaern": False}, {"sink": "sqlte:"}, {"sink": "sqlite://"}, {"sklearn": {"C": 1}}],
)
def test_bad_input_is_refused_before_anything_is_patched(arguments):
    original = LogisticRegression.fit

    with pytest.raises(ConfigurationError):
        autolog.autolog(**arguments)

    assert LogisticRegression.fit is original


def test_another_sink_may_be_named_later(iris, tmp_path):
    autolog.autolog(silent=True)
    LogisticRegression().fit(*iris)

    autolog.autolog(sink=f"sqlite:///{tmp_path}/other.db")
    LogisticRegression(C=2.0).fit(*iris)

    assert [run.params["C"] for run in autolog.search_runs(output="list")] == ["2.0"]


def test_a_sink_that_cannot_be_read_back_says_so(iris):
    autolog.autolog(sink="memory:unreadable", silent=True)
    LogisticRegression().fit(*iris)

    with pytest.raises(StoreMissing, match="needs the sink 'sqlite:'"):
        autolog.last_run()


def test_more_names_may_become_secret_later(iris):
    autolog.autolog(silent=True)
    autolog.autolog(redact=["max_iter"])

    LogisticRegression().fit(*iris)

    assert autolog.last_run().params["max_iter"] == "[redacted]"


@pytest.mark.parametrize("variable", ["AUTOLOG_RUN_ID", "AUTOLOG_PARENT_RUN_ID"])
def test_the_id_of_another_run_is_checked(variable, monkeypatch):
    monkeypatch.setenv(variable, "last")

    with pytest.raises(ConfigurationError, match=f"{variable}: expected a run id of 32"):
        autolog.autolog()


def test_a_run_below_one_of_another_process_is_the_last_run(iris, monkeypatch):
    monkeypatch.setenv("AUTOLOG_PARENT_RUN_ID", "f" * 32)
    autolog.autolog(silent=True)

    LogisticRegression().fit(*iris)

    assert autolog.last_run().parent_run_id == "f" * 32


def test_manual_runs_need_no_autolog():
    with autolog.run("by hand", tags={"team": "risk"}) as run:
        assert autolog.active_run() is run
        autolog.log_param("rate", 0.1)
        autolog.log_params({"rounds": 2})
        autolog.log_metric("loss", 0.5)
        autolog.log_metrics({"loss": 0.25}, step=1)
        autolog.set_tag("stage", "trial")
        autolog.set_tags({"note": "ok"})

    recorded = autolog.last_run()
    assert autolog.active_run() is None
    assert recorded.params == {"rate": "0.1", "rounds": "2"}
    assert recorded.metrics == {"loss": 0.25}
    assert [(p.step, p.value) for p in recorded.metric_history("loss")] == [(0, 0.5), (1, 0.25)]
    assert recorded.tags.items() >= {"team": "risk", "stage": "trial", "note": "ok"}.items()


def test_a_run_inside_a_run_is_its_child():
    with autolog.run("outer", experiment="churn"), autolog.run("inner"):
        autolog.log_metric("loss", 1.0)

    outer = autolog.last_run()
    assert outer.name == "outer"
    assert [(child.name, child.experiment) for child in outer.children] == [("inner", "churn")]


def test_a_block_that_raises_fails_its_run():
    with pytest.raises(KeyError), autolog.run("doomed"):
        raise KeyError("mine")

    assert autolog.last_run().status == "FAILED"
    assert autolog.last_run().error.type == "KeyError"


def test_a_decorated_function_is_a_run_at_each_call():
    @autolog.run()
    def train(rate):
        """Trains."""
        autolog.log_param("rate", rate)
        return rate if rate > 1 else train(rate + 1)

    assert train(1) == 2

    assert train.__doc__ == "Trains."
    assert autolog.last_run().name == "train"
    assert autolog.last_run().params == {"rate": "1"}
    assert autolog.last_run().children[0].params == {"rate": "2"}


def test_a_generator_function_cannot_be_decorated():
    with pytest.raises(TypeError, match="cannot decorate the generator function"):

        @autolog.run()
        def train():
            yield 1


@pytest.mark.parametrize(("code", "status"), [(0, "FINISHED"), (None, "FINISHED"), (3, "FAILED")])
def test_leaving_the_script_inside_a_block_ends_its_run_by_the_exit_code(code, status):
    with pytest.raises(SystemExit), autolog.run("leaving"):
        raise SystemExit(code)

    assert autolog.last_run().status == status


def test_text_that_is_no_unicode_is_recorded_all_the_same(iris):
    def fail():
        autolog.log_params({"file \udcff": "caf\udce9.csv", "rate": 0.1})
        raise OSError("cannot open \udcff.csv")

    with pytest.raises(OSError, match="cannot open"), autolog.run("odd \udcff name"):
        fail()

    run = autolog.last_run()
    assert run.status == "FAILED"
    assert run.error.message == r"cannot open \udcff.csv"
    assert run.params == {r"file \udcff": r"caf\udce9.csv", "rate": "0.1"}


def test_logging_after_a_block_does_not_go_into_it():
    with autolog.run("block"):
        pass

    autolog.log_metric("late", 1.0)

    assert "late" not in autolog.search_runs("name = 'block'", output="list")[0].metrics


def test_logging_after_a_shutdown_begins_anew(iris):
    autolog.autolog(silent=True)
    LogisticRegression().fit(*iris)
    autolog.shutdown()

    autolog.log_metric("late", 1.0)

    assert autolog.last_run().name != "LogisticRegression"


def test_a_decorated_coroutine_is_a_run_until_it_is_done():
    @autolog.run("async")
    async def train(rate):
        await asyncio.sleep(0)
        autolog.log_param("rate", rate)
        return rate

    async def both():
        return await asyncio.gather(train(1), train(2))

    assert asyncio.run(both()) == [1, 2]
    runs = autolog.search_runs(output="list")
    assert sorted(run.params["rate"] for run in runs) == ["1", "2"]


def test_logging_with_no_run_open_opens_one_that_later_fits_join(iris):
    autolog.autolog(silent=True)

    autolog.log_param("data", "iris")
    LogisticRegression().fit(*iris)

    run = autolog.last_run()
    assert run.params["data"] == "iris"
    assert run.params["C"] == "1.0"
    assert run.status == "RUNNING"


def test_logging_after_a_fit_goes_to_its_run(iris):
    autolog.autolog(silent=True)

    LogisticRegression().fit(*iris)
    autolog.log_metric("test_accuracy", 0.75)

    assert autolog.last_run().metrics["test_accuracy"] == 0.75


def test_artifacts_and_figures_are_kept(tmp_path):
    from matplotlib.figure import Figure

    note = tmp_path / "note.txt"
    note.write_text("hello")
    with autolog.run("files"):
        autolog.log_artifact(note)
        autolog.log_figure(Figure(), "empty.png")

    artifacts = {artifact.path: artifact for artifact in autolog.last_run().artifacts}
    assert artifacts["note.txt"].file.read_text() == "hello"
    assert artifacts["empty.png"].size_bytes == artifacts["empty.png"].file.stat().st_size


def test_runs_are_found_as_a_table(iris):
    autolog.autolog(silent=True)
    for C in (0.01, 1.0, 100.0):
        LogisticRegression(C=C, max_iter=500).fit(*iris)

    table = autolog.search_runs(
        "metrics.training_log_loss < 0.5 and params.penalty != 'x'",
        order_by=["metrics.training_log_loss ASC"],
        limit=1,
    )

    assert isinstance(table, pd.DataFrame)
    assert list(table["params.C"]) == ["100.0"]
    assert list(table.columns[:8]) == [
        "run_id",
        "parent_run_id",
        "experiment",
        "name",
        "status",
        "start_time",
        "end_time",
        "artifact_uri",
    ]


def test_a_run_that_is_not_there():
    with autolog.run("one"):
        pass

    with pytest.raises(RunNotFound):
        autolog.get_run("zzz")


def test_reading_without_any_store_says_where_it_looked():
    with pytest.raises(StoreMissing, match="AUTOLOG_DIR names"):
        autolog.search_runs()


def test_flush_and_shutdown_without_a_session_are_no_errors():
    assert autolog.flush() is True
    autolog.shutdown()


def test_shutdown_ends_open_runs_and_says_what_was_recorded(iris, capsys):
    autolog.autolog()
    LogisticRegression().fit(*iris)
    autolog.log_param("x", 1)

    autolog.shutdown()

    assert capsys.readouterr().err.splitlines() == [
        f"autolog: recorded 1 run in {autolog_directory()}; `autolog runs` shows them."
    ]


def autolog_directory():
    from autolog.directory import directory_to_read

    return directory_to_read()


def test_silent_drops_the_closing_line(iris, capsys):
    autolog.autolog(silent=True)
    LogisticRegression().fit(*iris)

    autolog.shutdown()

    assert capsys.readouterr().err == ""


def test_manual_runs_alone_end_without_a_line(capsys):
    with autolog.run("by hand"):
        pass

    autolog.shutdown()

    assert capsys.readouterr().err == ""


def test_the_environment_is_noted_on_top_level_runs(iris):
    autolog.autolog(silent=True)
    with autolog.run("outer"):
        LogisticRegression().fit(*iris)
        LogisticRegression().fit(*iris)
    autolog.shutdown()

    outer = autolog.get_run("last")
    assert outer.tags["python"].startswith("3.")
    assert outer.packages["scikit-learn"]
    assert "python" not in outer.children[0].tags


def test_nothing_of_ours_raises_when_a_fit_logs_what_cannot_be_written(iris, monkeypatch, caplog):
    monkeypatch.setenv("AUTOLOG_STRICT", "0")
    autolog.autolog(silent=True)

    class Odd(LogisticRegression):
        def get_params(self, deep=True):
            if deep:
                raise RuntimeError("no params today")
            return super().get_params(deep=False)

    with caplog.at_level(logging.WARNING, "autolog"):
        predictions = Odd().fit(*iris).predict(iris[0])

    np.testing.assert_array_equal(predictions, iris[1])
    assert "no params today" in autolog.last_run().tags["autolog.params_missing"]
