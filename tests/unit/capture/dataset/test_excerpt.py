"""Data sets of which only some rows are at hand."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import scipy.sparse

from autolog.capture.dataset.excerpt import Excerpt
from autolog.capture.dataset.reading import DatasetReading


def described(rows, targets=None, shape=(1000, 3)):
    return DatasetReading(Excerpt(rows, shape), targets, name="X").result()


def test_it_is_described_by_its_size_and_says_that_it_is_a_sample():
    found = described(np.zeros((4, 3)), np.arange(1000.0))

    profile = json.loads(found.profile)
    assert (profile["num_rows"], profile["num_elements"]) == (1000, 3000)
    assert (profile["digest"], profile["digest_rows"]) == ("sampled", 4)
    assert profile["targets_shape"] == [1000]
    assert "columns" not in profile


def test_the_schema_is_that_of_its_rows():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})

    columns = json.loads(described(frame).schema)["mlflow_colspec"]

    assert [(column["name"], column["type"]) for column in columns] == [
        ("a", "double"),
        ("b", "string"),
    ]


def test_the_schema_is_that_of_rows_which_are_more_like_the_whole():
    frame = pd.DataFrame({"a": [1.0], "b": ["x"]})
    excerpt = Excerpt(np.zeros((4, 2)), (1000, 2), like=frame)

    found = DatasetReading(excerpt, None, name="X").result()

    columns = json.loads(found.schema)["mlflow_colspec"]
    assert [column["name"] for column in columns] == ["a", "b"]
    assert json.loads(found.profile)["digest_rows"] == 4


def test_a_sparse_excerpt_stays_sparse():
    schema = json.loads(described(scipy.sparse.csr_matrix(np.eye(3))).schema)

    assert '"shape": [-1, 3]' in schema["mlflow_tensorspec"]["features"]


def test_without_rows_there_is_the_size():
    found = described(None)

    assert found.schema == "null"
    assert json.loads(found.profile)["digest_rows"] == 0


def test_the_digest_tells_rows_sizes_and_targets_apart():
    rows = np.zeros((4, 3))

    digests = {
        described(rows).digest,
        described(rows + 1).digest,
        described(rows, shape=(1001, 3)).digest,
        described(rows, np.zeros(1000)).digest,
    }

    assert len(digests) == 4
    assert described(rows.copy()).digest in digests
