"""What is remembered of the data that matrices are made from."""

from __future__ import annotations

import gc
import json
import weakref

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse
import xgboost

from autolog.testing import record

PARAMS = {"max_depth": 2, "nthread": 1}
ROWS = np.arange(120, dtype=np.float64).reshape(40, 3)
LABELS = np.arange(40.0)
IS_OLD = not hasattr(xgboost, "ExtMemQuantileDMatrix")
FROM_ITERATORS = [
    getattr(xgboost, name)
    for name in ("QuantileDMatrix", "ExtMemQuantileDMatrix", "DMatrix")
    if hasattr(xgboost, name)  # the second since XGBoost 3
]


class Batches(xgboost.DataIter):
    """Gives the rows in four batches."""

    def __init__(self, rows, **others):
        self.rows = rows
        self.place = 0
        super().__init__(**others)

    def next(self, input_data):
        if self.place == 4:
            return False
        batch = slice(10 * self.place, 10 * self.place + 10)
        input_data(data=self.rows[batch], label=LABELS[batch])
        self.place += 1
        return True

    def reset(self):
        self.place = 0


def train(matrix, **others):
    return xgboost.train(PARAMS, matrix, 2, verbose_eval=False, **others)


def inputs_of(run):
    return json.loads(json.loads(run.models["model"].signature)["inputs"])


def profile_of(run, context="train", name="matrix"):
    return json.loads(run.datasets[context, name].profile)


TENSOR = [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 3]}}]
COLUMNS = [{"type": "double", "name": name, "required": True} for name in "abc"]


@pytest.mark.parametrize("kind", [xgboost.DMatrix, xgboost.QuantileDMatrix])
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (ROWS, TENSOR),
        (pd.DataFrame(ROWS, columns=list("abc")), COLUMNS),
        pytest.param(
            pl.DataFrame(ROWS, schema=list("abc")),
            COLUMNS,
            marks=pytest.mark.skipif(IS_OLD, reason="XGBoost takes Polars since version 3"),
        ),
        (pa.table({name: ROWS[:, place] for place, name in enumerate("abc")}), COLUMNS),
        (scipy.sparse.csr_matrix(ROWS), TENSOR),
    ],
    ids=["numpy", "pandas", "polars", "arrow", "sparse"],
)
def test_the_signature_is_that_of_the_users_data(kind, data, expected):
    with record() as runs:
        matrix = kind(data, LABELS)
        train(matrix)

        assert inputs_of(runs.only) == expected
        assert '"outputs": null' not in runs.only.models["model"].signature


def test_the_signature_has_the_names_that_the_matrix_was_given():
    with record() as runs:
        train(xgboost.DMatrix(ROWS, LABELS, feature_names=list("abc")))

        assert inputs_of(runs.only) == COLUMNS


@pytest.mark.parametrize("kind", FROM_ITERATORS)
@pytest.mark.parametrize(
    ("rows", "expected"),
    [(ROWS, TENSOR), (pd.DataFrame(ROWS, columns=list("abc")), COLUMNS)],
    ids=["numpy", "pandas"],
)
def test_the_first_batch_of_an_iterator_is_remembered(tmp_path, kind, rows, expected):
    cached = {} if kind is xgboost.QuantileDMatrix else {"cache_prefix": str(tmp_path / "cache")}

    with record() as runs:
        matrix = kind(Batches(rows, **cached))
        train(matrix)

        assert inputs_of(runs.only) == expected
        assert profile_of(runs.only)["num_rows"] == 40
        assert profile_of(runs.only)["digest"] == "sampled"


def test_an_iterator_that_fails_fails_as_it_does_without_autolog():
    class Failing(Batches):
        def next(self, input_data):
            raise KeyError("the user's own")

    with record(), pytest.raises(KeyError, match="the user's own"):
        xgboost.QuantileDMatrix(Failing(ROWS))


def test_a_matrix_from_before_the_recording_gives_some_rows_back():
    rows = ROWS.copy()
    rows[0, 1] = np.nan
    matrix = xgboost.DMatrix(rows, LABELS, feature_names=list("abc"))

    with record() as runs:
        train(matrix)

        kinds = [(column["type"], column["name"]) for column in inputs_of(runs.only)]
        assert kinds == [("float", "a"), ("float", "b"), ("float", "c")]
        profile = profile_of(runs.only)
        assert (profile["num_rows"], profile["num_elements"]) == (40, 120)
        assert (profile["digest"], profile["digest_rows"]) == ("sampled", 40)
        assert profile["targets_shape"] == [40]


def test_a_matrix_of_quantiles_from_before_the_recording_has_its_size_only():
    matrix = xgboost.QuantileDMatrix(ROWS, LABELS)

    with record() as runs:
        train(matrix)

        assert runs.only.models["model"].signature is None
        profile = profile_of(runs.only)
        assert (profile["num_rows"], profile["digest_rows"]) == (40, 0)


def test_the_digest_is_that_of_the_users_data_wherever_they_are_used():
    with record() as runs:
        matrix = xgboost.DMatrix(ROWS, LABELS)
        train(matrix)
        xgboost.XGBRegressor(n_estimators=1).fit(ROWS, LABELS)

        native, estimator = runs
        assert (
            native.datasets["train", "matrix"].digest == estimator.datasets["train", "ROWS"].digest
        )
        assert "digest" not in profile_of(native)


