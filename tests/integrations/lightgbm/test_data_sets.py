"""The data of a training are described, and a few rows of them are remembered."""

from __future__ import annotations

import gc
import json
import weakref

import lightgbm
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse

from autolog.testing import record
from autolog_lightgbm.data_sets import input_rows, remember


class Rows(lightgbm.Sequence):
    """Rows that are read as they are needed."""

    batch_size = 50

    def __init__(self, rows):
        self.rows = rows
        self.reads = 0

    def __getitem__(self, places):
        self.reads += 1
        return self.rows[places]

    def __len__(self):
        return len(self.rows)


def recorded(params, train_set, **arguments):
    """A training, in a function of its own: in those that pytest rewrites no name is to be seen."""
    with record() as runs:
        lightgbm.train(params, train_set, 2, **arguments)
        return runs.only


def fitted(classifier, inputs, targets):
    with record() as runs:
        classifier.fit(inputs, targets)
        return runs.only


def profile(run, name, context="train"):
    return json.loads(run.datasets[context, name].profile)


def test_training_and_evaluation_sets_are_described_by_their_names(binary, sets):
    train_set, held_out = sets

    run = recorded(binary, train_set, valid_sets=[held_out], valid_names=["held out"])

    assert run.datasets.keys() == {("train", "train_set"), ("eval", "held out")}
    assert profile(run, "train_set")["features_shape"] == [150, 5]
    assert profile(run, "held out", "eval")["targets_shape"] == [50]


def test_the_data_of_a_fit_are_described_by_their_names(classifier, table):
    run = fitted(classifier, *table)

    assert run.datasets.keys() == {("train", "inputs")}


def test_data_that_lightgbm_has_let_go_of_are_described_while_the_user_has_them(binary, table):
    inputs, targets = table
    train_set = lightgbm.Dataset(inputs, targets)

    runs = [recorded(binary, train_set) for _ in range(2)]

    first, second = (run.datasets["train", "train_set"] for run in runs)
    assert train_set.data is None
    assert first.digest == second.digest
    assert first.profile == second.profile


def test_data_that_nobody_has_any_more_are_described_by_some_rows(binary, table):
    inputs, targets = (data.copy() for data in table)
    train_set = lightgbm.Dataset(inputs, targets)

    with record():
        train_set.construct()
    del inputs
    run = recorded(binary, train_set)

    told = profile(run, "train_set")
    assert told["num_rows"] == 200
    assert told["digest"] == "sampled"
    assert run.models["model"].signature is not None


def test_of_data_that_nobody_has_any_more_the_targets_tell_them_apart(binary, table):
    inputs, targets = table

    with record() as runs:
        for truth in (targets, 1 - targets):
            train_set = lightgbm.Dataset(inputs.copy(), truth).construct()
            lightgbm.train(binary, train_set, 1)

        found = [one for run in runs for one in run.datasets.values()]
        assert found[0].digest != found[1].digest
        assert all(json.loads(one.profile)["targets_shape"] == [200] for one in found)


def test_what_was_remembered_keeps_no_data_and_no_set_in_memory(table):
    inputs = table[0].copy()
    train_set = lightgbm.Dataset(inputs, table[1])
    remember(train_set)
    references = [weakref.ref(inputs), weakref.ref(train_set)]

    del inputs, train_set
    gc.collect()

    assert [reference() for reference in references] == [None, None]


def test_sets_that_another_is_built_from_are_remembered_too(table):
    train_set = lightgbm.Dataset(*table)
    other = lightgbm.Dataset(table[0][:9], table[1][:9], reference=train_set)

    with record():
        other.construct()

    assert train_set.data is None
    assert np.array_equal(input_rows(train_set), table[0][:5])


def test_a_set_is_built_as_without_autolog(table):
    train_set = lightgbm.Dataset(*table, params={"verbose": -1})
    before = dict(vars(train_set))

    with record():
        built = train_set.construct()

    assert built is train_set
    assert vars(train_set).keys() == before.keys()
    assert train_set.num_data() == 200


