"""Which runs a server holds, and by which journals it has got them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import NullPool, select
from sqlalchemy.exc import SQLAlchemyError

from autolog.errors import SinkUnavailable
from autolog.sinks.registry import without_secrets
from autolog.sinks.sql import schema
from autolog.sinks.sql.engine import engine_for
from autolog.sinks.sql.failures import reason_of
from autolog.sinks.sql.migration import version_of
from autolog.sinks.sql.statements import select_where

if TYPE_CHECKING:
    from collections.abc import Mapping


def held_runs(address: str, journals: Mapping[str, str]) -> dict[str, bool]:
    """Those of the runs that the server holds, and whether it has each by its journal.

    Args:
        address: The server's URL, as SQLAlchemy reads it.
        journals: The runs, and a journal for each.

    Raises:
        SinkUnavailable: The server cannot be read now.
    """
    run_id, journal = schema.run.c.run_id, schema.cursor.c.journal
    try:
        with engine_for(address, poolclass=NullPool).connect() as connection:
            if version_of(connection, without_secrets(address)) == 0:
                return {}
            found = select_where(connection, select(run_id), run_id, list(journals))
            runs = [run for (run,) in found]
            names = [journals[run] for run in runs]
            known = {name for (name,) in select_where(connection, select(journal), journal, names)}
    except (SQLAlchemyError, ImportError, ValueError) as error:
        raise SinkUnavailable(f"{reason_of(error, address)}.") from error
    return {run: journals[run] in known for run in runs}
