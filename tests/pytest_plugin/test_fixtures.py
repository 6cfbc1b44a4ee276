"""The fixtures `autolog_run`, `recorded` and `autolog_off`, with `--autolog` and without."""

from __future__ import annotations

import pytest

FIXTURES = """
    import autolog, pytest, toylearn

    def fit(factor=2.0):
        return toylearn.Slope().fit([1.0, 2.0], [factor, 2 * factor])

    def test_logging(autolog_run):
        autolog_run.log_metric("holdout", 0.25)
        autolog_run.log_metrics({"holdout": 0.5, "loss": 1.0}, step=1)
        autolog_run.log_param("size", 3)
        autolog_run.log_params({"kind": "small"})
        autolog_run.set_tag("team", "risk")
        assert autolog_run.metrics == {"holdout": 0.5, "loss": 1.0}
        assert len(autolog_run.run_id) == 32

    def test_metrics_so_far(autolog_run):
        assert autolog_run.metrics == {}
        fit()
        first = autolog_run.metrics
        fit(3.0)
        with autolog.run("inner"):
            autolog.log_metric("inner", 1.0)
            autolog.log_metric("inner", 0.5, step=-1)
        assert (first["slope"], autolog_run.metrics["slope"]) == (2.0, 2.0)
        assert autolog_run.metrics["inner"] == 1.0

    def test_recorded(recorded):
        with pytest.raises(AssertionError, match="nothing was recorded"):
            recorded.run
        assert recorded.runs == []
        fit()
        assert recorded.run.metrics["slope"] == 2.0
        assert recorded.run.params["learning_rate"] == "0.1"
        assert recorded.run.status == "RUNNING"
        fit(3.0)
        (child,) = recorded.run.children
        assert (child.metrics["slope"], child.status) == (pytest.approx(3.0), "FINISHED")
        assert [run.name for run in recorded.runs][1:] == ["Slope"]
        autolog.log_metric("by_hand", 1.0)
        assert recorded.run.metrics["by_hand"] == 1.0
        assert recorded.run.models["model"].flavor == "toylearn"
        assert any(event.run_id == child.run_id for event in recorded.events)

    @pytest.fixture
    def fitted():
        return fit()

    def test_recorded_together(autolog_run, recorded):
        fit()
        autolog_run.log_metric("by_hand", 1.0)
        assert recorded.run.run_id == autolog_run.run_id
        assert recorded.run.metrics == autolog_run.metrics

    def test_off(autolog_off, recorded):
        fit()
        autolog.log_metric("by_hand", 1.0)
        autolog.log_artifact(__file__)
        with autolog.run("inner") as inner:
            inner.log_params({"x": 1})
            fit()
        assert recorded.runs == []

    def test_ordinary():
        fit()
"""


@pytest.mark.parametrize("option", ["--autolog", "--no-autolog"])
def test_fixtures_give_the_same_whether_runs_are_kept_or_not(suite, option):
    suite.write(FIXTURES)

    suite.run(option).assert_outcomes(passed=6)

    if option == "--no-autolog":
        assert not (suite.path / ".autolog").exists()
    else:
        assert {name.partition("::")[2] for name in suite.runs} == {
            "test_logging",
            "test_metrics_so_far",
            "test_recorded",
            "test_recorded_together",
            "test_ordinary",
        }
        logging = suite.runs["test_it.py::test_logging"]
        assert logging.params == {"size": "3", "kind": "small"}
        assert (logging.metrics["holdout"], logging.tags["team"]) == (0.5, "risk")


def test_what_fixtures_before_have_trained_is_recorded_too(suite):
    suite.write("""
        import pytest, toylearn

        @pytest.fixture
        def fitted():
            return toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])

        def test_it(fitted, recorded):
            assert recorded.run.metrics["slope"] == fitted.slope
    """)

    suite.run("--autolog").assert_outcomes(passed=1)


def test_a_conftest_that_records_goes_on_after_a_test_in_memory(suite):
    suite.write(
        conftest="""
        from autolog import autolog
        autolog(experiment="ours")
        """,
        test_it="""
        import toylearn

        def test_in_memory(recorded):
            toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])
            assert recorded.run.experiment == "default"

        def test_kept():
            toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])
        """,
    )

    suite.run().assert_outcomes(passed=2)

    (run,) = suite.store.runs()
    assert (run.name, run.experiment) == ("Slope", "ours")


def test_a_record_is_told_of_where_nothing_is_kept(suite):
    suite.write(
        conftest="""
        def pytest_runtest_logreport(report):
            if hasattr(report, "autolog"):
                print(sorted(report.autolog.items()), report.when, report.user_properties)
        """,
        test_it="""
        def test_it(autolog_run):
            autolog_run.log_metric("x", 0.5)
        """,
    )

    result = suite.run("-s")

    record = (
        "*('attempt', 1), ('checks', []), ('duration', *), ('metrics', {'x': 0.5}), "
        "('nodeid', 'test_it.py::test_it'), ('outcome', 'passed'), ('peak_memory', *), "
        "('run_id', None), ('session_run_id', None)* teardown *('autolog.metric.x', 0.5)*"
    )
    result.stdout.fnmatch_lines([record])
