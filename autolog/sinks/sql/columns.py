"""Types of columns that mean the same in every database."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Double, Integer, String, Text
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine

_MYSQL = {"mysql", "mariadb"}

RowId = BigInteger().with_variant(Integer, "sqlite")
"""A number that a database gives a row itself."""


class PlainText(TypeDecorator[str]):
    """A text that is compared character by character, whatever the database's language.

    Args:
        length: Characters at most, where an index has no room for texts of any length.
    """

    impl = Text
    cache_ok = True

    def __init__(self, length: int | None = None) -> None:
        super().__init__()
        self.length = length

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """The database's own type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Text(collation="C"))
        collation = _collation(dialect) if dialect.name in _MYSQL else None
        if self.length is not None:
            return dialect.type_descriptor(String(self.length, collation=collation))
        if dialect.name in _MYSQL:
            from sqlalchemy.dialects.mysql import LONGTEXT

            return dialect.type_descriptor(LONGTEXT(collation=collation))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text, without what PostgreSQL does not take."""
        del dialect
        return None if value is None else without_zeros(value)


class Number(TypeDecorator[float]):
    """A number; not a number is NULL, which equals nothing, as a NaN does not."""

    impl = Double
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> float | None:
        """MySQL has no infinities: the largest numbers take their place."""
        if value is None or math.isnan(value):
            return None
        if dialect.name in _MYSQL and math.isinf(value):
            return math.copysign(sys.float_info.max, value)
        return value


def without_zeros(text: str) -> str:
    """A text in which the character that stands for any other takes the place of character 0."""
    return text.replace("\0", "\ufffd")


def _collation(dialect: Any) -> str:
    """That of MySQL or MariaDB in which a blank at the end counts too."""
    return "utf8mb4_nopad_bin" if dialect.is_mariadb else "utf8mb4_0900_bin"
