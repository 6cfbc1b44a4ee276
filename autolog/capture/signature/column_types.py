"""The types that a column of MLflow's schemas can have, with the rules that merge two of them."""

from __future__ import annotations

from enum import Enum
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable


class Scalar(Enum):
    """A single value, under MLflow's name for its type."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    LONG = "long"
    FLOAT = "float"
    DOUBLE = "double"
    STRING = "string"
    BINARY = "binary"
    DATETIME = "datetime"

    def to_dict(self) -> dict[str, Any]:
        """The form that is written as JSON."""
        return {"type": self.value}


class Anything(Enum):
    """A value of any type, which MLflow passes on unchecked."""

    UNKNOWN = "there are no values that could tell"
    MIXED = "the values have no type in common that MLflow has a name for"

    def to_dict(self) -> dict[str, Any]:
        """The form that is written as JSON."""
        return {"type": "any"}


class Array(msgspec.Struct, frozen=True):
    """A list of values.

    Attributes:
        items: The type of each.
    """

    items: ColumnType

    def to_dict(self) -> dict[str, Any]:
        """The form that is written as JSON."""
        return {"type": "array", "items": self.items.to_dict()}


class Map(msgspec.Struct, frozen=True):
    """A dictionary whose keys differ from row to row.

    Attributes:
        values: The type of each value; the keys are text.
    """

    values: ColumnType

    def to_dict(self) -> dict[str, Any]:
        """The form that is written as JSON."""
        return {"type": "map", "values": self.values.to_dict()}


class Property(msgspec.Struct, frozen=True):
    """One key of an object.

    Attributes:
        name: The key.
        type: The type of its value.
        required: Whether each object has it.
    """

    name: str
    type: ColumnType
    required: bool = True


class Object(msgspec.Struct, frozen=True):
    """A dictionary with the same keys in each row.

    Attributes:
        properties: The keys, in the order of their names.
    """

    properties: tuple[Property, ...]

    @classmethod
    def of(cls, properties: Iterable[Property]) -> Object:
        """An object with these keys, put into order."""
        return cls(tuple(sorted(properties, key=lambda one: one.name)))

    def to_dict(self) -> dict[str, Any]:
        """The form that is written as JSON."""
        properties = {
            one.name: {**one.type.to_dict(), "required": one.required} for one in self.properties
        }
        return {"type": "object", "properties": properties}


ColumnType: TypeAlias = Scalar | Anything | Array | Map | Object

_NUMBERS = frozenset({Scalar.INTEGER, Scalar.LONG, Scalar.FLOAT, Scalar.DOUBLE})


def merged(one: ColumnType, other: ColumnType) -> ColumnType:
    """The type of a column that has values of both types.

    An object that lacks a key, or is missing itself, makes the key optional. Types with nothing in
    common are `MIXED`, and nothing that follows makes them less so.
    """
    if one is Anything.MIXED or other is Anything.MIXED:
        return Anything.MIXED
    if one is Anything.UNKNOWN:
        one, other = other, one
    if other is Anything.UNKNOWN:
        return _optional(one) if isinstance(one, Object) else one
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return _merged_scalars(one, other)
    if isinstance(one, Array) and isinstance(other, Array):
        return Array(merged(one.items, other.items))
    if isinstance(one, Object) and isinstance(other, Object):
        return _merged_objects(one, other)
    return Anything.MIXED


def merged_all(types: Iterable[ColumnType]) -> ColumnType:
    """The type of a column that has values of all these types, in this order."""
    types = iter(types)
    return reduce(merged, types, next(types, Anything.UNKNOWN))


def _merged_scalars(one: Scalar, other: Scalar) -> ColumnType:
    """Numbers of two types are numbers of a wider one, which MLflow refuses to say."""
    both = {one, other}
    if len(both) == 1:
        return one
    if both == {Scalar.INTEGER, Scalar.LONG}:
        return Scalar.LONG
    return Scalar.DOUBLE if both <= _NUMBERS else Anything.MIXED


def _merged_objects(one: Object, other: Object) -> ColumnType:
    mine = {each.name: each for each in one.properties}
    others = {each.name: each for each in other.properties}
    in_both = [_merged_properties(mine[name], others[name]) for name in mine.keys() & others.keys()]
    in_one = [{**mine, **others}[name] for name in mine.keys() ^ others.keys()]
    return Object.of(
        [*in_both, *(msgspec.structs.replace(each, required=False) for each in in_one)]
    )


def _merged_properties(one: Property, other: Property) -> Property:
    return Property(one.name, merged(one.type, other.type), one.required and other.required)


def _optional(one: Object) -> Object:
    return Object(tuple(msgspec.structs.replace(each, required=False) for each in one.properties))
