"""Digests tell contents apart, and nothing but contents."""

from __future__ import annotations

import datetime as dt
import decimal
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as arrays

from autolog.capture.dataset import limits
from autolog.capture.dataset.digest import digest_of
from autolog.capture.dataset.sources import parts_of

GENERATOR = np.random.default_rng(0)
VALUES = GENERATOR.standard_normal((5000, 7))
LABELS = ["low", "high", None, "ünï\x00code", "\ud800"] * 1000


def digest(*data, rows=None):
    return digest_of([part for one in data for part in parts_of(one)], rows)


def frame(**columns):
    return pd.DataFrame({"a": VALUES[:, 0], "b": np.arange(5000), **columns})


KINDS = {
    "array": VALUES,
    "vector": VALUES[:, 0],
    "scalar": np.array(3.0),
    "images": VALUES.reshape(100, 10, 5, 7),
    "wide": VALUES.reshape(1, -1),
    "floats of 4 bytes": VALUES.astype("f4"),
    "floats of 2 bytes": VALUES.astype("f2"),
    "long floats": VALUES.astype("g"),
    "complex": VALUES + 1j,
    "bytes": VALUES.astype("i1"),
    "bools": VALUES > 0,
    "text of fixed length": VALUES[:200].astype("U"),
    "bytes of fixed length": VALUES[:200].astype("S"),
    "dates": np.arange(5000).astype("M8[s]"),
    "objects": np.array(LABELS, dtype=object),
    "records": np.array([(1, 2.0), (3, 4.0)], dtype=[("a", "i4"), ("b", "f8")]),
    "empty": np.empty((0, 3)),
    "no columns": np.empty((3, 0)),
    "frame": frame(),
    "frame of text": frame(s=pd.Series(LABELS[:2] * 2500)),
    "frame of objects": frame(s=pd.Series(LABELS, dtype=object)),
    "frame of categories": frame(c=pd.Categorical(LABELS[:3] * 1666 + ["low", "low"])),
    "frame of dates": frame(d=pd.date_range("2020", periods=5000, tz="Europe/Berlin")),
    "frame of nullable": frame(i=pd.array([1, None] * 2500, dtype="Int64")),
    "frame of Arrow's": frame(i=pd.array([1, None] * 2500, dtype="int64[pyarrow]")),
    "frame without rows": frame().head(0),
    "series": pd.Series(VALUES[:, 0]),
    "index": pd.Index(range(5000)),
    "polars": pl.DataFrame({"a": VALUES[:, 0], "s": LABELS[:2] * 2500, "n": [1, None] * 2500}),
    "polars of categories": pl.DataFrame({"c": LABELS[:2] * 2500}).cast(pl.Categorical),
    "polars series": pl.Series("a", VALUES[:, 0]),
    "arrow": pa.table({"a": VALUES[:, 0], "s": LABELS[:2] * 2500, "n": [1, None] * 2500}),
    "arrow bools": pa.table({"a": VALUES[:, 0] > 0}),
    "arrow array": pa.array(VALUES[:, 0]),
    "lists": VALUES[:50].tolist(),
    "tuples": list(map(tuple, VALUES[:50].tolist())),
    "list of arrays": list(VALUES[:50].T),
    "dictionaries": [{"a": 1, "b": [1, {"c": None}]}, {"a": 2}],
    "odd objects": [decimal.Decimal("1.5"), dt.date(2020, 1, 1), {"x", "y"}, object()],
    "dictionary of arrays": {"left": VALUES, "right": VALUES[:, 0]},
    **{
        f"sparse {name}": getattr(scipy.sparse, f"{name}_array")(
            scipy.sparse.diags([np.arange(60.0), np.arange(1.0, 58.0)], [0, 3])
        )
        for name in ("bsr", "coo", "csc", "csr", "dia", "dok", "lil")
    },
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_data_has_a_digest_of_eight_digits_that_stays(name):
    first, again = digest(KINDS[name]), digest(KINDS[name])

    assert first == again
    assert len(first.digits) == 8
    assert int(first.digits, 16) >= 0
    assert first.rows is None


def test_different_data_have_different_digests():
    digests = {name: digest(data).digits for name, data in KINDS.items()}

    assert len(set(digests.values())) == len(digests)


@pytest.mark.parametrize("seed", ["0", "1"])
def test_digests_are_the_same_in_every_process(seed):
    script = (
        "import numpy as np, pandas as pd\n"
        "from autolog.capture.dataset.digest import digest_of\n"
        "from autolog.capture.dataset.sources import parts_of\n"
        "data = pd.DataFrame({'a': np.arange(9.0), 's': pd.Series(['x', None, {'y', 'z'}] * 3)})\n"
        "print(digest_of(parts_of(data)).digits)"
    )

    printed = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONHASHSEED": seed},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()

    data = pd.DataFrame({"a": np.arange(9.0), "s": pd.Series(["x", None, {"y", "z"}] * 3)})
    assert printed == digest(data).digits


@pytest.mark.parametrize("dtype", ["f8", "f4", "i4", "u1", "c16", "U5"])
def test_equal_arrays_have_equal_digests_however_they_lie_in_memory(dtype):
    values = VALUES.astype(dtype)
    wide = np.repeat(np.repeat(values, 2, axis=0), 3, axis=1)

    found = {
        digest(array).digits
        for array in (
            values,
            np.asfortranarray(values),
            wide[::2, ::3],
            values[::-1].copy()[::-1],
            values[:, ::-1].copy()[:, ::-1],
        )
    }

    assert len(found) == 1


def test_arrays_of_higher_rank_are_equal_in_either_order():
    values = VALUES.reshape(50, 100, 7)

    assert digest(np.asfortranarray(values)) == digest(values)


def test_an_array_that_is_not_aligned_has_the_same_digest():
    memory = np.zeros(VALUES.nbytes + 1, dtype="u1")
    crooked = memory[1:].view("f8").reshape(VALUES.shape)
    crooked[:] = VALUES

    assert not crooked.flags.aligned
    assert digest(crooked) == digest(VALUES)


def test_a_frame_has_the_same_digest_in_one_block_and_in_many():
    whole = pd.DataFrame(VALUES, columns=list("abcdefg"))
    columns = pd.DataFrame({name: whole[name].copy() for name in whole})
    grown = whole[["a"]].copy()
    for name in "bcdefg":
        grown[name] = whole[name].to_numpy().copy()
    among_others = whole.assign(z=0.0)[list("abcdefg")]

    digests = {digest(one) for one in (whole, columns, grown, among_others, whole[:])}

    assert len(digests) == 1


def test_the_index_of_a_frame_does_not_count():
    assert digest(frame()) == digest(frame().set_axis(range(9, 5009)))


@pytest.mark.parametrize("chunk", [1, 700, 5000])
def test_tables_have_the_same_digest_whatever_their_chunks(chunk):
    whole = KINDS["arrow"]
    pieces = pa.concat_tables([whole[at : at + chunk] for at in range(0, 5000, chunk)][:5])

    assert digest(pieces) == digest(whole[: 5 * chunk])


@given(
    arrays.arrays(
        st.sampled_from(["f8", "f4", "i8", "i1", "?"]), st.tuples(st.integers(1, 40), st.just(3))
    ),
    st.data(),
)
def test_a_change_of_any_value_changes_the_digest(values, data):
    row = data.draw(st.integers(0, len(values) - 1))
    column = data.draw(st.integers(0, 2))
    changed = values.copy()
    changed[row, column] = not values[row, column]

    assert (digest(changed) == digest(values)) == (changed.tobytes() == values.tobytes())


@pytest.mark.parametrize(
    "change",
    [
        lambda v: -v,
        lambda v: v * 2,
        lambda v: v[::-1],
        lambda v: v[:, ::-1],
        lambda v: v[:-1],
        lambda v: np.roll(v, 1, axis=0),
        lambda v: np.roll(v, 2048, axis=0),
        lambda v: v.T,
        lambda v: v.reshape(7, 5000),
        lambda v: v.astype("f4").astype("f8"),
        lambda v: np.where(np.arange(7) == 3, -v, v),
    ],
)
def test_changes_of_many_values_do_not_cancel_out(change):
    assert digest(change(VALUES)) != digest(VALUES)


def test_any_two_labels_that_are_exchanged_change_the_digest():
    labels = np.array([0.0] * 300 + [1.0] * 300)

    digests = set()
    for place in range(300):
        exchanged = labels.copy()
        exchanged[[place, 599 - place]] = exchanged[[599 - place, place]]
        digests.add(digest(exchanged).digits)

    assert len(digests) == 300
    assert digest(labels).digits not in digests


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (frame(), frame().rename(columns={"a": "A"})),
        (frame(), frame()[["b", "a"]]),
        (frame(), frame().astype({"b": "int32"})),
        (frame(), pl.from_pandas(frame()).with_columns(pl.lit(1).alias("c"))),
        (["a\x00b", "c"], ["a", "b\x00c"]),
        ([1], [1.0]),
        ([1], [True]),
        (["1"], [1]),
        ([[1, 2]], [[1], [2]]),
        ([{"a": 1}], [{"b": 1}]),
        ([decimal.Decimal(1)], [decimal.Decimal(2)]),
        (pd.Categorical(["a", "b"]).as_unordered(), pd.Categorical(["a", "c"])),
        (np.array(["2020-01-01"], "M8[D]"), np.array(["2020-01-01"], "M8[s]")),
    ],
)
def test_names_order_and_types_count(one, other):
    one, other = (pd.Series(x) if isinstance(x, pd.Categorical) else x for x in (one, other))

    assert digest(one) != digest(other)


