"""Tells a run of a data set, once it has been read."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from autolog.events import DatasetUsed

if TYPE_CHECKING:
    from autolog.capture.dataset.reading import DatasetReading
    from autolog.recording.run import Run


def read_dataset(
    run: Run,
    data: Any,
    targets: Any,
    *,
    name: str | None,
    context: str,
    overwritten: bool,
) -> DatasetReading:
    """Begins to read a data set, under the name of the caller's variable if it has no other.

    Args:
        run: The run that uses it.
        data: The rows.
        targets: What is to be predicted for each row.
        name: Its name, if it was given one.
        context: `train` or `eval`.
        overwritten: Whether the data are about to be changed, so that they are read at once.
    """
    from autolog.capture.dataset.reading import DatasetReading
    from autolog.capture.dataset.variable import variable_name
    from autolog.capture.rows import as_rows

    seen = name or variable_name(data, sys._getframe(1))  # noqa: SLF001 - the one way
    return DatasetReading(
        as_rows(data),
        as_rows(targets),
        name=seen,
        context=context,
        overwritten=overwritten,
        report=run.note_failure,
    )


def describe_dataset(run: Run, reading: DatasetReading, seconds: float = 0.0) -> None:
    """Takes leave of a data set, which its owner may change from now on, and has it described.

    Args:
        run: The run that used it.
        reading: What reads it, perhaps still.
        seconds: What the call took that it was read beside.
    """
    reading.settle(seconds)
    run.later("describing a data set", partial(_tell, run, reading))


def _tell(run: Run, reading: DatasetReading) -> None:
    found = reading.result()
    if found is not None:
        run.emit(
            DatasetUsed,
            found.name,
            found.context,
            found.digest,
            found.source_type,
            found.source,
            found.schema,
            found.profile,
        )
