"""Fixtures of wider scope have a run of their own, which the tests that use them name."""

from __future__ import annotations


def test_fixtures_of_all_scopes(suite):
    suite.write(
        conftest="""
        import autolog, pytest, toylearn

        def fit():
            return toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])

        @pytest.fixture(scope="session")
        def of_session():
            return fit()

        @pytest.fixture(scope="module", params=["a", "b"])
        def of_module(of_session, request):
            fit()
            yield
            autolog.log_metric("at_the_end", 1.0)

        @pytest.fixture
        def of_test(of_module):
            return fit()

        @pytest.fixture(scope="module")
        def idle():
            pass
        """,
        test_it="""
        import autolog

        def test_nested(of_test): pass

        def test_own(of_session):
            autolog.log_metric("own", 1.0)

        def test_without(idle):
            autolog.log_metric("own", 1.0)
        """,
    )

    suite.run("--autolog").assert_outcomes(passed=4)

    runs = suite.runs
    assert set(runs) == {
        "of_session",
        "of_module[a]",
        "of_module[b]",
        "test_it.py::test_nested[a]",
        "test_it.py::test_nested[b]",
        "test_it.py::test_own",
        "test_it.py::test_without",
    }
    session, first = runs["of_session"], runs["of_module[a]"]
    assert session.tags["pytest.kind"] == "fixture"
    assert session.tags["pytest.scope"] == "session"
    assert {"slope", "pytest.duration_seconds"} <= set(session.metrics)
    assert {"slope", "at_the_end"} <= set(first.metrics)
    assert [run.status for run in runs.values()] == ["FINISHED"] * 7
    nested = runs["test_it.py::test_nested[a]"]
    assert nested.tags["pytest.fixture.of_session"] == session.run_id
    assert nested.tags["pytest.fixture.of_module"] == first.run_id
    assert nested.params["of_module"] == "a"
    links = [name for name in runs["test_it.py::test_own"].tags if "pytest.fixture" in name]
    assert links == ["pytest.fixture.of_session"]
    assert not [name for name in runs["test_it.py::test_without"].tags if "pytest.fixture" in name]


def test_fixtures_of_a_class_that_is_not_recorded(suite):
    suite.write("""
        import pytest, toylearn

        @pytest.fixture(scope="class")
        def fitted():
            return toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])

        @pytest.mark.autolog(enabled=False)
        class TestSilent:
            def test_it(self, fitted): pass

        @pytest.mark.autolog(tags={"team": "risk"})
        class TestRecorded:
            def test_it(self, fitted): pass
    """)

    suite.run("--autolog").assert_outcomes(passed=2)

    (run,) = suite.session_run.children
    assert (run.name, run.tags["team"]) == ("test_it.py::fitted", "risk")


def test_a_fixture_that_fails(suite):
    suite.write("""
        import pytest, toylearn

        @pytest.fixture(scope="module")
        def broken():
            toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])
            raise OSError("no set-up")

        @pytest.fixture(scope="module")
        def unwilling():
            toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])
            pytest.skip("not here")

        def test_broken(broken): pass

        def test_skipped(unwilling): pass
    """)

    suite.run("--autolog").assert_outcomes(errors=1, skipped=1)

    broken, unwilling = suite.runs["test_it.py::broken"], suite.runs["test_it.py::unwilling"]
    assert (broken.status, broken.error.message) == ("FAILED", "no set-up")
    assert unwilling.status == "FINISHED"


def test_tests_name_the_fixtures_that_they_have_asked_for_while_they_ran(suite):
    suite.write(
        conftest="""
        import pytest, toylearn

        @pytest.fixture(scope="session", params=[{"size": 1}, {"size": 2}], ids=["small", "large"])
        def data(request):
            toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])
        """,
        test_it="""
        import autolog, pytest, toylearn

        @pytest.fixture(scope="class")
        def model():
            toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])

        def test_of_the_module(data):
            autolog.log_metric("own", 1.0)

        class TestOverridden:
            @pytest.fixture(scope="class")
            @classmethod
            def model(cls):
                toylearn.Slope().fit([1.0, 2.0], [3.0, 6.0])

            def test_asks_late(self, request):
                autolog.log_metric("own", 1.0)
                request.getfixturevalue("model")
        """,
    )

    suite.run("--autolog").assert_outcomes(passed=3)

    runs = suite.runs
    (late,) = (run for name, run in runs.items() if name.endswith("test_asks_late"))
    own = runs["test_it.py::TestOverridden::model"].run_id
    assert late.tags["pytest.fixture.model"] == own
    for size in ("small", "large"):
        test = runs[f"test_it.py::test_of_the_module[{size}]"]
        assert test.tags["pytest.fixture.data"] == runs[f"data[{size}]"].run_id
