"""A run that is open at W&B's client, and what is told it."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import wandb

from autolog.errors import SinkUnavailable
from autolog.events import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.sinks.wandb.identity import Identity

AXIS = "autolog/step"
"""The metric that all others are shown over: W&B's own steps must rise, and ours need not."""

_SECOND = 10**9
_MARK = "autolog/delivered"
_FLUSHED_EVERY = 0.1
_MARKED_EVERY = 1.0
_PATIENCE = 30.0
_FINISHES_WITHIN = 60.0
_LABEL_LENGTH = 64
# those beginning with x_ come and go
_SETTINGS = wandb.Settings.model_fields.keys()
_EXIT_CODES = {Status.FINISHED: 0, Status.FAILED: 1, Status.KILLED: 255}


class RunNotBegun(SinkUnavailable):
    """W&B's client cannot begin a run now: it is not logged in, or its server does not answer."""


class OpenRun:
    """A run of W&B's.

    Args:
        identity: Which one.
        directory: Where W&B keeps its own files.

    Raises:
        RunNotBegun: The client cannot begin it now.
        OSError: It cannot write its files.

    Attributes:
        reached: The position of the last event that it was told of.
        status: How the run has ended, if it has.
    """

    def __init__(self, identity: Identity, directory: Path) -> None:
        if not os.access(directory, os.W_OK):  # where W&B would write to a temporary folder
            raise PermissionError(f"{directory} cannot be written")
        self.reached = identity.reached
        self.status = identity.status
        self._identity = identity
        self._last_step = identity.last_step
        self._marks = 0
        self._looked_at = 0
        self._run: Any = _begun(identity, directory)
        self._run.define_metric(AXIS, hidden=True)
        self._run.define_metric("*", step_metric=AXIS)

    @property
    def identity(self) -> Identity:
        """Which one it is, with what has become known since."""
        return msgspec.structs.replace(
            self._identity,
            reached=self.reached,
            last_step=self._last_step,
            status=self.status,
        )

    def configure(self, values: Mapping[str, object]) -> None:
        """Sets values of its config; later ones replace earlier ones."""
        if values:
            self._run.config.update(dict(values), allow_val_change=True)

    def label(self, labels: set[str]) -> None:
        """Adds W&B's tags, which have no values."""
        fitting = {one for one in labels if 0 < len(one) <= _LABEL_LENGTH}
        if not fitting <= set(self._identity.labels):
            every = tuple(sorted(fitting.union(self._identity.labels)))
            self._identity = msgspec.structs.replace(self._identity, labels=every)
            self._run.tags = every

    def group(self, name: str) -> None:
        """Puts it into a group, after it has begun: only then its first child is known."""
        if self._identity.group == name:
            return
        self._identity = msgspec.structs.replace(self._identity, group=name)
        # W&B has no public way; where a later client has none at all, it stays beside its group
        with suppress(AttributeError):
            self._run._settings.run_group = name  # noqa: SLF001 - as said
            self._run._interface.publish_run(self._run)  # noqa: SLF001 - as said

    def log(self, row: Mapping[str, Any], sequence: int, time_ns: int) -> None:
        """Adds a row to its history.

        W&B ignores a row whose step it has had, or has had a later one of. What comes again after a
        crash has the same step again; what threads have numbered out of turn gets the next one.

        Args:
            row: Values.
            sequence: The number of the event within the run, which becomes W&B's step.
            time_ns: When it happened.
        """
        self._last_step = max(self._last_step + 1, sequence)
        timed = {**row, "_timestamp": time_ns / _SECOND}
        self._run.log(timed, step=self._last_step, commit=True)

    def summarise(self, values: Mapping[str, object]) -> None:
        """Sets values of its summary, beside the last of each metric."""
        self._run.summary.update(dict(values))

    def save(self, file: Path, folder: Path) -> None:
        """Adds a file, under its place in a folder."""
        self._run.save(escape(str(file)), base_path=str(folder), policy="now")

    def write(self, name: str, text: str) -> None:
        """Adds a file of text among W&B's own.

        Args:
            name: The file's name.
            text: What is in it.
        """
        if not self._run.disabled:
            folder = Path(self._run.dir)
            (folder / name).write_text(text, encoding="utf-8")
            self._run.save(str(folder / name), base_path=str(folder), policy="now")

    def keep_model(self, artifact: wandb.Artifact) -> None:
        """Adds a model."""
        self._run.log_artifact(artifact)

    def mark(self) -> None:
        """Tells how far it has got, in the summary: the last that is told of a batch."""
        self._marks += 1
        self._run.summary[_MARK] = self._mark

    def persist(self) -> None:
        """Waits until what was told is in the client's own file, from where it is sent.

        Raises:
            OSError: The file is out of reach.
            SinkUnavailable: What was told does not arrive there.
        """
        path = self._log_file
        if path is None:
            return
        began = marked = time.monotonic()
        while not self._is_written(path):
            now = time.monotonic()
            if now - began > _PATIENCE:
                raise SinkUnavailable(f"nothing is written to {path}")
            if now - marked > _MARKED_EVERY:  # the file's blocks may have cut the mark in two
                self.mark()
                marked = now
            time.sleep(_FLUSHED_EVERY / 2)
        self._looked_at = path.stat().st_size

    def _is_written(self, path: Path) -> bool:
        with path.open("rb") as file:
            file.seek(self._looked_at)
            return f'"{self._mark}"'.encode() in file.read()

    @property
    def _mark(self) -> str:
        return f"{self.reached}/{self._marks}"

    def finish(self) -> None:
        """Ends it; one that is not known to have ended was killed."""
        self._run.finish(exit_code=_EXIT_CODES[self.status or Status.KILLED])

    @property
    def _log_file(self) -> Path | None:
        """W&B's own file; None where W&B is switched off."""
        if self._run.disabled:
            return None
        return Path(self._run.settings.sync_file)


def _begun(identity: Identity, directory: Path) -> Any:
    try:
        return wandb.init(
            entity=identity.entity,
            project=identity.project,
            id=identity.id,
            name=identity.name,
            group=identity.group,
            tags=identity.labels or None,
            job_type="child" if identity.is_child else None,
            dir=str(directory),
            resume="allow",
            reinit="create_new",
            settings=_settings(),
        )
    except wandb.errors.Error as error:
        reason = str(error).partition("\n")[0]
        raise RunNotBegun(f"Weights & Biases cannot begin a run: {reason}") from error


def _settings() -> wandb.Settings:
    """Settings under which W&B looks at nothing of its process, which is not the training's."""
    of_this_version: dict[str, Any] = {
        "x_disable_meta": True,
        "x_disable_stats": True,
        "x_save_requirements": False,  # those of this process, at 0.2 s for each run
        "x_transaction_log_flush_interval": _FLUSHED_EVERY,
    }
    return wandb.Settings(
        console="off",
        silent=True,
        disable_code=True,
        disable_git=True,
        disable_job_creation=True,
        finish_timeout=_FINISHES_WITHIN,
        **{name: of_this_version[name] for name in of_this_version.keys() & _SETTINGS},
    )
