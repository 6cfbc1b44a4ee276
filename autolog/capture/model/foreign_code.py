"""Errors of code that is not ours, told as one of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.errors import AutologError
from autolog.full_disk import DISK_FULL

if TYPE_CHECKING:
    from types import TracebackType


class failing_as:  # noqa: N801 - reads as a statement, like `guard`
    """A block that runs foreign code: its `Exception` or `SystemExit` becomes an error of ours.

    A full disk stays what it is, and so do errors that are ours already.

    Args:
        kind: The error to raise instead.
        action: What failed, to complete "... failed (TypeError: ...)".

    Example:
        >>> with failing_as(ModelNotSerialisable, "pickling the model"):
        ...     pickle.dump(model, file)
    """

    __slots__ = ("action", "kind")

    def __init__(self, kind: type[AutologError], action: str) -> None:
        self.kind = kind
        self.action = action

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # the code of a model that is called by us has no business ending the user's process
        if not isinstance(error, Exception | SystemExit) or isinstance(error, AutologError):
            return
        if isinstance(error, OSError) and error.errno in DISK_FULL:
            return
        raise self.kind(f"{self.action} failed ({type(error).__name__}: {error})") from error