def test_targets_count():
    assert digest(VALUES, VALUES[:, 0]) != digest(VALUES, VALUES[:, 1])
    assert digest(VALUES, VALUES[:, 0]) != digest(VALUES)


def test_the_type_of_an_unknown_object_is_told_and_its_code_is_not_run():
    class Loud:
        def __repr__(self):
            pytest.fail("code of the user's was called")

        __str__ = __repr__

    assert digest([Loud()]) == digest([Loud()])
    assert digest([Loud()]) != digest([object()])


def test_lists_that_contain_themselves_have_a_digest():
    endless = [1]
    endless.append(endless)

    assert len(digest(endless).digits) == 8


def test_too_many_objects_are_read_in_part_and_the_digest_says_so(monkeypatch):
    monkeypatch.setattr(limits, "_MOST_OBJECTS", 9999)
    monkeypatch.setattr(limits, "_SAMPLED_OBJECTS", 200)
    texts = frame(s=pd.Series(LABELS, dtype=object), t=pd.Series(LABELS[::-1], dtype=object))

    found = digest(texts)

    assert found.rows == 100
    assert found == digest(texts)
    assert found != digest(texts.assign(a=-texts["a"]))
    assert digest(texts.drop(columns="t")).rows is None


def test_objects_that_take_long_are_read_in_part_sooner(monkeypatch):
    monkeypatch.setattr(limits, "_MOST_SLOW_OBJECTS", 100)
    dates = pd.Series([dt.date(2020, 1, 1), None] * 2500, dtype=object)

    assert digest(frame(d=dates)).rows == 100
    assert digest(frame(d=dates.map(str))).rows is None


