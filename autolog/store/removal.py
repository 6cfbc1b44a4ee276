"""Removes runs, and files that belong to no run."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from autolog.errors import StoreError
from autolog.sinks.sqlite.location import database_path
from autolog.sinks.sqlite.statements import in_chunks
from autolog.store.sqlite_file import SQLiteFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import timedelta
    from pathlib import Path

    from autolog.store.source import Source
    from autolog.store.store import Store


def delete_runs(store: Store, run_ids: Iterable[str]) -> int:
    """Deletes runs, all runs under them, and the files that this directory has of all of these.

    The database's file does not shrink by that, see `shrink`; its space is used again.

    Args:
        store: The store.
        run_ids: Full ids; those of unknown runs are passed over.

    Returns:
        How many bytes of files were freed.

    Raises:
        StoreMissing: There is no database.
        SinkUnavailable: The database cannot be written now.
        StoreError: A server cannot be written, or some files cannot be deleted.
    """
    doomed = store.source.delete(list(run_ids))
    kept = _of_others(store, doomed)
    # An id that somebody set by hand must not lead out of the folder.
    return delete_folders(
        store.artifacts / run_id for run_id in doomed if run_id.isalnum() and run_id not in kept
    )


def orphaned_folders(store: Store, older_than: timedelta) -> list[Path]:
    """Folders of artifacts whose run is not in the store.

    Of a server there are none: the runs of a directory need not be there.

    Args:
        store: The store.
        older_than: How long nothing may have been added to a folder: the run of a fresh one may
            be on its way.

    Raises:
        StoreMissing: There is no database.
    """
    if not isinstance(store.source, SQLiteFile) or not store.artifacts.is_dir():
        return []
    latest = time.time() - older_than.total_seconds()
    old = {
        entry.name: store.artifacts / entry.name
        for entry in os.scandir(store.artifacts)
        if entry.is_dir(follow_symlinks=False) and entry.stat().st_mtime < latest
    }
    known = _known(store.source, list(old))
    return [folder for name, folder in sorted(old.items()) if name not in known]


def delete_folders(folders: Iterable[Path]) -> int:
    """Deletes folders with everything in them; missing ones are passed over.

    Returns:
        How many bytes were freed.

    Raises:
        StoreError: Some of them cannot be deleted, when all the others are.
    """
    from shutil import rmtree

    freed = 0
    failures: list[OSError] = []
    for folder in folders:
        size = _size(folder)
        try:
            rmtree(folder)
        except FileNotFoundError:
            continue
        except OSError as error:
            failures.append(error)
        else:
            freed += size
    if failures:
        raise StoreError(
            f"{len(failures)} folders of artifacts cannot be deleted; the first: {failures[0]}. "
            "Look at their permissions."
        )
    return freed


def shrink(store: Store) -> int:
    """Rewrites the database without its gaps; it needs as much free space as it has content.

    Returns:
        How many bytes smaller it is now.

    Raises:
        StoreMissing: There is no database.
        StoreError: The store is a server's.
        SinkUnavailable: The database cannot be written now.
    """
    from autolog.store.sqlite_removal import vacuum

    before = store.size_bytes()
    vacuum(store.path)
    return before - store.size_bytes()


def _of_others(store: Store, run_ids: Sequence[str]) -> set[str]:
    """Those of a server's runs that are in the store of this directory too, with the same files."""
    here = SQLiteFile(database_path("sqlite:", store.artifacts.parent))
    if isinstance(store.source, SQLiteFile) or not here.exists():
        return set()
    return _known(here, run_ids)


def _known(source: Source, run_ids: Sequence[str]) -> set[str]:
    with source.reading() as connection:
        select = "SELECT run_id FROM run WHERE run_id IN"
        return {run_id for (run_id,) in in_chunks(connection, select, run_ids)}


def _size(folder: Path) -> int:
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file())
