"""The marker `autolog` says how one test is recorded."""

from __future__ import annotations

import pytest


def test_what_a_marker_may_say(suite):
    suite.write("""
        import autolog, pytest, toylearn

        def fit():
            return toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])

        @pytest.fixture
        def fitted():
            return fit()

        @pytest.mark.autolog(enabled=False)
        def test_switched_off(fitted):
            fit()
            autolog.log_metric("x", 1.0)

        @pytest.mark.autolog(enabled=False)
        def test_checks_all_the_same(autolog_run):
            fit()
            autolog_run.log_metric("x", 1.0)
            assert autolog_run.metrics == {"x": 1.0}

        @pytest.mark.autolog(libraries={"toylearn": False})
        def test_without_a_library():
            fit()
            autolog.log_metric("x", 1.0)

        @pytest.mark.autolog(libraries={"toylearn": {"log_models": False}})
        def test_without_models():
            fit()

        def test_after():
            fit()

        @pytest.mark.autolog(tags={"team": "risk", "tier": 2}, enabled=False)
        class TestGroup:
            def test_silent(self):
                fit()

            @pytest.mark.autolog(enabled=True, tags={"tier": 1})
            def test_nearest_counts(self):
                fit()
    """)

    suite.run("--autolog", "--strict-markers").assert_outcomes(passed=7)

    runs = {name.removeprefix("test_it.py::"): run for name, run in suite.runs.items()}
    assert set(runs) == {
        "test_without_a_library",
        "test_without_models",
        "test_after",
        "TestGroup::test_nearest_counts",
    }
    assert "slope" not in runs["test_without_a_library"].metrics
    assert not runs["test_without_models"].models
    assert len(runs["test_after"].models) == 1
    tags = runs["TestGroup::test_nearest_counts"].tags
    assert (tags["team"], tags["tier"]) == ("risk", "1")


def test_a_library_that_is_switched_off_may_be_recorded_in_one_test(suite):
    suite.write(
        conftest="from autolog import autolog\nautolog(toylearn=False)",
        test_it="""
        import pytest, toylearn

        @pytest.mark.autolog(libraries={"toylearn": True})
        def test_recorded():
            toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])

        def test_not_recorded():
            toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])
        """,
    )

    suite.run("--autolog").assert_outcomes(passed=2)

    assert set(suite.runs) == {"test_it.py::test_recorded"}


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("'off'", "*takes enabled, tags, libraries, each by its name, and not 'off'*"),
        ("enable=False", "*and not enable*"),
        ("libraries={'scikit': False}", "*there is no library 'scikit'*"),
    ],
)
def test_a_marker_that_cannot_be_read_is_an_error_of_its_test(suite, marker, message):
    suite.write(f"""
        import pytest

        @pytest.mark.autolog({marker})
        def test_it(): pass

        def test_other(): pass
    """)

    result = suite.run("--autolog")

    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines([message])


def test_without_autolog_a_marker_says_nothing(suite):
    suite.write("""
        import pytest

        @pytest.mark.autolog("off")
        def test_it(): pass
    """)

    suite.run("--strict-markers").assert_outcomes(passed=1)
