"""What the texts of params say."""

from __future__ import annotations

import pytest

from autolog.sinks.param_values import value_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-3", -3),
        ("0.10", 0.1),
        ("1.", 1.0),
        ("1e-05", 1e-05),
        ("True", True),
        ("False", False),
        ("None", None),
        ("true", "true"),
        ("", ""),
        ("1_000", "1_000"),
        (" 1", " 1"),
        ("1.10.2", "1.10.2"),
        ("\u0661", "\u0661"),  # a digit, and no number of Python's
        ("nan", "nan"),
        ("1e999", "1e999"),
        (str(2**53), 2**53),
        (str(2**53 + 1), str(2**53 + 1)),
    ],
)
def test_a_text_is_what_it_says(text, value):
    assert (value_of(text), type(value_of(text))) == (value, type(value))
