"""What sinks that write into a folder have in common: their URIs, and a folder that refuses."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from autolog.errors import ConfigurationError, DiskFull, SinkUnavailable
from autolog.full_disk import DISK_FULL

if TYPE_CHECKING:
    from collections.abc import Iterator


def check(uri: str) -> None:
    """Says whether the URI of a sink names a folder, without touching the disk.

    Args:
        uri: The sink's scheme, a colon and the folder.

    Raises:
        ConfigurationError: It names no folder.
    """
    scheme, _, folder = uri.partition(":")
    if not folder or folder.startswith("//") or "\0" in folder:
        raise ConfigurationError(
            f"The sink {uri!r} names no folder. Write `{scheme}:runs` for a relative folder, or "
            f"`{scheme}:/data/runs` for an absolute one."
        )


def folder_of(uri: str, directory: Path) -> Path:
    """The folder that the URI of a sink names.

    Args:
        uri: As `check` takes it.
        directory: The autolog directory. A relative path is taken from the folder that holds it,
            not from the working directory of the moment.

    Raises:
        ConfigurationError: It names no folder.
    """
    check(uri)
    return directory.absolute().parent / uri.partition(":")[2]


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Surrounds what writes into a folder.

    Args:
        folder: The folder, for messages about errors that name no file.

    Raises:
        DiskFull: There is no room.
        SinkUnavailable: It cannot be written now.
    """
    try:
        yield
    except OSError as error:
        place = Path(error.filename or folder)
        if error.errno in DISK_FULL:
            raise DiskFull(place) from error
        raise SinkUnavailable(f"{place} cannot be written: {error}.") from error
