"""What is made of a search's candidates and folds before they are recorded."""

from __future__ import annotations

import numpy as np
import pytest

from autolog.capture.redaction import Redactor
from autolog_sklearn.candidate_names import CandidateNames
from autolog_sklearn.candidate_table import CandidateTable
from autolog_sklearn.csv_table import csv_source
from autolog_sklearn.folds import error_told, fold_of

SECOND = 10**9


def names_of(*rounds):
    names = CandidateNames(Redactor(), "SVC")
    for candidates in rounds:
        names.learn(candidates)
    return [names.name(candidate) for candidate in rounds[-1]]


@pytest.mark.parametrize(
    ("candidates", "names"),
    [
        ([{"C": 10, "kernel": "rbf"}, {"C": 1, "kernel": "rbf"}], ["C=10", "C=1"]),
        ([{"C": 10, "kernel": "rbf"}], ["C=10, kernel=rbf"]),
        ([{"C": 0.1 + 0.2}, {"C": np.float64(1e-9)}], ["C=0.3", "C=1e-09"]),
        ([{"a": 1}, {"b": 2}], ["a=1", "b=2"]),
        ([{"text": "a\n b"}, {"text": "c"}], ["text=a b", "text=c"]),
        ([{"api_key": "x"}, {"api_key": "y"}], ["api_key=[redacted]"] * 2),
        ([{}], ["SVC"]),
    ],
)
def test_a_candidate_is_named_by_what_differs(candidates, names):
    assert names_of(candidates) == names


def test_what_differs_between_rounds_is_named_too():
    first, second = [{"C": 1, "iter": 0}, {"C": 2, "iter": 0}], [{"C": 2, "iter": 1}]

    assert names_of(first, second) == ["C=2, iter=1"]


def test_a_name_is_not_endless():
    candidates = [{f"param_{n}": "x" * 100 + str(m) for n in range(9)} for m in range(2)]

    assert len(names_of(candidates)[0]) == 120


def test_a_fold_begins_when_its_times_say():
    result = {"test_scores": 0.5, "fit_time": 2.0, "score_time": 1.0, "fit_error": None}

    fold = fold_of(result, dispatched_ns=0, arrived_ns=10 * SECOND)

    assert fold.metrics == {"test_score": 0.5, "fit_time": 2.0, "score_time": 1.0}
    assert (fold.started_ns, fold.ended_ns) == (7 * SECOND, 10 * SECOND)


def test_a_fold_begins_not_before_it_was_handed_over():
    fold = fold_of({"fit_time": 20.0}, dispatched_ns=5 * SECOND, arrived_ns=10 * SECOND)

    assert fold.started_ns == 5 * SECOND


def test_scores_of_several_names_are_metrics_of_several_names():
    result = {"test_scores": {"f1": np.float64(0.5)}, "train_scores": {"f1": 1}}

    assert fold_of(result, dispatched_ns=0, arrived_ns=0).metrics == {
        "test_f1": 0.5,
        "train_f1": 1.0,
    }


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ValueError: no\nnever: more", ("ValueError", "no\nnever: more")),
        ("my.errors.Bad: x", ("Bad", "x")),
        ("KeyboardInterrupt", ("KeyboardInterrupt", "")),
        ("", ("Exception", "")),
    ],
)
def test_an_error_is_read_from_its_traceback(said, told):
    inner = "Traceback (most recent call last):\n  File ...\nKeyError: 1\n\nDuring ...\n\n"
    text = f"{inner}Traceback (most recent call last):\n  File ...\n    code\n{said}\n"

    error = error_told(text)

    assert (error.type, error.message) == told
    assert error.traceback == text


def test_the_best_are_taken_by_the_score_that_decides():
    table = CandidateTable(
        {
            "params": [{}, {}, {}],
            "rank_test_f1": np.array([1, 3, 2]),
            "rank_test_r2": np.array([3, 1, 1]),
        }
    )

    assert table.best(2, "r2") == [1, 2]
    assert table.best(2, True) == [0, 2]
    assert table.best(None, "r2") == [0, 1, 2]


def test_candidates_without_a_rank_are_taken_as_they_come():
    assert CandidateTable({"params": [{}, {}]}).best(1, None) == [0]


def test_a_table_leaves_out_what_is_not_there_and_masks_secrets():
    columns = {
        "score": np.array([0.5, np.nan]),
        "param_password": ["hunter2", None],
        "param_C": np.ma.MaskedArray([1, 2], mask=[False, True], dtype=object),
    }

    rendered = csv_source(columns, Redactor())()

    assert rendered == "score,param_password,param_C\n0.5,[redacted],1\n,None,\n"


@pytest.mark.parametrize("kind", [float, int, object])
def test_a_param_that_not_all_candidates_have_is_empty_for_the_others(kind):
    first = np.ma.MaskedArray([0, 2, 3], mask=[True, False, False], dtype=kind)
    last = np.ma.MaskedArray([1, 2, 0], mask=[False, False, True], dtype=kind)

    rendered = csv_source({"param_C": first, "param_degree": last}, Redactor())()

    one, two, three = ("1.0", "2.0", "3.0") if kind is float else ("1", "2", "3")
    assert rendered == f"param_C,param_degree\n,{one}\n{two},{two}\n{three},\n"


def test_numbers_are_masked_under_a_secret_name():
    columns = {"param_password": np.array([1234, 5678]), "score": np.array([0.5, 0.25])}

    rendered = csv_source(columns, Redactor())()

    assert rendered == "param_password,score\n[redacted],0.5\n[redacted],0.25\n"
