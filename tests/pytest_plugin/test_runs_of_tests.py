"""Every test that trains or logs something is a run."""

from __future__ import annotations

import pytest

PARTS = pytest.version_tuple >= (9,)

SUITE = """
import pytest, toylearn, autolog

@pytest.fixture
def fitted():
    return toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])

def test_trains():
    toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])

def test_trains_twice(fitted):
    toylearn.Slope().fit([1.0, 2.0], [3.0, 6.0])

def test_logs():
    autolog.log_metric("holdout", 0.5)
    autolog.log_param("size", 3)

def test_has_a_run_of_its_own_making():
    with autolog.run("inner") as inner:
        inner.log_metric("x", 1.0)

def test_does_nothing():
    pass

@pytest.mark.slow
@pytest.mark.dataset("iris", rows=150)
@pytest.mark.parametrize(("rate", "kind"), [(0.5, dict), (0.1, [])])
@pytest.mark.parametrize("size", [pytest.param({"rows": 3}, id="small")])
def test_parametrised(rate, kind, size):
    autolog.log_metric("rate", rate)

@pytest.mark.parametrize("size", [pytest.param({"rows": 3}, id="small")])
def test_named_parameter(size):
    autolog.log_metric("rows", 3)

def test_fails(fitted):
    print("seen before it fails")
    assert fitted.slope == 3

def test_skips_late():
    autolog.log_metric("x", 1.0)
    pytest.skip("no more")

@pytest.mark.xfail
def test_fails_as_expected():
    autolog.log_metric("x", 1.0)
    assert False

@pytest.mark.xfail
def test_passes_unexpectedly():
    autolog.log_metric("x", 1.0)

@pytest.fixture
def broken():
    autolog.log_metric("x", 1.0)
    raise OSError("no set-up")

def test_has_no_set_up(broken):
    pass

@pytest.fixture
def torn():
    yield
    autolog.log_metric("torn", 1.0)
    raise OSError("no tear-down")

def test_has_no_tear_down(torn):
    pass
"""

INI = """
[pytest]
markers =
    slow
    dataset
"""


@pytest.fixture
def recorded_suite(suite):
    suite.pytester.makeini(INI)
    suite.write(SUITE)
    suite.result = suite.run("--autolog")
    return suite


def test_runs_of_tests(recorded_suite):
    suite, runs = recorded_suite, recorded_suite.runs

    suite.result.assert_outcomes(passed=9, failed=1, skipped=1, xfailed=1, xpassed=1, errors=2)
    assert "test_it.py::test_does_nothing" not in runs
    assert suite.outcomes == {
        "test_it.py::test_trains": "passed",
        "test_it.py::test_trains_twice": "passed",
        "test_it.py::test_logs": "passed",
        "test_it.py::test_has_a_run_of_its_own_making": "passed",
        "test_it.py::test_parametrised[small-0.5-dict]": "passed",
        "test_it.py::test_parametrised[small-0.1-kind1]": "passed",
        "test_it.py::test_named_parameter[small]": "passed",
        "test_it.py::test_fails": "failed",
        "test_it.py::test_skips_late": "skipped",
        "test_it.py::test_fails_as_expected": "xfailed",
        "test_it.py::test_passes_unexpectedly": "xpassed",
        "test_it.py::test_has_no_set_up": "error",
        "test_it.py::test_has_no_tear_down": "error",
    }
    failed = {name.partition("::")[2] for name, run in runs.items() if run.status == "FAILED"}
    assert failed == {"test_fails", "test_has_no_set_up", "test_has_no_tear_down"}

    trained = runs["test_it.py::test_trains"]
    assert (trained.params["learning_rate"], trained.metrics["slope"]) == ("0.1", 2.0)
    assert trained.children == []
    assert trained.tags["pytest.kind"] == "test"
    assert trained.metrics["pytest.duration_seconds"] > 0
    assert trained.metrics["pytest.peak_memory_mib"] > 10

    twice = runs["test_it.py::test_trains_twice"]
    assert twice.metrics["slope"] == pytest.approx(2.0)
    assert [child.metrics["slope"] for child in twice.children] == [pytest.approx(3.0)]

    logged = runs["test_it.py::test_logs"]
    assert (logged.metrics["holdout"], logged.params) == (0.5, {"size": "3"})
    inner = runs["test_it.py::test_has_a_run_of_its_own_making"].children
    assert [(run.name, run.metrics) for run in inner] == [("inner", {"x": 1.0})]

    parametrised = runs["test_it.py::test_parametrised[small-0.1-kind1]"]
    assert parametrised.params == {"rate": "0.1", "kind": "0.1-kind1", "size": "small"}
    assert parametrised.tags["pytest.mark.slow"] == "true"
    assert parametrised.tags["pytest.mark.dataset"] == "iris, rows=150"
    assert runs["test_it.py::test_named_parameter[small]"].params == {"size": "small"}

    failure = runs["test_it.py::test_fails"]
    assert failure.error.type == "AssertionError"
    assert "assert fitted.slope == 3" in failure.error.traceback
    assert "seen before it fails" in failure.tags["pytest.output"]
    assert runs["test_it.py::test_has_no_set_up"].error.message == "no set-up"
    torn = runs["test_it.py::test_has_no_tear_down"]
    assert (torn.error.message, torn.metrics["torn"]) == ("no tear-down", 1.0)


