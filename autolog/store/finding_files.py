"""Finds the run that a file belongs to which was left where the user's code has put it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.sinks.sqlite.statements import Connection

_NEWEST = (
    "SELECT run.run_id FROM artifact JOIN run ON run.id = artifact.run"
    " WHERE {} ORDER BY run.start_ns DESC LIMIT 1"
)
_OF_ID = "SELECT run_id FROM run WHERE run_id = ?"
_OF_FILE = _NEWEST.format("artifact.location = ?")
_BESIDE = _NEWEST.format(
    "artifact.location > ? AND artifact.location < ? AND substr(artifact.location, ?) NOT LIKE ?"
)


def find_run_of_file(connection: Connection, file: str, artifacts: Path) -> str | None:
    """The id of the newest run that has noted a file, or else one beside it.

    A run notes the best and the last of its checkpoints; those between lie in the same folder.

    Args:
        connection: A connection for reading.
        file: The file's absolute path.
        artifacts: The folder that holds the files of each run.
    """
    if file.startswith(f"{artifacts}{os.sep}"):  # it was written into a run
        run_id = file.removeprefix(f"{artifacts}{os.sep}").partition(os.sep)[0]
        row = connection.execute(_OF_ID, (run_id,)).fetchone()
        return None if row is None else str(row[0])
    folder = os.path.dirname(file)  # noqa: PTH120 - the text as it was recorded
    # what lies in the folder, and not deeper
    end = chr(ord(os.sep) + 1)
    beside = f"{folder}{os.sep}", f"{folder}{end}", len(folder) + 2, f"%{os.sep}%"
    row = connection.execute(_OF_FILE, (file,)).fetchone()
    row = row or connection.execute(_BESIDE, beside).fetchone()
    return None if row is None else str(row[0])
