"""What is inferred beside that which MLflow infers too; for that see tests/parity."""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.multioutput import MultiOutputClassifier

from autolog.capture.rows import first_rows
from autolog.capture.signature.inference import infer_schema, infer_signature
from autolog.errors import SchemaError

X, Y = load_iris(return_X_y=True, as_frame=True)


def specs(data):
    return json.loads(infer_schema(data).to_json())


def test_a_classifier_has_columns_for_inputs_and_a_tensor_for_outputs():
    model = LogisticRegression(max_iter=1000).fit(X, Y)

    signature = infer_signature(first_rows(X), model.predict(first_rows(X)))

    assert [spec.name for spec in signature.inputs.specs] == list(X.columns)
    assert json.loads(signature.outputs.to_json()) == [
        {"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}
    ]


@pytest.mark.parametrize(
    ("labels", "dtype"),
    [
        (["no", "yes"], "str"),
        ([False, True], "bool"),
        (np.array([1, 2], dtype="int8"), "int8"),
        (np.array(["no", "yes"], dtype=object), "object"),
    ],
    ids=["text", "bool", "int8", "objects"],
)
def test_class_labels_of_any_type_are_described(labels, dtype):
    labels = np.asarray(labels)[(Y > 0).astype(int)]
    model = LogisticRegression(max_iter=1000).fit(X, labels)

    outputs = infer_signature(None, model.predict(first_rows(X))).outputs

    assert outputs.specs[0].dtype == dtype


def test_the_probabilities_of_several_outputs_are_an_array_of_arrays():
    model = MultiOutputClassifier(LogisticRegression(max_iter=1000)).fit(X, np.c_[Y, Y > 0])

    assert specs(model.predict_proba(first_rows(X))) == [
        {
            "type": "array",
            "items": {"type": "array", "items": {"type": "double"}},
            "required": True,
        }
    ]


@pytest.mark.parametrize("form", ["bsr", "coo", "csc", "csr", "dia", "dok", "lil"])
@pytest.mark.parametrize("family", ["array", "matrix"])
def test_sparse_matrices_of_all_formats_are_described_alike(form, family):
    matrix = getattr(scipy.sparse, f"{form}_{family}")(np.eye(3, dtype="float32"))

    assert specs(matrix) == [
        {"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 3]}}
    ]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({1, 2}, "type set have no schema"),
        (iter([1]), "have no schema; pass a frame"),
        (object(), "type object have no schema"),
        (np.zeros(2, dtype=[("a", "f8")]), "dtype .* has no schema"),
        (pd.DataFrame(index=[1]), "without any column"),
        ({}, "without any column"),
        ([{}], "without any column"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "2 columns are named 'a'"),
        (pd.DataFrame([[1, 2]], columns=["a", None]), "some have no name"),
        (pd.DataFrame([[1, 2]], columns=pd.Index(["a", None], dtype=object)), "have no name"),
        (pd.DataFrame({pd.Timestamp("2024-01-01"): [1]}), "named by a Timestamp"),
        ({(b"a",): 1}, "named by a tuple"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_no_schema_can_describe_is_an_error_that_says_why(data, complaint):
    with pytest.raises(SchemaError, match=complaint):
        infer_schema(data)


def test_a_generator_is_not_used_up():
    generator = iter([1, 2])

    with pytest.raises(SchemaError):
        infer_schema(generator)

    assert list(generator) == [1, 2]


def test_the_data_are_not_changed():
    frame = pd.DataFrame({"a": pd.Series([1, None], dtype=object), "b": pd.Categorical(["x", "y"])})
    before = frame.copy(deep=True)

    infer_schema(frame)

    pd.testing.assert_frame_equal(frame, before)


def test_a_type_is_told_by_all_values_and_not_only_by_the_first():
    column = pd.Series([None] * 1000 + ["x"], name="a", dtype=object)
    mixed = pd.Series([1] * 1000 + ["x"], name="a", dtype=object)
    numbers = pd.Series([1.0] * 1000 + [None], name="a")

    assert specs(column) == [{"type": "string", "name": "a", "required": False}]
    assert specs(mixed) == [{"type": "any", "name": "a", "required": True}]
    assert specs(numbers) == [{"type": "double", "name": "a", "required": False}]


def test_subclasses_of_scalars_are_what_they_derive_from():
    class Text(str):
        __slots__ = ()

    assert specs([Text("x")]) == [{"type": "string", "required": True}]
    assert specs([{"a": True, "b": Text("x")}, {"a": False}])[0]["type"] == "boolean"


def test_the_elements_of_an_array_are_not_read():
    array = np.ones((2_000_000, 10))

    assert seconds(lambda: infer_schema(array)) < seconds(array.sum) / 10


def test_a_frame_of_numbers_is_not_walked_through_in_python():
    frame = pd.DataFrame(np.ones((500_000, 4)))

    walked = seconds(lambda: [None for value in frame[0] if value is None])

    assert seconds(lambda: infer_schema(frame)) < walked


def seconds(action):
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def test_deep_nesting_is_described():
    nested = 1
    for _ in range(min(50, sys.getrecursionlimit() // 20)):
        nested = [nested]

    assert infer_schema(nested).to_json().count('"array"') == 49
