"""Which installed distribution a module belongs to, by the lists of files that installers leave."""

from __future__ import annotations

import json
import sys
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autolog.installed import directories_on_path, distribution_of, metadata_folders, normalised

if TYPE_CHECKING:
    from collections.abc import Iterator

_LISTS_OF_FILES = ("RECORD", "installed-files.txt")
_SITE_FOLDERS = ("dist-packages", "site-packages")


class Owner(msgspec.Struct, frozen=True):
    """Where a module comes from.

    Attributes:
        requirement: The distribution, pinned, such as `scikit-learn==1.9.1`; `None` if the module
            is of a local project, which no package index has.
        file: The file or the folder of the module, or of its top-level package.
    """

    requirement: str | None
    file: Path


def owner_of(module: str) -> Owner | None:
    """Finds out where an imported module comes from.

    Reads some files when a package is asked about for the first time: for a background thread.

    Args:
        module: Its full name.

    Returns:
        `None` for the standard library, for modules without a file, and for `__main__`.
    """
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names or top == "__main__":
        return None
    # A namespace package has no file, and each of its parts may come from elsewhere.
    for name in (top, module):
        if file := getattr(sys.modules.get(name), "__file__", None):
            return _owner_of_file(top, Path(file).absolute())
    return None


@cache
def _owner_of_file(top: str, file: Path) -> Owner:
    base = _folder_on_path(file)
    own = file.parent if file.name.startswith("__init__.") else file
    for metadata in _metadata_folders(base, top):
        if _lists(metadata, file.relative_to(base).as_posix(), top):
            return Owner(None if _is_local(metadata) else _pinned(metadata), own)
        time.sleep(0)  # lets the training thread have the interpreter
    return Owner(None, own)


def _folder_on_path(file: Path) -> Path:
    """The deepest folder of `sys.path` that the file is in, or else its own."""
    folders = set(directories_on_path())
    return next((parent for parent in file.parents if str(parent) in folders), file.parent)


def _metadata_folders(base: Path, top: str) -> Iterator[Path]:
    """The folders of metadata beside the modules, first those that are named like the module.

    Their files are long, so that few should be read: `sklearn` is found first in `scikit_learn`,
    which has its letters in their order.
    """
    names = metadata_folders(str(base))
    named = f"{top}-".lower()
    yield from (base / name for name in names if name.lower().startswith(named))
    likely = top.lower().replace("-", "_")
    for name in sorted(names, key=lambda name: (not _abbreviates(likely, name), name)):
        yield base / name


def _abbreviates(short: str, name: str) -> bool:
    letters = iter(name.lower())
    return all(letter in letters for letter in short)


def _lists(metadata: Path, file: str, top: str) -> bool:
    """Whether a distribution says that it has installed a file."""
    for name in _LISTS_OF_FILES:
        if listed := _read(metadata / name):
            return _is_listed(file, listed)
    return top in _read(metadata / "top_level.txt").split()


def _is_listed(file: str, listed: str) -> bool:
    """Whether a line begins with a file, which may be quoted, or be said to lie a folder above."""
    place = listed.find(file)
    while place >= 0:
        before = listed[listed.rfind("\n", 0, place) + 1 : place]
        after = listed[place + len(file) : place + len(file) + 1]
        if before in {"", '"', "../", '"../'} and after in {"", "\r", "\n", ",", '"'}:
            return True
        place = listed.find(file, place + 1)
    return False


def _is_local(metadata: Path) -> bool:
    """Whether it was installed from a folder, or lies beside its own source code."""
    if metadata.suffix == ".egg-info" and metadata.parent.name not in _SITE_FOLDERS:
        return True
    origin = _read(metadata / "direct_url.json")
    return bool(origin) and "dir_info" in json.loads(origin)


def _pinned(metadata: Path) -> str | None:
    distribution = distribution_of(metadata.name)
    return None if distribution is None else pinned(*distribution)


def pinned(name: str, version: str) -> str:
    """A requirement of exactly one version, as package indexes have it.

    Args:
        name: The distribution's name, in any spelling.
        version: Its version; a local part, such as `+cpu`, is left out.
    """
    return f"{normalised(name)}=={version.partition('+')[0]}"


def _read(file: Path) -> str:
    try:
        # as bytes, since to look for other ends of lines takes longer than all else
        return file.read_bytes().decode(errors="replace")
    except OSError:
        return ""