def test_data_that_are_to_be_kept_are_kept(binary, table):
    inputs, targets = table
    train_set = lightgbm.Dataset(inputs, targets, free_raw_data=False)

    with record():
        lightgbm.train(binary, train_set, 2)

    assert train_set.data is inputs


@pytest.mark.parametrize(
    "kind",
    [
        pd.DataFrame,
        lambda rows: pl.DataFrame(rows, schema=[f"column_{place}" for place in range(5)]),
        lambda rows: pa.table({f"column_{place}": rows[:, place] for place in range(5)}),
        scipy.sparse.csr_matrix,
        scipy.sparse.csc_matrix,
    ],
    ids=["pandas", "polars", "arrow", "csr", "csc"],
)
def test_data_of_any_kind_are_described_and_give_a_signature(binary, table, kind):
    inputs = kind(table[0])
    if isinstance(inputs, pd.DataFrame):
        inputs.columns = [f"column_{place}" for place in range(5)]

    run = recorded(binary, lightgbm.Dataset(inputs, table[1]))

    told = profile(run, "train_set")
    assert told.get("num_rows", told.get("features_shape", [0])[0]) == 200
    assert "digest" not in told
    signature = json.loads(run.models["model"].signature)
    assert signature["outputs"] is not None
    assert ("column_4" in signature["inputs"]) is not scipy.sparse.issparse(inputs)


def test_categories_and_missing_values_keep_their_schema(binary, table):
    frame = pd.DataFrame(table[0], columns=list("abcde"))
    frame["kind"] = pd.Categorical(np.where(frame["a"] > 0, "high", "low"))
    frame.loc[3, "b"] = np.nan

    run = recorded(binary, lightgbm.Dataset(frame, table[1]))

    columns = json.loads(run.datasets["train", "train_set"].schema)["mlflow_colspec"]
    told = {column["name"]: (column["type"], column["required"]) for column in columns}
    assert told["kind"] == ("string", True)
    assert told["a"] == ("double", True)
    assert told["b"] == ("double", False)
    model = json.loads(json.loads(run.models["model"].signature)["inputs"])
    assert [column["type"] for column in model] == ["double"] * 5 + ["string"]


def test_parts_that_stand_below_each_other_are_described_together(binary, table):
    inputs, targets = table

    run = recorded(binary, lightgbm.Dataset([inputs[:120], inputs[120:]], targets))

    assert profile(run, "train_set")["num_rows"] == 200
    assert run.models["model"].signature is not None


@pytest.mark.parametrize("is_built", [True, False])
def test_some_rows_of_a_set_are_described_as_many_as_they_are(binary, table, is_built):
    whole = lightgbm.Dataset(*table)

    with record():
        if is_built:
            whole.construct()
    run = recorded(binary, whole.subset(range(10, 190)))

    assert profile(run, "train_set")["num_rows"] == 180
    assert run.models["model"].signature is not None


def test_a_file_is_described_by_its_size_once_it_has_been_read(binary, table, tmp_path):
    file = tmp_path / "rows.csv"
    np.savetxt(file, np.c_[table[1], table[0]], delimiter=",")

    run = recorded(binary, lightgbm.Dataset(file))

    assert profile(run, "train_set")["num_elements"] == 1000


def test_the_users_own_sequences_are_read_as_often_as_without_autolog(binary, table):
    bare, looked_at = Rows(table[0]), Rows(table[0])
    lightgbm.train(binary, lightgbm.Dataset(bare, table[1]), 2)

    run = recorded(binary, lightgbm.Dataset(looked_at, table[1]))

    assert profile(run, "train_set")["num_rows"] == 200
    assert looked_at.reads == bare.reads


def test_data_sets_can_be_left_out(binary, sets):
    with record(log_datasets=False) as runs:
        lightgbm.train(binary, sets[0], 2, valid_sets=[sets[1]])

        assert runs.only.datasets == {}
        assert runs.only.models["model"].signature is not None
