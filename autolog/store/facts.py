"""How a store is doing, in figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.store.store import Store

FAILURE_TAG = "autolog.error"
"""The tag that says what of autolog's own failed during a run."""

_SHOWN_FAILURES = 20


@dataclass(frozen=True, slots=True)
class RunFailure:
    """Something of autolog's own that failed during a run.

    Attributes:
        run_id: The run.
        name: The run's name.
        message: What failed.
    """

    run_id: str
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What a store holds.

    Attributes:
        schema_version: The version of its tables.
        size_bytes: The size of the file and its write-ahead log.
        runs: How many runs there are, by status.
        metric_points: How many metric values there are.
        failures: What of autolog's own failed, the newest run first, 20 at most.
        dropped: How many facts are lost, by reason.
    """

    schema_version: int
    size_bytes: int
    runs: Mapping[str, int]
    metric_points: int
    failures: tuple[RunFailure, ...]
    dropped: Mapping[str, int]


def facts(store: Store) -> StoreFacts:
    """Looks a store over.

    Args:
        store: The store.

    Raises:
        StoreError: It is missing, too new, or cannot be read.
    """
    with store.source.reading() as connection:
        (points,) = connection.execute("SELECT coalesce(sum(points), 0) FROM series").fetchone()
        failures = connection.execute(
            "SELECT run.run_id, run.name, tag.value FROM tag JOIN run ON run.id = tag.run"
            " WHERE tag.key = ? ORDER BY run.start_ns DESC LIMIT ?",
            (FAILURE_TAG, _SHOWN_FAILURES),
        )
        return StoreFacts(
            schema_version=store.source.schema_version(connection),
            size_bytes=store.size_bytes(),
            runs=dict(connection.execute("SELECT status, count(*) FROM run GROUP BY status")),
            metric_points=int(points),
            failures=tuple(RunFailure(*row) for row in failures),
            dropped={
                reason: int(count)
                for reason, count in connection.execute(
                    "SELECT reason, sum(count) FROM dropped GROUP BY reason"
                )
            },
        )
