"""Schemas and signatures as values, and the JSON in which MLflow keeps them."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from autolog.errors import SchemaError

if TYPE_CHECKING:
    from autolog.capture.signature.column_types import ColumnType

Name: TypeAlias = str | int | float | tuple[Any, ...] | None
"""What JSON can say of the name of a column; a column of several levels has a tuple."""

_JSON_NAMES = (str, int, float)


class ColumnSpec(msgspec.Struct, frozen=True):
    """A column of a table.

    Attributes:
        type: The type of its values.
        name: Its name; `None` where the columns have none.
        required: Whether each row has a value.
    """

    type: ColumnType
    name: Name = None
    required: bool = True

    def to_dict(self) -> dict[str, Any]:
        """The form that is written as JSON."""
        name = {} if self.name is None else {"name": self.name}
        return {**self.type.to_dict(), **name, "required": self.required}


class TensorSpec(msgspec.Struct, frozen=True):
    """An array.

    Attributes:
        dtype: NumPy's name for the type of its elements, without the length of text.
        shape: Its lengths; -1 for the number of rows, which may be any.
        name: Its name among others.
    """

    dtype: str
    shape: tuple[int, ...]
    name: Name = None

    def to_dict(self) -> dict[str, Any]:
        """The form that is written as JSON."""
        name = {} if self.name is None else {"name": self.name}
        tensor = {"dtype": self.dtype, "shape": self.shape}
        return {**name, "type": "tensor", "tensor-spec": tensor}


Specs: TypeAlias = tuple[ColumnSpec, ...] | tuple[TensorSpec, ...]
"""What a schema consists of: columns or arrays."""


class Schema(msgspec.Struct, frozen=True):
    """What a table, or a group of arrays, consists of.

    Attributes:
        specs: Its columns or its arrays, in their order.

    Raises:
        SchemaError: There are none, or the names cannot be told apart in JSON.
    """

    specs: Specs

    def __post_init__(self) -> None:
        if not self.specs:
            raise SchemaError("Data without any column have no schema.")
        names = [spec.name for spec in self.specs]
        if any(name is not None for name in names):
            _check_names(names)

    def to_json(self) -> str:
        """The text that MLflow writes for the same data."""
        return json.dumps([spec.to_dict() for spec in self.specs])


class Signature(msgspec.Struct, frozen=True):
    """What a model takes, and what it gives.

    Attributes:
        inputs: What it takes, if that is known.
        outputs: What it gives, if that is known.
    """

    inputs: Schema | None = None
    outputs: Schema | None = None

    def to_mlmodel(self) -> dict[str, str | None]:
        """The value of `signature` in an `MLmodel` file: each schema is a text of its own there."""
        return {
            "inputs": self.inputs.to_json() if self.inputs else None,
            "outputs": self.outputs.to_json() if self.outputs else None,
            "params": None,
        }

    def to_json(self) -> str:
        """The same as one JSON object."""
        return json.dumps(self.to_mlmodel())


def _check_names(names: list[Name]) -> None:
    for name, count in Counter(names).items():
        if name is None:
            raise SchemaError(f"Of the columns {names} some have no name; give each a name.")
        if not _is_json(name):
            kind = type(name).__name__
            raise SchemaError(f"The column {name!r} is named by a {kind}; use text or a number.")
        if count > 1:
            raise SchemaError(f"{count} columns are named {name!r}; give each a name of its own.")


def _is_json(name: Name) -> bool:
    return all(map(_is_json, name)) if isinstance(name, tuple) else isinstance(name, _JSON_NAMES)
