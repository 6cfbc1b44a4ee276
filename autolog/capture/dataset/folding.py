"""Folds an array of any size into few numbers, as fast as memory is read.

A cryptographic hash of 400 MB takes three times as long, which a training that uses all cores
would feel. So the rows go into a sum first, 2048 at a time, and only the sums are hashed: in each
column the values are multiplied, as whole numbers of 64 bits, by one odd number per row and added
up. A change of any value changes its sum. For two changes to cancel out, they would have to stand
in the inverse ratio of their rows' numbers, which are as good as drawn by lot. Before that the
upper half of a number is folded onto its lower half, because what floats differ in is mostly above,
and products lose their upper bits.

A sum does not depend on the order of its terms, so that each array is read in the order in which it
lies in memory, and equal values give equal sums.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

ROWS = 2048
"""Rows that go into one sum."""

_PIECE = 1 << 17
_WORD_BYTES = (1, 2, 4, 8)


def folds(values: NDArray[Any]) -> Iterator[NDArray[np.uint64]]:
    """Sums over the rows of an array, with one column for each of its own.

    Args:
        values: An array of at least one dimension, with no objects in it.

    Yields:
        Some rows of sums at a time. Never more than 1 MB of the array are copied.
    """
    width = math.prod(values.shape[1:]) * _words_each(values.dtype)
    if width > _PIECE and values.ndim > 1:
        for row in values:
            yield from folds(row)
    elif width:
        rows = min(ROWS, max(1, _PIECE // width))
        step = rows * max(1, _PIECE // (rows * width))
        room: NDArray[np.uint64] | None = None
        for start in range(0, len(values), step):
            words = _words(values[start : start + step])
            whole = len(words) // rows * rows
            if whole:
                blocks = words[:whole].reshape(-1, rows, width)
                room = _room_for(blocks, room)
                yield _sums(blocks, room)
            if whole < len(words):
                rest = words[whole:].reshape(1, -1, width)
                yield _sums(rest, _room_for(rest, None))


def _words_each(dtype: np.dtype[Any]) -> int:
    """How many whole numbers stand for one value."""
    if dtype.char in "gG":
        return 1 if dtype.char == "g" else 2
    return 1 if dtype.itemsize in _WORD_BYTES else dtype.itemsize // _word_bytes(dtype)


def _word_bytes(dtype: np.dtype[Any]) -> int:
    return {"U": 4, "c": 8}.get(dtype.kind, 1)


def _words(piece: NDArray[Any]) -> NDArray[Any]:
    """The memory of the values as whole numbers; those that need several get an axis for them."""
    import numpy as np

    if piece.dtype.char in "gG":  # with bytes that belong to no value
        piece = piece.astype("f8" if piece.dtype.char == "g" else "c16")
    if piece.dtype.itemsize in _WORD_BYTES:
        return piece.view(f"u{piece.dtype.itemsize}")
    return np.ascontiguousarray(piece)[..., None].view(f"u{_word_bytes(piece.dtype)}")


def _room_for(words: NDArray[Any], room: NDArray[np.uint64] | None) -> NDArray[np.uint64]:
    """An array to work in, laid out as the words are: the same one again wherever it fits.

    Each new one would be new memory, and the training, which asks for some too, would wait for it.
    """
    import numpy as np

    return (
        room
        if room is not None and room.shape == words.shape
        else np.empty_like(words, dtype=np.uint64)
    )


def _sums(words: NDArray[Any], room: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The weighted sums of blocks of rows."""
    import numpy as np

    if words.itemsize == 8:  # noqa: PLR2004 - the bytes of a number with an upper half
        np.right_shift(words, np.uint64(32), out=room)
        np.bitwise_xor(room, words, out=room)
    else:
        np.copyto(room, words)
    sums: NDArray[np.uint64] = np.einsum("brc,r->bc", room, _weights()[: words.shape[1]])
    return sums


@cache
def _weights() -> NDArray[np.uint64]:
    """Odd numbers without any order, the same in every process: those of SplitMix64."""
    import numpy as np

    mixed = np.arange(1, ROWS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (mixed ^ (mixed >> np.uint64(31))) | np.uint64(1)