def test_data_that_were_changed_since_then_are_not_described():
    rows = ROWS.copy()

    with record() as runs:
        matrix = xgboost.DMatrix(rows, LABELS)
        rows *= 2
        train(matrix)

        assert profile_of(runs.only)["digest"] == "sampled"


def test_every_set_is_described_under_its_name():
    with record() as runs:
        matrix, other = xgboost.DMatrix(ROWS, LABELS), xgboost.DMatrix(ROWS[:9], LABELS[:9])
        train(matrix, evals=[(matrix, "train"), (other, "holdout")])

        assert runs.only.datasets.keys() == {
            ("train", "matrix"),
            ("eval", "train"),
            ("eval", "holdout"),
        }
        assert profile_of(runs.only, "eval", "holdout")["num_rows"] == 9


def test_a_matrix_without_a_name_is_called_train():
    with record() as runs:
        xgboost.train(PARAMS, xgboost.DMatrix(ROWS, LABELS), 1)

        assert list(runs.only.datasets) == [("train", "train")]


def test_neither_the_matrix_nor_the_data_are_kept_alive():
    with record():
        rows = ROWS.copy()
        matrix = xgboost.DMatrix(rows, LABELS)
        train(matrix)
        gone = weakref.ref(rows), weakref.ref(matrix)
        del rows, matrix
        gc.collect()

        assert [reference() for reference in gone] == [None, None]


def test_the_data_are_not_kept_alive_during_the_training():
    kept = [ROWS.copy()]
    reference = weakref.ref(kept[0])
    seen = []

    class LettingGo(xgboost.callback.TrainingCallback):
        def after_iteration(self, model, epoch, evals_log):
            kept.clear()
            gc.collect()
            seen.append(reference())

    with record():
        matrix = xgboost.DMatrix(kept[0], LABELS)
        train(matrix, evals=[(matrix, "train")], callbacks=[LettingGo()])

    assert seen[0] is None


def test_a_matrix_that_is_evaluated_on_too_is_described_as_it_is_for_the_training():
    with record() as runs:
        matrix = xgboost.DMatrix(ROWS.copy(), LABELS)  # which nobody has any more
        train(matrix, evals=[(matrix, "train")])

        learnt, evaluated = (
            runs.only.datasets[key] for key in (("train", "matrix"), ("eval", "train"))
        )
        assert learnt.digest == evaluated.digest
        assert profile_of(runs.only) == profile_of(runs.only, "eval", "train")


def test_sparse_data_are_not_made_dense(monkeypatch):
    for kind in (scipy.sparse.csr_matrix, scipy.sparse.coo_matrix):
        monkeypatch.setattr(kind, "toarray", None)
        monkeypatch.setattr(kind, "todense", None)
    data = scipy.sparse.csr_matrix(ROWS)

    with record() as runs:
        matrix = xgboost.DMatrix(data, LABELS)
        train(matrix)

        assert profile_of(runs.only)["features_stored"] == data.nnz
        assert inputs_of(runs.only) == TENSOR


def test_an_example_of_the_input_is_kept_if_it_is_wanted():
    with record(log_input_examples=True) as runs:
        train(xgboost.DMatrix(pd.DataFrame(ROWS, columns=list("abc")), LABELS))

        assert "model/input_example.json" in runs.only.artifacts


def test_categories_and_missing_values_keep_their_schema():
    frame = pd.DataFrame(
        {"city": pd.Categorical(["a", "b", None, "a"] * 10), "size": [1.0, np.nan] * 20}
    )

    with record() as runs:
        train(xgboost.DMatrix(frame, LABELS, enable_categorical=True))

        assert inputs_of(runs.only) == [
            {"type": "string", "name": "city", "required": False},
            {"type": "double", "name": "size", "required": False},
        ]
        assert '"outputs": null' not in runs.only.models["model"].signature


def test_data_that_nobody_has_any_more_keep_their_schema():
    with record() as runs:
        frame = pd.DataFrame({"city": pd.Categorical(["a", "b"] * 20), "size": ROWS[:, 0]})
        matrix = xgboost.DMatrix(frame, LABELS, enable_categorical=True)
        del frame
        train(matrix)

        columns = json.loads(runs.only.datasets["train", "matrix"].schema)["mlflow_colspec"]
        kinds = [(column["name"], column["type"]) for column in columns]
        assert kinds == [("city", "string"), ("size", "double")]
        assert profile_of(runs.only)["digest_rows"] == 40


def test_a_value_that_stands_for_missing_is_known_when_rows_are_predicted():
    rows = np.where(ROWS % 7 == 0, -1, ROWS)

    with record() as runs:
        train(xgboost.DMatrix(rows, LABELS, missing=-1))

        assert "autolog.signature_missing" not in runs.only.tags


def test_a_matrix_is_made_as_it_is_without_autolog():
    bare = xgboost.DMatrix(ROWS, LABELS)

    with record() as runs:
        recorded = xgboost.DMatrix(ROWS, LABELS)
        with pytest.raises(TypeError, match="data"):
            xgboost.DMatrix()
        with pytest.raises(ValueError, match="group"):
            xgboost.DMatrix(ROWS, group=[1], qid=[1])

        assert list(runs) == []

    assert vars(recorded).keys() == vars(bare).keys()
    assert (recorded.get_data() != bare.get_data()).nnz == 0
