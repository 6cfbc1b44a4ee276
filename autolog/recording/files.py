"""The files of one run: written beside their final place, moved there, and told of."""

from __future__ import annotations

import errno
import uuid
from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from autolog.events import ArtifactStored
from autolog.full_disk import naming

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from autolog.capture.plots.plot import Plot


class RunFiles:
    """The folder of a run.

    Args:
        folder: Where the run's files are; made with the first of them.
        emit: Records an event of the run, given its kind and fields.
        replacing: Held while a folder gives its place to another.
        store: The URL of the store that files are uploaded to, if there is one.
    """

    def __init__(
        self,
        folder: Path,
        emit: Callable[..., None],
        replacing: AbstractContextManager[bool],
        store: str | None = None,
    ) -> None:
        self.folder = folder
        self.emit = emit
        self.replacing = replacing
        self.store = store

    def keep(self, place: PurePosixPath, write: Callable[[Path], object]) -> None:
        """Keeps a file.

        Args:
            place: Where, within the run's folder.
            write: Writes the file to the path that it is given, whose ending is that of `place`.
        """
        target = self.folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        # The ending stays, because a figure's format is chosen by it.
        unfinished = target.with_name(f".{uuid.uuid4().hex}{target.suffix}")
        try:
            with naming(target):
                write(unfinished)
            size = unfinished.stat().st_size
            digest = None if self.store is None else _digest(unfinished)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
        self.tell(str(place), size, digest)

    def uploads(self, file: Path) -> bool:
        """Whether a file is one of the run's, which an artifact store is to have."""
        return self.store is not None and file.is_relative_to(self.folder)

    def tell(self, place: str, size: int, digest: str | None) -> None:
        """Tells of a file that is in its place.

        Args:
            place: Its place among the run's files.
            size: Its size in bytes.
            digest: Its SHA-256, which is needed where it is going to be uploaded.
        """
        if self.store is None or digest is None:
            self.emit(ArtifactStored, place, size)
        else:
            from autolog.content_addresses import content_address

            self.emit(ArtifactStored, place, size, None, content_address(self.store, digest))

    def keep_text(self, place: PurePosixPath, render: Callable[[], str]) -> None:
        """Keeps the text that a function makes."""
        text = render()
        # names of classes may hold halves of characters
        content = text.encode("utf-8", errors="backslashreplace")
        self.keep(place, lambda path: path.write_bytes(content))

    def keep_plot(self, plot: Plot) -> None:
        """Keeps the data of a plot, which is drawn when somebody first looks at it."""
        data = PurePosixPath(f"{plot.data_name or plot.name}.json")
        self.keep(data, lambda path: path.write_bytes(plot.to_json()))
        self.emit(ArtifactStored, f"{plot.name}.png", 0, str(data))

    def promise(self, place: str, source: str) -> None:
        """Tells of a file that is made when somebody first looks at it.

        Args:
            place: Its place among the run's files.
            source: The file that it is made from: that of a model whose flavor can do so.
        """
        self.emit(ArtifactStored, place, 0, source)

    def keep_folder(self, name: str, write: Callable[[Path], None]) -> Path:
        """Keeps a folder of files, in place of an earlier one of the name. Tells nobody of it.

        Args:
            name: Its path within the run's folder.
            write: Writes the files into the folder that it is given.

        Returns:
            The folder.
        """
        target = self.folder / name
        unfinished = target.with_name(f".{uuid.uuid4().hex}")
        unfinished.mkdir(parents=True)
        try:
            with naming(target):
                write(unfinished)
            while not _moved(unfinished, target):
                earlier = target.with_name(f".{uuid.uuid4().hex}")
                # another thread may have moved it by now
                with self.replacing, suppress(FileNotFoundError):
                    target.rename(earlier)
                _remove(earlier)
        except BaseException:
            _remove(unfinished)
            raise
        return target


def link_or_copy(source: Path, target: Path) -> None:
    """Gives a file a further name; where the file system has no such thing, copies it."""
    try:
        target.hardlink_to(source)
    except OSError:
        from shutil import copyfile  # late, since most file systems have links

        copyfile(source, target)


def _remove(folder: Path) -> None:
    from shutil import rmtree  # late, since few folders are to be removed

    rmtree(folder, ignore_errors=True)


def _digest(file: Path) -> str:
    from autolog.content_addresses import digest_of

    return digest_of(file)


def _moved(folder: Path, target: Path) -> bool:
    """Moves a folder to its place; False where another is there."""
    try:
        folder.rename(target)
    except OSError as error:
        if error.errno in {errno.EEXIST, errno.ENOTEMPTY}:
            return False
        raise
    return True
