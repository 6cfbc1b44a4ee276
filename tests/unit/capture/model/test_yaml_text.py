"""Our YAML says to every reader exactly what was written."""

from __future__ import annotations

import math

import pytest
import yaml
from hypothesis import given, strategies as st

from autolog.capture.model.yaml_text import to_yaml

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=128)
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=30
)
LOADERS = [yaml.SafeLoader, yaml.CSafeLoader]


def with_types(data):
    """Tells `True` from 1 and from 1.0, which are equal."""
    if isinstance(data, dict):
        return {key: with_types(value) for key, value in data.items()}
    if isinstance(data, list):
        return [with_types(item) for item in data]
    return type(data), data


@pytest.mark.parametrize("loader", LOADERS)
@given(data=DATA)
def test_what_is_read_is_what_was_written(loader, data):
    read = yaml.load(to_yaml(data), loader)

    assert with_types(read) == with_types(data)


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    "text",
    [
        "", " ", "~", "null", "Yes", "no", "ON", "y", "N", "True", "1", "1.5", "1e3", "0x1F",
        "1:30", "2026-11-21", "=", "<<", "- a", "a: b", "a #b", "a:", "#", "&a", "*a", "!a", "|",
        ">", "%", "@", "`", "'", '"', "it's", "\\", "a\nb", "a\r\n", "\t", " a ", "---", "...",
        "{}", "[]", "?", "\x00", "\x7f", "\x85", "\u2028", "\ufeff", "\ufffe", "é", "日本", "😀",
        "-r requirements.txt",
    ],
)  # fmt: skip
def test_texts_that_look_like_something_else_stay_texts(loader, text):
    data = {"value": text, "list": [text], "nested": {text: text}}

    assert yaml.load(to_yaml(data), loader) == data


def test_numbers_that_no_equation_holds_for():
    read = yaml.safe_load(to_yaml([math.nan, math.inf, -math.inf, 1e20, -0.0]))

    assert math.isnan(read[0])
    assert read[1:] == [math.inf, -math.inf, 1e20, 0.0]
    assert math.copysign(1, read[-1]) == -1


def test_the_text_is_for_human_eyes():
    data = {
        "flavors": {"sklearn": {"code": None, "sklearn_version": "1.9.1"}},
        "dependencies": ["python=3.11.7", {"pip": ["numpy==2.4.6"]}],
        "signature": '[{"type": "double"}]',
        "matrix": [[1, 2], []],
    }

    assert to_yaml(data).splitlines() == [
        "flavors:",
        "  sklearn:",
        "    code: null",
        "    sklearn_version: '1.9.1'",
        "dependencies:",
        "- python=3.11.7",
        "- pip:",
        "  - numpy==2.4.6",
        'signature: \'[{"type": "double"}]\'',
        "matrix:",
        "- - 1",
        "  - 2",
        "- []",
    ]


def test_what_is_not_plain_data_is_refused():
    with pytest.raises(TypeError, match="not of a set"):
        to_yaml({"value": {1}})
