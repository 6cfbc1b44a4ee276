"""Which run of Weights & Biases a run is, also for a process that has not seen it begin."""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import TYPE_CHECKING

import msgspec

from autolog.events import RunStarted, Status

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.events import Event
    from autolog.sinks.wandb.location import Location

_OURS = "default"
_FOREIGN = re.compile(r"[/\\#?%:]")
_NAME_LENGTH = 128
_DIGITS = 8


class Identity(msgspec.Struct, frozen=True):
    """A run of W&B.

    Attributes:
        id: W&B's id of it.
        entity: The user or team that it belongs to; None for the user's default.
        project: Its project; None for W&B's default.
        name: Its name.
        group: The group that a parent and its children are in; None while it has none.
        labels: W&B's tags, which it is given whole when it is opened again.
        is_child: Whether it lies below another.
        journal: The journal that it began in.
        reached: The position of the last event that has arrived; -1 before any has.
        last_step: The number of the last row that has arrived in its history; -1 before any has.
        status: How it has ended, if it has.
    """

    id: str
    entity: str | None = None
    project: str | None = None
    name: str | None = None
    group: str | None = None
    labels: tuple[str, ...] = ()
    is_child: bool = False
    journal: str = ""
    reached: int = -1
    last_step: int = -1
    status: Status | None = None

    @property
    def group_of_children(self) -> str:
        """The group of the run and what lies below it."""
        return self.group or f"{self.name or 'run'}-{self.id[:_DIGITS]}"


class Identities:
    """Remembers the runs of a project in the autolog directory, a small file for each.

    Args:
        directory: The autolog directory.
        location: Where runs go.
    """

    def __init__(self, directory: Path, location: Location) -> None:
        place = f"{location.entity or ''}@{location.project or ''}"
        self._folder = directory / "wandb" / _FOREIGN.sub("_", place)
        self._location = location

    def of(self, journal: str, event: Event) -> Identity:
        """The run of an event.

        W&B's runs have one writer. What another process logs into a run is a run beside it, in the
        same group.

        Args:
            journal: The event's journal.
            event: An event of the run.

        Raises:
            OSError: What is to be remembered cannot be written.
        """
        known = self.find(event.run_id)
        if known is None and isinstance(event, RunStarted):
            known = self._begin(journal, event)
            self.keep(known)
        if known is not None and known.journal == journal:
            return known
        of_journal = hashlib.sha256(journal.encode()).hexdigest()[:_DIGITS]
        apart = f"{event.run_id}-{of_journal}"
        if known is None:
            known = Identity(event.run_id, self._location.entity, self._location.project)
        return self.find(apart) or Identity(
            apart,
            known.entity,
            known.project,
            known.name,
            known.group_of_children,
            is_child=known.is_child,
        )

    def find(self, run_id: str) -> Identity | None:
        """The run of an id of W&B's, if it was begun here."""
        try:
            return msgspec.json.decode((self._folder / run_id).read_bytes(), type=Identity)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def group(self, run_id: str) -> None:
        """Puts a run that is not open into the group of its children, for when it is opened."""
        known = self.find(run_id)
        if known is not None and known.group is None:
            self.keep(msgspec.structs.replace(known, group=known.group_of_children))

    def keep(self, identity: Identity) -> None:
        """Remembers a run, in place of what was known of it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f".{uuid.uuid4().hex}"
        try:
            unfinished.write_bytes(msgspec.json.encode(identity))
            unfinished.replace(self._folder / identity.id)
        finally:
            unfinished.unlink(missing_ok=True)

    def _begin(self, journal: str, event: RunStarted) -> Identity:
        above = self.find(event.parent_run_id) if event.parent_run_id is not None else None
        return Identity(
            id=event.run_id,
            entity=self._location.entity,
            project=self._location.project or _project(event.experiment),
            name=event.name[:_NAME_LENGTH],
            group=event.parent_run_id if above is None else above.group_of_children,
            is_child=event.parent_run_id is not None,
            journal=journal,
        )


def _project(experiment: str) -> str | None:
    return None if experiment == _OURS else _FOREIGN.sub("_", experiment)[:_NAME_LENGTH]
