"""Baselines in a file beside the tests."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from autolog.errors import ConfigurationError
from autolog.pytest_plugin.gates.baseline_file import BaselineFile, Entry, read_tests, written
from autolog.pytest_plugin.gates.baselines import MOST_RUNS
from autolog.pytest_plugin.gates.comparing import Baseline, Gate, evaluate
from autolog.pytest_plugin.gates.tolerances import Tolerance

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
ENTRIES = st.builds(Entry, NUMBERS, st.lists(NUMBERS, max_size=3).map(tuple))
NAMES = st.text("ab:/[]\"'\\ \n\té😀\udc80", max_size=6)
TESTS = st.dictionaries(NAMES, st.dictionaries(NAMES, ENTRIES, min_size=1, max_size=3), max_size=3)


class History:
    """Earlier runs that are the same for every test."""

    def __init__(self, *values):
        self.values = values

    def earlier(self, test, metric):
        return self.values


@pytest.fixture
def path(tmp_path):
    return tmp_path / "tests" / "baseline.json"


def file_at(path, *earlier):
    return BaselineFile(path, "tests/baseline.json", History(*earlier))


def check(now, metric="accuracy", *, earlier=(), **tolerance):
    gate = Gate(metric, True, Tolerance(**tolerance))
    return evaluate(gate, now, None, missing="none", earlier=earlier)


def test_what_was_written_is_found_again(path):
    file_at(path).write({"t.py::test_a": [check(0.9533), check(0.5, "f1")]})

    found = file_at(path)
    assert found.find("t.py::test_a", "accuracy") == Baseline(0.9533, "tests/baseline.json")
    assert set(found.metrics("t.py::test_a")) == {"accuracy", "f1"}


def test_the_file_is_sorted_and_has_one_line_for_each_metric(path):
    file_at(path).write(
        {
            "t.py::b": [check(0.5, "f1"), check(0.25, earlier=(0.1, 0.2), spread=3)],
            "t.py::a": [check(1.0)],
        }
    )

    assert (
        path.read_text()
        == """{
  "version": 1,
  "tests": {
    "t.py::a": {
      "accuracy": 1.0
    },
    "t.py::b": {
      "accuracy": {"value": 0.25, "runs": [0.1, 0.2, 0.25]},
      "f1": 0.5
    }
  }
}
"""
    )


def test_digits_that_do_not_count_are_left_out(path):
    file_at(path).write({"a": [check(0.1 + 0.2, earlier=(1 / 3,), spread=3)]})

    assert '{"value": 0.3, "runs": [0.3333333333, 0.3]}' in path.read_text()
    assert check(0.1 + 0.2).now != 0.3


@given(NUMBERS)
def test_a_value_passes_against_what_was_written_of_it(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("written") / "baseline.json"
    file_at(path).write({"a": [check(value)]})

    for higher in (True, False):
        gate = Gate("accuracy", higher, Tolerance())
        baseline = file_at(path).find("a", "accuracy")
        found = evaluate(gate, value, baseline, missing="", earlier=())
        assert found.verdict == "passed"


def test_what_other_tests_have_stays(path):
    file_at(path).write({"a": [check(0.1)], "b": [check(0.2)]})

    changed = file_at(path).write({"b": [check(0.3)]})

    assert changed == 1
    assert {test: entries["accuracy"].value for test, entries in file_at(path).tests.items()} == {
        "a": 0.1,
        "b": 0.3,
    }


def test_what_a_test_does_not_compare_any_more_goes(path):
    file_at(path).write({"a": [check(0.1), check(0.2, "f1")], "b": [check(0.1)]})

    changed = file_at(path).write({"a": [check(0.1)], "b": []})

    assert changed == 2
    assert list(file_at(path).tests) == ["a"]
    assert list(file_at(path).metrics("a")) == ["accuracy"]


def test_a_file_without_a_change_is_not_touched(path):
    file_at(path).write({"a": [check(0.1)]})
    before = path.stat()

    assert file_at(path).write({"a": [check(0.1)]}) == 0

    after = path.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_what_cannot_be_compared_with_is_not_written(path):
    file_at(path).write({"a": [check(float("nan")), check(None, "f1"), check(0.5, "auc")]})

    assert list(file_at(path).metrics("a")) == ["auc"]


def test_earlier_runs_are_those_of_the_file_and_before_there_are_any_those_of_the_store(path):
    before = file_at(path, 0.1, 0.2).earlier("a", "accuracy")
    file_at(path).write({"a": [check(0.3, earlier=before, spread=3)]})

    assert before == (0.1, 0.2)
    assert file_at(path, 0.7).earlier("a", "accuracy") == (0.1, 0.2, 0.3)


def test_only_the_last_runs_are_kept(path):
    earlier = tuple(range(MOST_RUNS))

    file_at(path).write({"a": [check(99.0, earlier=earlier, spread=3)]})

    assert file_at(path).tests["a"]["accuracy"].runs == (*map(float, earlier[1:]), 99.0)


def test_runs_are_kept_if_one_of_several_checks_of_a_metric_asks_for_them(path):
    file_at(path).write({"a": [check(0.5, earlier=(0.4,), spread=3), check(0.5, rel=0.1)]})

    assert file_at(path).tests["a"]["accuracy"] == Entry(0.5, (0.4, 0.5))


def test_a_file_that_is_not_there_is_not_wrong(path):
    assert file_at(path).find("a", "accuracy") is None
    assert file_at(path).missing("a").startswith("tests/baseline.json does not exist")


def test_a_file_without_the_metric_says_so(path):
    file_at(path).write({"a": [check(0.1)]})

    assert file_at(path).missing("b").startswith("tests/baseline.json has none for it")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"version": 2, "tests": {}}',
        '{"version": 1}',
        '{"version": 1, "tests": {"a": 1}}',
        '{"version": 1, "tests": {"a": {"m": "0.5"}}}',
        '{"version": 1, "tests": {"a": {"m": true}}}',
        '{"version": 1, "tests": {"a": {"m": NaN}}}',
        '{"version": 1, "tests": {"a": {"m": {}}}}',
        '{"version": 1, "tests": {"a": {"m": {"value": 1, "runs": 3}}}}',
        b"\xff",
    ],
)
def test_a_file_that_is_no_file_of_baselines_is_refused(path, content):
    path.parent.mkdir()
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(ConfigurationError, match=r"tests/baseline.json is no file of baselines"):
        file_at(path).find("a", "m")


@given(TESTS)
def test_any_entries_are_read_as_they_were_written(tests):
    text = written(tests)

    assert read_tests(text.encode()) == tests
    assert json.loads(text)["version"] == 1