def test_every_test_has_a_run_if_that_is_asked_for(suite):
    suite.write("""
        import pytest

        def test_nothing(): pass

        def test_skips(): pytest.skip()

        @pytest.mark.skip
        def test_is_skipped(): pass
    """)

    suite.run("--autolog-all")

    assert suite.outcomes == {
        "test_it.py::test_nothing": "passed",
        "test_it.py::test_skips": "skipped",
        "test_it.py::test_is_skipped": "skipped",
    }


def test_the_ini_file_may_ask_for_it(suite):
    suite.pytester.makeini("[pytest]\nautolog = true\nautolog_all = true")
    suite.write("def test_nothing(): pass")

    suite.run()

    assert suite.outcomes == {"test_it.py::test_nothing": "passed"}


def test_the_command_line_may_overrule_the_ini_file(suite):
    suite.pytester.makeini("[pytest]\nautolog = true")
    suite.write("import toylearn\ndef test_it(): toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])")

    result = suite.run("--no-autolog")

    result.assert_outcomes(passed=1)
    assert not (suite.path / ".autolog").exists()


def test_classes_of_unittest(suite):
    suite.write("""
        import unittest, autolog, toylearn

        def setUpModule():
            autolog.log_metric("of_module", 1.0)

        class TestIt(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                cls.model = toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])

            def setUp(self):
                autolog.log_metric("of_set_up", 1.0)

            def test_slope(self):
                autolog.log_metric("slope", self.model.slope)
                self.assertAlmostEqual(self.model.slope, 2.0)

            def test_fails(self):
                self.assertEqual(self.model.slope, 3.0)

            def test_with_parts(self):
                for part in range(2):
                    with self.subTest(part=part):
                        autolog.log_metric("part", part)

        class TestAsync(unittest.IsolatedAsyncioTestCase):
            async def test_awaits(self):
                toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])
    """)

    result = suite.run("--autolog")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    tests = {name.removeprefix("test_it.py::"): run for name, run in suite.runs.items()}
    assert set(tests) == {
        "setup_module",
        "TestIt::setUpClass",
        "TestIt::test_slope",
        "TestIt::test_fails",
        "TestIt::test_with_parts",
        "TestAsync::test_awaits",
    }
    slope = tests["TestIt::test_slope"]
    assert {"of_set_up", "slope"} <= set(slope.metrics)
    assert slope.tags["pytest.fixture.setUpClass"] == tests["TestIt::setUpClass"].run_id
    assert tests["TestIt::test_fails"].error.type == "AssertionError"
    assert "slope" in tests["TestAsync::test_awaits"].metrics


