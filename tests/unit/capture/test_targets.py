"""Targets become a table, and rows are told of which they are known."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
from sklearn.linear_model import LogisticRegression
from sklearn.semi_supervised import LabelSpreading

from autolog.capture.targets import known_rows, table_of


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ([0, 1], [0, 1]),
        ([[0], [1]], [0, 1]),
        (((0, 1), (1, 0)), [[0, 1], [1, 0]]),
        (np.array(["x", "y"]), ["x", "y"]),
        (pd.Series([0, 1], index=[7, 8]), [0, 1]),
        (pd.DataFrame({"y": [0, 1]}), [0, 1]),
        (pd.Series(["x", "y"], dtype="category"), ["x", "y"]),
        (pl.Series([0, 1]), [0, 1]),
    ],
)
def test_whatever_has_rows_is_a_table(targets, expected):
    assert table_of(targets).tolist() == expected


def test_a_sparse_matrix_stays_one():
    table = table_of(scipy.sparse.coo_array(np.eye(2)))

    assert table.format == "csr"


@pytest.mark.parametrize("targets", [3, np.zeros((2, 2, 2)), [[0], [0, 1]]])
def test_what_has_no_rows_and_columns_is_no_table(targets):
    assert table_of(targets) is None


@pytest.mark.parametrize(
    "targets",
    [
        np.array([0.0, np.nan, 2.0]),
        np.array(["x", None, "y"], dtype=object),
        np.array(["x", float("nan"), "y"], dtype=object),
        np.array([[1.0, 2.0], [1.0, np.nan], [1.0, 2.0]]),
    ],
)
@pytest.mark.parametrize("with_pandas", [True, False])
def test_a_missing_target_is_not_known(monkeypatch, targets, with_pandas):
    if not with_pandas:
        monkeypatch.delitem(sys.modules, "pandas")

    assert known_rows(targets, LogisticRegression()).tolist() == [0, 2]


def test_a_missing_value_of_pandas_is_not_known():
    targets = np.array([1, pd.NA, 2], dtype=object)

    assert known_rows(targets, LogisticRegression()).tolist() == [0, 2]


def test_a_negative_label_is_unknown_only_where_it_is_the_sign_for_that():
    targets = np.array([0, -1, 1])

    assert known_rows(targets, LogisticRegression()) is None
    assert known_rows(targets, LabelSpreading()).tolist() == [0, 2]