def test_too_long_texts_are_read_in_part(monkeypatch):
    monkeypatch.setattr(limits, "_MOST_BYTES", 500_000)
    monkeypatch.setattr(limits, "_SAMPLED_BYTES", 5000)

    assert digest(["x" * 150] * 5000).rows < 5000
    assert digest(["x" * 50] * 5000).rows is None


@pytest.mark.parametrize("row", [0, 1, 8191, 8192, 77_777, 99_999])
@pytest.mark.parametrize(
    ("data", "other"),
    [
        ([str(row) for row in range(100_000)], "x"),
        ([None if row % 3 else str(row) for row in range(100_000)], "x"),
        (list(range(100_000)), -1),
        ([[float(row), row, str(row)] for row in range(100_000)], [0.0, -1, "x"]),
        ([(row, 0.5) for row in range(100_000)], (-1, 0.5)),
        ([row % 2 == 0 for row in range(100_000)], None),
    ],
    ids=["texts", "texts and none", "numbers", "rows", "rows of numbers", "truths"],
)
def test_any_row_of_many_objects_counts(data, other, row):
    changed = [*data[:row], other, *data[row + 1 :]]
    columns = pd.DataFrame({"a": pd.Series(data, dtype=object)})

    assert digest(changed) != digest(data)
    assert digest(data).rows is None
    if not isinstance(other, list | tuple):
        assert digest(columns.assign(a=pd.Series(changed, dtype=object))) != digest(columns)


def test_dates_of_a_time_zone_count_as_numbers_do():
    dates = pd.Series(pd.date_range("2020", periods=300_000, freq="s", tz="Europe/Berlin"))
    changed = dates.copy()
    changed[1234] += pd.Timedelta(1, "s")

    assert digest(dates).rows is None
    assert digest(changed) != digest(dates)
    assert digest(dates.dt.tz_convert("UTC")) != digest(dates)


def test_too_large_arrays_are_read_in_part_and_the_digest_says_so(monkeypatch):
    monkeypatch.setattr(limits, "_MOST_BYTES", 1000)
    monkeypatch.setattr(limits, "_SAMPLED_BYTES", 5600)

    found = digest(VALUES)

    assert found.rows == 100
    assert found != digest(VALUES[:-1])


def test_a_digest_can_be_asked_of_a_few_rows():
    assert digest(VALUES, rows=10).rows == 10
    assert digest(VALUES, rows=10) == digest(np.asfortranarray(VALUES), rows=10)
    assert digest(VALUES, rows=5000) == digest(VALUES)