def test_doctests(suite):
    suite.write(
        lab='''
        """
        >>> import toylearn
        >>> round(toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0]).slope)
        2
        >>> import autolog
        >>> autolog.log_metric("x", 1.0)
        """
        '''
    )

    suite.run("--autolog", "--doctest-modules").assert_outcomes(passed=1)

    assert {"slope", "x"} <= set(suite.runs["lab.py::lab"].metrics)


def test_async_tests(suite):
    suite.write("""
        import asyncio, autolog, pytest, pytest_asyncio, toylearn

        is_old = pytest_asyncio.__version__ < "0.24"
        loop = {} if is_old else {"loop_scope": "module"}
        pytestmark = pytest.mark.asyncio(**({"scope": "module"} if is_old else loop))

        @pytest_asyncio.fixture(scope="module", **loop)
        async def shared():
            return toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])

        @pytest_asyncio.fixture(**loop)
        async def own():
            autolog.log_metric("own", 1.0)

        async def test_first(shared, own):
            autolog.log_metric("first", 1.0)

        async def test_second(shared):
            await asyncio.gather(train(), asyncio.to_thread(autolog.log_metric, "thread", 1.0))

        async def train():
            toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])
    """)

    # without an option of its own, which older ones do not know, it warns
    result = suite.run("--autolog", "-W", "ignore", plugins=("asyncio",))

    result.assert_outcomes(passed=2)

    metrics = {
        name.removeprefix("test_it.py::"): {key for key in run.metrics if "pytest" not in key}
        for name, run in suite.runs.items()
    }
    assert metrics == {
        "shared": {"loss", "slope"},
        "test_first": {"own", "first"},
        "test_second": {"loss", "slope", "thread"},
    }


def test_threads_of_a_test(suite):
    suite.write("""
        import threading, toylearn

        def test_it():
            fit = lambda: toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])
            thread = threading.Thread(target=fit)
            thread.start()
            thread.join()
    """)

    suite.run("--autolog").assert_outcomes(passed=1)

    assert "slope" in suite.runs["test_it.py::test_it"].metrics


def test_what_is_trained_in_a_test_is_recorded_however_exclusive_users_runs_are(suite):
    suite.write(
        conftest="from autolog import autolog\nautolog(exclusive=True)",
        test_it="""
        import autolog, pytest, toylearn

        def fit():
            toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])

        @pytest.fixture(scope="module")
        def shared(): fit()

        def test_trains(shared): fit()

        def test_of_its_own():
            with autolog.run("own") as run:
                fit()
                run.log_metric("by_hand", 1.0)
        """,
    )

    suite.run("--autolog").assert_outcomes(passed=2)

    runs = suite.runs
    assert "slope" in runs["test_it.py::test_trains"].metrics
    assert "slope" in runs["test_it.py::shared"].metrics
    (own,) = runs["test_it.py::test_of_its_own"].children
    assert (own.name, set(own.metrics)) == ("own", {"by_hand"})


def test_a_part_of_a_test_that_is_skipped_skips_no_test(suite):
    suite.write("""
        import unittest, toylearn

        def fit():
            toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])

        class TestParts(unittest.TestCase):
            def test_skips_one(self):
                fit()
                for number in range(2):
                    with self.subTest(number=number):
                        if number == 0:
                            self.skipTest("not this one")

            def test_skips_itself(self):
                fit()
                self.skipTest("not at all")
    """)

    told = suite.run("--autolog").parseoutcomes()

    # pytest knows of parts since version 9; before, it skips the whole
    assert told.get("passed", 0) == int(PARTS)
    assert suite.outcomes == {
        "test_it.py::TestParts::test_skips_one": "passed" if PARTS else "skipped",
        "test_it.py::TestParts::test_skips_itself": "skipped",
    }
