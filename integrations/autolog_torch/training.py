"""One training: what its loop goes through, from the first step to the end of its run."""

from __future__ import annotations

import threading
import time
import weakref
from collections import deque
from typing import TYPE_CHECKING, Any

from autolog.capture.torch.flavor import PyTorchFlavor
from autolog.capture.torch.loaders import loader_params
from autolog.capture.torch.modules import unwrapped
from autolog.integration import guard
from autolog_torch.description import describe_models, describe_optimizer
from autolog_torch.entries import EpochBegun, Evaluated, StepTaken, values_of, when
from autolog_torch.gradients import gradient_norm
from autolog_torch.history import History
from autolog_torch.members import Members
from autolog_torch.passes import Passes
from autolog_torch.transfer import Reading, is_capturing
from autolog_torch.uncompiled import uncompiled

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch.optim import Optimizer

    from autolog.integration import WatchedRun
    from autolog_torch.entries import Entry, PlainStep
    from autolog_torch.here import Seen
    from autolog_torch.members import Member
    from autolog_torch.options import Options
    from autolog_torch.surroundings import Surroundings
    from autolog_torch.tracks import Track

SECONDS_KEPT = 0.1
"""How long steps are kept before they are written down, all of that time at once."""

UNKEPT_TAG = "autolog.model_skipped"
UNKEPT = "the model was gone, or there was no time left, when its run ended"
"""The tag that says why the run of a loop has no model, and what it says."""


