"""Finds out which training each step belongs to, by PyTorch's own hook of all optimizers."""

from __future__ import annotations

import sys
import threading
import weakref
from collections import deque
from functools import partial
from threading import get_ident
from typing import TYPE_CHECKING, Any

import torch
from torch import is_grad_enabled
from torch.amp.grad_scaler import GradScaler
from torch.nn import Module
from torch.nn.modules.loss import _Loss
from torch.optim.optimizer import register_optimizer_step_post_hook
from torch.utils.data import DataLoader

from autolog.capture.torch.modules import unwrapped
from autolog.integration import guard
from autolog_torch.compiled_steps import CompiledSteps
from autolog_torch.here import Here, Seen
from autolog_torch.hot_path import calling, calling_after, going_backward, stepping
from autolog_torch.losses import is_learnt_from, unseen, value_of, values_of_losses
from autolog_torch.passes import Pass
from autolog_torch.surroundings import Surroundings, in_trainer, look_around
from autolog_torch.tracks import Track
from autolog_torch.training import Training
from autolog_torch.uncompiled import left_alone, uncompiled

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch.optim import Optimizer

    from autolog.integration import Run, Watch

_MOST_WAITING = 1000


class Loops:
    """The loops of a process.

    Args:
        watch: Opens runs, and tells of calls.

    Attributes:
        here: What each thread has seen.
        compiled_steps: Which steps compiled code has taken.
        latest_loss: The id of the module that has computed a loss to learn from last.
        waiting: What is to be logged once there is a run.
    """

    def __init__(self, watch: Watch) -> None:
        self.here = Here()
        self.compiled_steps = CompiledSteps()
        self.latest_loss = 0
        self._watch = watch
        self._know_nothing()

    def start_anew(self) -> None:
        """Forgets everything, in a forked child: what is under way is the parent's."""
        self.here.start_anew_after_fork()
        self._know_nothing()

    def _know_nothing(self) -> None:
        self.waiting: deque[Callable[[Run], None]] = deque(maxlen=_MOST_WAITING)
        self._tracks: dict[int, Track] = {}
        self._trainings: dict[int, Training] = {}
        self._lock = threading.RLock()
        self._declined: weakref.WeakKeyDictionary[Optimizer, object] = weakref.WeakKeyDictionary()

    def begin(self) -> None:
        """Has everything noted that a loop calls."""
        watch, here = self._watch, self.here
        hook = register_optimizer_step_post_hook(stepping(self, here, watch))
        watch.until_the_end(hook.remove)
        self._follow(_Loss)
        self._replace(torch.autograd, "backward", partial(going_backward, self, here, watch))
        self._replace(GradScaler, "scale", partial(calling_after, self._before_scale))
        self._replace(GradScaler, "update", partial(calling_after, self._before_update))
        self._replace(DataLoader, "__iter__", partial(calling_after, self._before_pass))

    def active_run(self) -> Run | None:
        """The run that is meant by what the user writes elsewhere."""
        training = self.here.seen.training
        if training is not None and not training.is_over:
            return training.run
        return self._watch.active_run()

    @uncompiled
    def take_step(self, optimizer: Optimizer, seen: Seen, *, has_closure: bool) -> None:
        """Notes a step that may be the first of its optimizer, of its pass, or of its kind.

        Args:
            optimizer: What has taken it.
            seen: What the thread has seen.
            has_closure: Whether the step has computed its losses itself, the first of which counts.
        """
        self.compiled_steps.latest = None  # an older one would have been seen by now
        if not self._watch.is_on:
            seen.losses.clear()
            seen.track = None
            return
        track = self._tracks.get(id(optimizer))
        if (
            track is None
            or track.around is not self._watch.around()
            or track.reference() is not optimizer
        ):
            with self._lock, unseen():  # threads may train one model together
                track = self._begin(optimizer, seen)
            if track is None:
                seen.losses.clear()
                return
        track.training.take_step(track, optimizer, seen, has_closure=has_closure)

    @uncompiled
    def note_losses(self, seen: Seen, tensors: Any) -> None:
        """Notes losses whose gradients are about to be computed.

        Args:
            seen: What the thread has seen.
            tensors: A tensor, or several.
        """
        around = self._watch.around()
        if around is not None and around.recorded_by is not None:
            self.compiled_steps.latest = None
            return
        if seen.announced:
            seen.announced -= 1
            return
        if seen.losses and (stepped := self.compiled_steps.take()) is not None:
            self.take_step(stepped, seen, has_closure=False)
        for value in values_of_losses(tensors):
            seen.add_loss(value)

    @uncompiled
    def note_result(self, module: Module, result: Any) -> None:
        """Notes what a module of a loss has computed.

        Args:
            module: The module.
            result: What it has computed.
        """
        with guard("looking at a loss"):
            seen, kind = self.here.seen, type(module)
            if is_grad_enabled():
                if is_learnt_from(result):
                    seen.add_kind(kind)
                    self.latest_loss = id(module)
                return
            training = seen.training
            if training is None or training.is_over or kind not in training.loss_kinds:
                return
            value = value_of(result) if self._watch.around() is training.around else None
            if value is not None:
                training.evaluate(kind, value, seen)

    def _follow(self, kind: type[Module]) -> None:
        """Sees the calls of a class of losses, unless it has its own way to be called."""
        if kind.__call__ is Module.__call__:
            self._replace(kind, "__call__", lambda _: calling(self))

    def _replace(self, owner: Any, name: str, make: Callable[..., Any]) -> None:
        """Puts a function of ours in the place of one of PyTorch's."""
        self._watch.replace(owner, name, make)
        left_alone(getattr(owner, name))

    def _before_scale(self, _scaler: object, outputs: Any) -> None:
        """Notes losses before they are scaled; what stands for them then is no ordinary loss."""
        seen = self.here.seen
        seen.track = None
        for value in values_of_losses(outputs):
            seen.announced += 1
            seen.add_loss(value)

    def _before_update(self, _scaler: object, *_args: Any, **_kwargs: Any) -> None:
        """Forgets the losses of a step that was left out, since gradients were infinite."""
        self.here.seen.forget_losses()

    def _before_pass(self, loader: Any) -> None:
        self.here.seen.begin_pass(Pass(loader))

    def _begin(self, optimizer: Optimizer, seen: Seen) -> Track | None:
        """Finds the training that the first step of an optimizer belongs to, or opens one."""
        around, has_losses = self._watch.around(), bool(seen.losses)
        current = self._current()
        # what was declined once is not looked at again at every step
        if not (current or has_losses):
            return None
        if self._declined.get(optimizer) == (around, has_losses):
            return None
        self._declined[optimizer] = around, has_losses
        known = self._tracks.get(id(optimizer))
        if known is not None and known.reference() is optimizer:
            self._end(known.training)  # it goes on in another block of the user's
        frame = sys._getframe(1)  # noqa: SLF001 - the one way
        if in_trainer(frame) or _is_follower():
            return None
        found = look_around(optimizer, frame)
        training = self._training_of(optimizer, found, current)
        if training is None and has_losses:
            training = self._open(optimizer, found)
        if training is None:
            return None
        del self._declined[optimizer]
        member = training.join(optimizer, found, seen)
        track = self._tracks[member.key] = Track(training, member)
        return track

    def _current(self) -> Training | None:
        """The training that the thread is in."""
        current = self.here.seen.training
        if current is None or current.is_over or current.around is not self._watch.around():
            return None
        return current

    def _training_of(
        self, optimizer: Optimizer, found: Surroundings, current: Training | None
    ) -> Training | None:
        """The training that an optimizer joins; `None` where it begins one.

        It joins one of the same model, and the one that is under way, if it was there when that
        began and no pass over the data has begun since the last step: so GANs are trained.
        """
        around = self._watch.around()
        for training in list(self._trainings.values()):
            if training.around is around and training.members.include(found.models):
                return training
        if current is None or not current.members.knew(optimizer):
            return None
        return current if current.passes.latest is self.here.seen.loader_pass else None

    def _open(self, optimizer: Optimizer, found: Surroundings) -> Training | None:
        """Opens the run of a training, and ends those that are over."""
        around = self._watch.around()
        for other in list(self._trainings.values()):
            if other.around is around and other.members.are_gone:
                self._end(other)
        subject = found.models[0] if found.models else optimizer
        training = Training(around, subject, found)
        watched = self._watch.open_run(
            subject,
            type(unwrapped(subject)).__name__,
            finish=partial(self._finish, training),
            write=partial(self._write, training),
        )
        if watched is None:
            return None
        self.latest_loss = 0  # it has losses of its own
        for kind in found.loss_kinds:
            self._follow(kind)
        training.begin(watched, self._current(), self._end, self._watch.options)
        self._trainings[id(training)] = training
        while self.waiting:
            self.waiting.popleft()(watched.run)
        return training

    def _end(self, training: Training) -> None:
        subject = training.subject()
        if subject is not None and not training.is_over:
            self._watch.end_run(subject)

    def _write(self, training: Training) -> None:
        """Writes down what has happened, the last step of compiled code too."""
        if get_ident() == self.here.main_thread:  # which is in no step then
            self._take_last_step(training)
        training.write()

    def _take_last_step(self, training: Training) -> None:
        """Notes a step of compiled code that no other loss has come after."""
        latest, seen = self.compiled_steps.latest, self.here.of_main
        if latest is None or seen.training is not training:
            return
        track = self._tracks.get(id(latest))
        if track is not None and self.compiled_steps.take() is track.reference():
            training.take_step(track, latest, seen, has_closure=False)

    def _finish(self, training: Training, subject: Any) -> None:
        self._take_last_step(training)
        self._trainings.pop(id(training), None)
        self.latest_loss = 0  # the next training has losses of its own
        for member in training.members.optimizers:
            track = self._tracks.get(member.key)
            if track is not None and track.member is member:
                track.end()
                self._tracks.pop(member.key, None)
        training.finish(subject)


def _is_follower() -> bool:
    """Whether another process of a distributed training records it."""
    if not torch.distributed.is_available() or not torch.distributed.is_initialized():
        return False
    return torch.distributed.get_rank() > 0
