"""The file that a model is serialised to: whole, within its limit, or not there."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from autolog.capture.model.foreign_code import failing_as
from autolog.capture.quiet import quiet
from autolog.errors import ModelNotSerialisable, ModelTooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Writable(Protocol):
    """All that a serialiser needs of a file."""

    def write(self, data: Any, /) -> int:
        """Writes bytes, or anything that holds bytes."""
        ...


@contextmanager
def model_file(path: Path, model: object, max_bytes: int | None) -> Iterator[Writable]:
    """Opens a new file for a model's serialised form, and removes it if that does not succeed.

    Args:
        path: Where to write.
        model: The model, for messages.
        max_bytes: The most that may be written; `None` for no limit.

    Raises:
        ModelTooLarge: It was going to be more.
        ModelNotSerialisable: The block raised an `Exception`.
        OSError: The disk is full.
    """
    kind = type(model)
    try:
        with (
            failing_as(
                ModelNotSerialisable, f"Serialising a {kind.__module__}.{kind.__qualname__}"
            ),
            quiet(),
            path.open("xb") as file,
        ):
            yield file if max_bytes is None else _LimitedFile(file, max_bytes)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


class _LimitedFile:
    def __init__(self, file: BinaryIO, limit: int) -> None:
        self._file = file
        self._limit = limit
        self._written = 0

    def write(self, data: Any, /) -> int:
        self._written += memoryview(data).nbytes
        if self._written > self._limit:
            raise ModelTooLarge(
                f"The model takes more than the {self._limit} bytes that `max_model_bytes` allows."
            )
        return self._file.write(data)
