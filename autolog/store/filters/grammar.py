"""Reads a filter or an order into comparisons and keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NoReturn

from autolog.errors import FilterError
from autolog.store.filters.fields import field
from autolog.store.filters.tokens import tokens, unquoted

if TYPE_CHECKING:
    from autolog.store.filters.fields import Field
    from autolog.store.filters.tokens import Token

_EQUALITY = ("=", "!=")
_ORDERING = ("<", "<=", ">", ">=")
_MEMBERSHIP = ("IN", "NOT IN")
_PATTERNS = ("LIKE", "ILIKE")

Value = float | str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One condition of a filter.

    Attributes:
        field: What is compared.
        operator: `=`, `!=`, `<`, `<=`, `>`, `>=`, `LIKE`, `ILIKE`, `IN`, `NOT IN`, `IS NULL` or
            `IS NOT NULL`.
        value: What it is compared with: a number (for a moment: milliseconds since the epoch), a
            text, several texts, or None where the operator says it all.
    """

    field: Field
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class Order:
    """What to sort by.

    Attributes:
        field: The field.
        descending: Whether the largest comes first.
    """

    field: Field
    descending: bool


def parse_filter(text: str) -> tuple[Comparison, ...]:
    """The conditions of a filter, all of which must hold; none for a blank text.

    Raises:
        FilterError: The text is no filter.
    """
    return _Parser(text, "filter").filter()


def parse_order(text: str) -> Order:
    """What an order such as `metrics.accuracy DESC` means; ascending where it does not say.

    Raises:
        FilterError: The text is no order.
    """
    return _Parser(text, "order").order()


class _Parser:
    def __init__(self, text: str, what: str) -> None:
        self._text = text
        self._what = what
        self._tokens = list(tokens(text))
        self._place = 0

    def filter(self) -> tuple[Comparison, ...]:
        if self._next.kind == "end":
            return ()
        comparisons = [self._comparison()]
        while self._takes_word("AND"):
            comparisons.append(self._comparison())
        if self._is_word("OR"):
            self._fail("`and`, as filters know no `or`,")
        self._end("`and`")
        return tuple(comparisons)

    def order(self) -> Order:
        key = self._field()
        descending = self._takes_word("DESC")
        if not descending:
            self._takes_word("ASC")
        self._end("ASC or DESC")
        return Order(key, descending)

    def _comparison(self) -> Comparison:
        compared = self._field()
        position = self._next.position
        operator = self._operator()
        allowed = _operators_of(compared)
        if operator not in allowed:
            raise FilterError(
                f"{compared} cannot be compared with {operator} (position {position} of the "
                f"{self._what} {self._text!r}). Possible are {', '.join(allowed)}."
            )
        return Comparison(compared, operator, self._value(compared, operator))

    def _field(self) -> Field:
        token = self._next
        if token.kind != "name":
            self._fail("a name such as metrics.accuracy, params.C, tags.user or status")
        self._place += 1
        return field(token.prefix, token.key, token.position)

    def _operator(self) -> str:
        token = self._next
        if token.kind == "sign" and token.text not in {"(", ")", ","}:
            self._place += 1
            return "!=" if token.text == "<>" else token.text
        for operator in ("LIKE", "ILIKE", "IN"):
            if self._takes_word(operator):
                return operator
        if self._takes_word("NOT"):
            self._expect_word("IN")
            return "NOT IN"
        if not self._takes_word("IS"):
            self._fail("an operator such as =, >, LIKE, IN or IS NULL")
        operator = "IS NOT NULL" if self._takes_word("NOT") else "IS NULL"
        self._expect_word("NULL")
        return operator

    def _value(self, compared: Field, operator: str) -> Value:
        if operator.startswith("IS "):
            return None
        if operator in _MEMBERSHIP:
            return self._list(compared)
        if compared.is_time and self._next.kind == "string":
            return self._moment()
        if compared.numeric:
            return self._number(compared)
        return self._string(compared)

    def _list(self, compared: Field) -> tuple[str, ...]:
        self._expect_sign("(")
        values = [self._string(compared)]
        while self._next.text == ",":
            self._place += 1
            values.append(self._string(compared))
        self._expect_sign(")")
        return tuple(values)

    def _number(self, compared: Field) -> float:
        token = self._next
        if token.kind != "number":
            self._fail(f"a number for {compared}")
        self._place += 1
        return float(token.text)

    def _string(self, compared: Field) -> str:
        token = self._next
        if token.kind != "string":
            self._fail(f"a text in quotes for {compared}")
        self._place += 1
        return unquoted(token.text)

    def _moment(self) -> float:
        try:
            moment = datetime.fromisoformat(unquoted(self._next.text))
        except ValueError:
            self._fail("milliseconds since the epoch, or a date such as '2026-01-31T18:00'")
        self._place += 1
        return moment.timestamp() * 1000

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def _is_word(self, word: str) -> bool:
        return self._next.kind == "name" and self._next.text.upper() == word

    def _takes_word(self, word: str) -> bool:
        found = self._is_word(word)
        self._place += found
        return found

    def _expect_word(self, word: str) -> None:
        if not self._takes_word(word):
            self._fail(word)

    def _expect_sign(self, sign: str) -> None:
        if self._next.text != sign:
            self._fail(f"{sign!r}")
        self._place += 1

    def _end(self, expected: str) -> None:
        if self._next.kind != "end":
            self._fail(f"{expected} or the end")

    def _fail(self, expected: str) -> NoReturn:
        found = repr(self._next.text) if self._next.text else "the end"
        raise FilterError(
            f"Expected {expected} at position {self._next.position} of the {self._what} "
            f"{self._text!r}, found {found}."
        )


def _operators_of(compared: Field) -> tuple[str, ...]:
    comparing = _ORDERING if compared.numeric else (*_PATTERNS, *_MEMBERSHIP)
    return (*_EQUALITY, *comparing, "IS NULL", "IS NOT NULL")