class Training:
    """One training.

    Args:
        around: What surrounds it.
        subject: What is trained: the model, or the optimizer where there is none.
        found: What was found around its first step.

    Attributes:
        around: What surrounds it.
        subject: Leads to what is trained.
        members: Its optimizers and models.
        passes: Its passes over data loaders.
        loss_kinds: The classes of its losses.
        entries: What has happened, and is not written down yet.
        write_at: When it is to be.
        is_over: Whether its run has ended.
    """

    def __init__(self, around: object, subject: object, found: Surroundings) -> None:
        self.around = around
        self.subject = weakref.ref(subject)
        self.members = Members(found)
        self.passes = Passes()
        self.loss_kinds: set[type] = set()
        self.is_over = False
        self._earlier: list[Training] = []
        self.entries: deque[Entry | PlainStep] = deque()
        self._read: deque[tuple[list[Entry | PlainStep], Reading]] = deque()
        self._lock = threading.Lock()

    def begin(
        self,
        watched: WatchedRun,
        earlier: Training | None,
        end: Callable[[Training], None],
        options: Options,
    ) -> None:
        """Begins to record.

        Args:
            watched: The run.
            earlier: The training that was under way until now.
            end: Ends a training.
            options: What is recorded.
        """
        began = time.perf_counter()
        self._watched = watched
        self.run = watched.run
        self._history = History(watched.run, began)
        self.write_at = began + SECONDS_KEPT
        self._end = end
        self._wants_norm = options.gradient_norm
        if earlier is not None:
            self._earlier = [*earlier._earlier, earlier]  # noqa: SLF001 - of its own class

    def join(self, optimizer: Optimizer, found: Surroundings, seen: Seen) -> Member:
        """Takes an optimizer in.

        Args:
            optimizer: The optimizer.
            found: What was found around its first step.
            seen: What the thread has seen.
        """
        models = self.members.models
        member = self.members.add(optimizer, found)
        self.loss_kinds |= seen.loss_kinds
        with guard("describing a training of PyTorch's", self.run.note_failure):
            describe_optimizer(self.run, optimizer, len(self.members.optimizers), found.schedulers)
            if self.members.models != models:
                describe_models(self.run, self.members.models)
            self.run.log_params(self._described_data(seen))
        return member

    def take_step(
        self, track: Track, optimizer: Optimizer, seen: Seen, *, has_closure: bool
    ) -> None:
        """Notes a step, where more may have changed since the one before than its loss.

        Args:
            track: The optimizer's.
            optimizer: What has taken the step.
            seen: What the thread has seen.
            has_closure: Whether the step has computed its losses itself, the first of which counts.
        """
        now, member = time.perf_counter(), track.member
        losses = tuple(seen.losses[:1] if has_closure else seen.losses)
        seen.losses.clear()
        if seen.loader_pass is not self.passes.latest:
            self._enter(seen)
        if seen.loss_kinds:
            self._learn_kinds(seen)
        if seen.training is not self:
            self._come(seen)
        rates = member.changed_rates(optimizer.param_groups)
        norm = gradient_norm(optimizer) if self._wants_norm else None
        self.entries.append(StepTaken(now, member.step, member, losses, rates, norm))
        member.step += 1
        seen.track = None if self._wants_norm else track
        if now > self.write_at:
            self.write_soon()

    def evaluate(self, kind: type, loss: Any, seen: Seen) -> None:
        """Notes a loss that nothing is learnt from.

        Args:
            kind: The class of the module that has computed it.
            loss: A number, or a copy on a device.
            seen: What the thread has seen.
        """
        name = self.passes.name_of_evaluation(seen.loader_pass)
        if len(self.loss_kinds) > 1:
            name = f"{name}_{kind.__name__}"
        now = time.perf_counter()
        self.entries.append(Evaluated(now, name, loss))
        if now > self.write_at:
            self.write_soon()

    @uncompiled
    def write_soon(self) -> None:
        """Writes down what has happened, without waiting for what a device has still to compute."""
        self.write_at = time.perf_counter() + SECONDS_KEPT
        if not is_capturing():
            self.write(waits=False)

    def write(self, *, waits: bool = True) -> None:
        """Writes down what has happened so far.

        Args:
            waits: Whether to wait for what a device has still to compute; else that is written with
                what happens next.
        """
        with self._lock, guard("recording the steps of a training", self.run.note_failure):
            entries = [self.entries.popleft() for _ in range(len(self.entries))]
            if entries:
                values = [value for entry in entries for value in values_of(entry)]
                self._read.append((entries, Reading(values)))
                self._watched.reached(self._history.time_ns(when(entries[-1])))
            while self._read and (waits or self._read[0][1].has_arrived):
                arrived, reading = self._read.popleft()
                self._history.write(arrived, reading.read())

    def finish(self, subject: object) -> None:
        """Completes the run.

        Args:
            subject: What was trained, if it is still tseen.
        """
        self.is_over = True
        self.write()
        with self._lock, guard("recording the end of a training", self.run.note_failure):
            self._history.end_epoch()
        if not self.members.ever_had_models:
            return
        if subject is None:
            self.run.set_tags({UNKEPT_TAG: UNKEPT})
        else:
            self.run.log_model(unwrapped(subject), PyTorchFlavor())

    def _enter(self, seen: Seen) -> None:
        """Begins an epoch, where the thread has begun a pass over the training data."""
        is_first = self.passes.training is None
        if seen.loader_pass is None or not self.passes.enter(seen.loader_pass):
            return
        if not is_first:
            while self._earlier:  # those that alternate with it would have come again
                self._end(self._earlier.pop())
        self.entries.append(EpochBegun(seen.loader_pass.began))
        self._watched.touch()

    def _come(self, seen: Seen) -> None:
        """Becomes the training that the thread is in: one that alternates with another goes on."""
        if seen.training is not None:
            earlier = seen.training._earlier  # noqa: SLF001 - of its own class
            earlier[:] = [one for one in earlier if one is not self]
        seen.training = self

    def _learn_kinds(self, seen: Seen) -> None:
        if not seen.loss_kinds <= self.loss_kinds:
            self.loss_kinds |= seen.loss_kinds
            self.run.log_params(self._described_losses())
        seen.loss_kinds.clear()

    def _described_losses(self) -> dict[str, object]:
        names = sorted(kind.__name__ for kind in self.loss_kinds)
        return {"loss_function": ", ".join(names)} if names else {}

    def _described_data(self, seen: Seen) -> dict[str, object]:
        loader = None if seen.loader_pass is None else seen.loader_pass.loader()
        return self._described_losses() | loader_params(loader)
