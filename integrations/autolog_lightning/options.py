"""The options that only the Lightning integration understands."""

from __future__ import annotations

import msgspec


class Options(msgspec.Struct, frozen=True):
    """How trainings of Lightning are recorded.

    Attributes:
        every_n_epochs: Keep the metrics of every n-th epoch.
        checkpoint: Whether the best and the last checkpoint of a fit are written into the run where
            the trainer has no `ModelCheckpoint` of its own; in one process only.
        resume_run: Whether a fit that resumes from a checkpoint of a recorded run goes on in that
            run, instead of one of its own that names it.
        rank_metrics: Whether each process of a distributed training tells the first one, at the end
            of each epoch, how much CPU time and memory it has taken. Processes that run the script
            again do so with `AUTOLOG_EVERY_RANK=1` alone: without it they record nothing at all.
    """

    every_n_epochs: int = 1
    checkpoint: bool = False
    resume_run: bool = False
    rank_metrics: bool = False
