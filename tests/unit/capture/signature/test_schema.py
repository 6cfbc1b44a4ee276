"""Schemas and signatures, and their JSON."""

from __future__ import annotations

import json

import pytest

from autolog.capture.signature.column_types import Array, Map, Scalar
from autolog.capture.signature.schema import ColumnSpec, Schema, Signature, TensorSpec
from autolog.errors import AutologError, SchemaError

COLUMN = Schema((ColumnSpec(Scalar.LONG, "a", required=False),))
TENSOR = Schema((TensorSpec("float64", (-1, 2)),))


def test_a_column_is_written_as_mlflow_writes_it():
    assert COLUMN.to_json() == '[{"type": "long", "name": "a", "required": false}]'


def test_a_tensor_is_written_as_mlflow_writes_it():
    assert TENSOR.to_json() == (
        '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 2]}}]'
    )


def test_nested_types_are_written_within_each_other():
    schema = Schema((ColumnSpec(Array(Map(Scalar.DOUBLE))),))

    assert json.loads(schema.to_json()) == [
        {
            "type": "array",
            "items": {"type": "map", "values": {"type": "double"}},
            "required": True,
        }
    ]


def test_a_signature_holds_each_schema_as_a_text():
    signature = Signature(COLUMN, TENSOR)

    assert signature.to_mlmodel() == {
        "inputs": COLUMN.to_json(),
        "outputs": TENSOR.to_json(),
        "params": None,
    }
    assert json.loads(signature.to_json()) == signature.to_mlmodel()


def test_what_is_not_known_of_a_signature_is_null():
    assert Signature(COLUMN).to_mlmodel()["outputs"] is None


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        ([], "without any column"),
        (["a", "b", "a"], "2 columns are named 'a'"),
        (["a", None], "some have no name"),
        ([b"a"], "named by a bytes"),
        ([("a", b"b")], "named by a tuple"),
    ],
)
def test_columns_that_cannot_be_told_apart_have_no_schema(names, complaint):
    specs = tuple(ColumnSpec(Scalar.LONG, name) for name in names)

    with pytest.raises(SchemaError, match=complaint):
        Schema(specs)


def test_columns_without_names_are_a_schema_too():
    assert len(Schema((ColumnSpec(Scalar.LONG), ColumnSpec(Scalar.LONG))).specs) == 2


def test_the_error_is_one_of_autologs_and_a_value_error():
    assert issubclass(SchemaError, AutologError)
    assert issubclass(SchemaError, ValueError)
