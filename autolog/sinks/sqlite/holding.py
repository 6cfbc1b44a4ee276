"""Which runs a database holds, and by which journals it has got them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from autolog.sinks.sqlite.connections import using_sqlite
from autolog.sinks.sqlite.failures import unavailable_when_failing
from autolog.sinks.sqlite.statements import in_chunks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def held_runs(path: Path, journals: Mapping[str, str]) -> dict[str, bool]:
    """Those of the runs that the database holds, and whether it has each by its journal.

    Args:
        path: The database's file; nothing is held where there is none.
        journals: The runs, and a journal for each.

    Raises:
        SinkUnavailable: The database cannot be read now.
    """
    if not path.is_file():
        return {}
    with (
        using_sqlite(),
        unavailable_when_failing(path),
        closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection,
    ):
        runs = in_chunks(connection, "SELECT run_id FROM run WHERE run_id IN", list(journals))
        run_ids = [run_id for (run_id,) in runs]
        names = [journals[run_id] for run_id in run_ids]
        select = "SELECT journal FROM cursor WHERE journal IN"
        known = {name for (name,) in in_chunks(connection, select, names)}
    return {run_id: journals[run_id] in known for run_id in run_ids}
