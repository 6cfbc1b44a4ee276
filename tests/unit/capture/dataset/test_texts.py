"""Columns of text are read as Arrow keeps them: all rows, and no object for any of them."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from autolog.capture.dataset.digest import digest_of
from autolog.capture.dataset.reading import DatasetReading
from autolog.capture.dataset.sources import parts_of

WORDS = ["", "a", "bc", None, "grüße", "0123456789"] * 2000

MAKERS = {
    "pandas": lambda words: pd.DataFrame({"s": pd.Series(words, dtype="string[pyarrow]")}),
    "polars": lambda words: pl.DataFrame({"s": words}),
    "arrow": lambda words: pa.table({"s": pa.array(words, pa.string())}),
}


def digest(data):
    return digest_of(parts_of(data)).digits


@pytest.fixture(params=MAKERS)
def make(request):
    return MAKERS[request.param]


def test_equal_texts_have_equal_digests(make):
    assert digest(make(WORDS)) == digest(make(list(WORDS)))


@pytest.mark.parametrize(
    "change",
    [
        lambda words: words[:-1],
        lambda words: [*words[:-1], "0123456780"],
        lambda words: [words[1], words[0], *words[2:]],
        lambda words: ["" if word is None else word for word in words],
        lambda words: ["ab", "c", *words[2:]],
    ],
    ids=["shorter", "last letter", "other order", "nothing missing", "other borders"],
)
def test_other_texts_have_other_digests(make, change):
    assert digest(make(change(WORDS))) != digest(make(WORDS))


def test_how_texts_are_cut_into_chunks_does_not_matter():
    whole = pa.array(WORDS, pa.string())
    cut = pa.chunked_array([whole.slice(0, 5), whole.slice(5, 0), whole.slice(5)])

    assert digest(pa.table({"s": cut})) == digest(pa.table({"s": whole}))


def test_rows_of_a_larger_table_are_those_rows(make):
    data = make([*WORDS, "more"])

    assert digest(data[: len(WORDS)]) == digest(make(WORDS))


def test_what_arrow_keeps_where_a_text_is_missing_does_not_matter():
    mask = np.array([False, True])
    one, other = (
        pa.Array.from_buffers(
            pa.string(),
            2,
            [
                pa.py_buffer(np.packbits(~mask, bitorder="little")),
                pa.py_buffer(np.array([0, 1, 3], np.int32)),
                pa.py_buffer(content),
            ],
        )
        for content in (b"axy", b"azz")
    )

    assert digest(pa.table({"s": one})) == digest(pa.table({"s": other}))


def test_a_million_texts_are_all_read(make):
    data = make([str(number % 1000) for number in range(1_000_000)])

    reading = DatasetReading(data, None, name="texts")
    reading.settle(60.0)
    found = reading.result(60)

    assert "digest" not in json.loads(found.profile)


def test_no_rows_have_a_digest_too(make):
    assert digest(make(pd.Series([], dtype="string").tolist() or WORDS[:0]))
