"""The callback that records a fit while Lightning makes it."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from autolog.capture.torch.modules import MODEL_SUMMARY, module_summary
from autolog.capture.torch.optimizers import LearningRates
from autolog.integration import enter_recording, guard, is_every_rank_recorded
from autolog_lightning.checkpoints import Checkpoints
from autolog_lightning.early_stopping import early_stopping_metrics
from autolog_lightning.epochs import EpochMetrics
from autolog_lightning.first_forward import FirstForward
from autolog_lightning.ranks import RankUsage, make_teller
from autolog_lightning.steps import StepMetrics

if TYPE_CHECKING:
    from autolog.integration import Run
    from autolog_lightning.options import Options
    from autolog_lightning.params import FitParams


class FitRecorder:
    """Hooks of a callback, to be mixed into Lightning's own class of callbacks.

    Hooks that are called with every batch and are of no use here are none: Lightning passes over
    what it cannot call, which costs a tenth of a call of nothing.

    Distributed training may be made by other processes than the one that has called `fit`; then the
    callback is that of each of them, and works in the first.

    Args:
        run: The run of the fit.
        params: Records params.
        options: The integration's options.
        library: The integration's name.

    Attributes:
        first: What the model was given first.
        failure: What made the fit fail, whether Lightning tells of it or not.
    """

    on_train_batch_end = None
    on_before_zero_grad = None
    on_before_backward = None
    on_after_backward = None
    on_before_optimizer_step = None
    on_validation_batch_start = None
    on_validation_batch_end = None

    def __init__(self, run: Run, params: FitParams, options: Options, library: str) -> None:
        self.first = FirstForward(run)
        self.failure: BaseException | None = None
        self._run = run
        self._params = params
        self._options = options
        self._library = library
        self._process = os.getpid()
        self._checkpoints = Checkpoints(run)
        self._stopping: dict[str, float] = {}
        self._steps: StepMetrics | None = None
        self._epochs: EpochMetrics | None = None
        self._usage: RankUsage | None = None

    def setup(self, trainer: Any, _module: Any, **_stage: str) -> None:
        """Goes on in a process that was launched for the fit, if it is the first of them."""
        with self._guard("going on in another process"):
            if self._is_launched:
                enter_recording(self._run, self._library)
            if not trainer.is_global_zero:
                callback = type(self).__mro__[2]
                tellers = [make_teller(callback)] if self._asks_ranks else []
                # a list of its own, since the trainer is going through the old one
                others = [one for one in trainer.callbacks if one is not self]
                trainer.callbacks = [*tellers, *others]

    def on_fit_start(self, _trainer: Any, module: Any) -> None:
        """Describes the model, which is whole by now."""
        with self._guard("describing the model"):
            summary = module_summary(module)
            self._run.log_text(MODEL_SUMMARY, lambda: summary)

    def on_train_start(self, trainer: Any, module: Any) -> None:
        """Records how everything is set up, and begins to look at the training."""
        with self._guard("reading the params of a fit"):
            self._params.log_prepared(trainer)
        with self._guard("beginning to record a fit"):
            self._steps = StepMetrics(
                self._run,
                LearningRates(trainer.optimizers),
                on_accelerator=trainer.strategy.root_device.type != "cpu",
            )
            self._steps.pass_over(trainer)
            self._epochs = EpochMetrics(self._run, self._steps, self._options.every_n_epochs)
            self._epochs.begin(trainer.current_epoch)
            self.first.watch(module)
        self._usage = RankUsage() if self._asks_ranks else None

    def on_train_epoch_start(self, trainer: Any, _module: Any) -> None:
        """Ends the epoch before, and begins the next."""
        with self._guard("logging an epoch of Lightning"):
            if self._epochs is not None and self._steps is not None:
                if self._epochs.epoch != trainer.current_epoch:
                    self._end_epoch(trainer)
                self._epochs.begin(trainer.current_epoch)
                self._steps.begin_epoch(trainer)

    def on_train_batch_start(self, trainer: Any, _module: Any, *_arguments: Any) -> None:
        """Records the step before, of which the trainer has learnt everything by now."""
        steps = self._steps
        if steps is None:
            return
        try:
            steps.begin_batch(trainer)
        except BaseException:
            # raised again inside the guard, which alone decides what may reach the user, and
            # costs more than the rest with every batch
            with self._guard("logging a step of Lightning"):
                raise

    def on_validation_start(self, trainer: Any, _module: Any) -> None:
        """Records the step before a validation within an epoch."""
        with self._guard("logging a step of Lightning"):
            if self._steps is not None:
                self._steps.catch_up(trainer)

    def on_train_epoch_end(self, trainer: Any, _module: Any) -> None:
        """Records the last step of an epoch, before the means of all of them are computed."""
        with self._guard("logging a step of Lightning"):
            if self._steps is not None:
                self._steps.catch_up(trainer)
        with self._guard("asking what each process takes"):
            if self._usage is not None:
                self._run.log_point(self._usage.tell(trainer), trainer.current_epoch)

    def on_validation_end(self, trainer: Any, _module: Any) -> None:
        """Leaves what a validation within an epoch has logged to the end of that epoch."""
        with self._guard("looking at a validation"):
            if self._steps is not None and not trainer.sanity_checking:
                self._steps.leave_to_epoch(trainer)

    def on_train_end(self, trainer: Any, _module: Any) -> None:
        """Ends the last epoch."""
        with self._guard("logging an epoch of Lightning"):
            self._end_epoch(trainer)

    def on_fit_end(self, trainer: Any, _module: Any) -> None:
        """Records what the callbacks have made of the fit."""
        self.finish(trainer)

    def on_exception(self, trainer: Any, _module: Any, exception: BaseException) -> None:
        """Records what is known of a fit that fails, or that the user interrupts."""
        self.failure = exception
        with self._guard("logging an epoch of Lightning"):
            if self._epochs is not None and self._steps is not None:
                self._steps.give_up(trainer)
                self._epochs.give_up(trainer)
        self.finish(trainer)

    def finish(self, trainer: Any) -> None:
        """Records what the callbacks have made of the fit; may be called again.

        Args:
            trainer: The trainer.
        """
        with self._guard("leaving the model"):
            self.first.leave()
        with self._guard("looking at the checkpoints"):
            self._checkpoints.note(trainer.checkpoint_callbacks)
            self._checkpoints.log_best(trainer.checkpoint_callbacks)
        with self._guard("handing the first batch over"):
            if self._is_launched:
                self.first.hand_over()
        with self._guard("looking at early stopping"):
            # where other processes have trained, the callbacks here know nothing of it
            found = {} if self._steps is None else early_stopping_metrics(trainer)
            if found != self._stopping:
                self._stopping = found
                self._run.log_metrics(found)

    @property
    def _is_launched(self) -> bool:
        return os.getpid() != self._process

    @property
    def _asks_ranks(self) -> bool:
        """Whether processes tell what they take, in each of which this has to be the same."""
        return self._options.rank_metrics and (self._is_launched or is_every_rank_recorded())

    def _end_epoch(self, trainer: Any) -> None:
        if self._epochs is not None:
            self._epochs.end(trainer)
        self._checkpoints.note(trainer.checkpoint_callbacks)

    def _guard(self, action: str) -> guard:
        return guard(action, self._run.note_failure)

    def __reduce__(self) -> tuple[Any, ...]:
        # the class is made for a class of Lightning's, and has no name to be found by
        return _made_again, (type(self).__mro__[2], self.__dict__)


def make_recorder(
    callback: type, run: Run, params: FitParams, options: Options, library: str
) -> FitRecorder:
    """Makes the callback of a fit.

    Args:
        callback: The class of callbacks, of whichever name Lightning was imported by.
        run: The run of the fit.
        params: Records params.
        options: The integration's options.
        library: The integration's name.
    """
    recorder: FitRecorder = _recorder_class(callback)(run, params, options, library)
    return recorder


@cache
def _recorder_class(callback: type) -> Any:
    return type("RunRecorder", (FitRecorder, callback), {"__doc__": FitRecorder.__doc__})


def _made_again(callback: type, state: dict[str, Any]) -> FitRecorder:
    recorder: FitRecorder = object.__new__(_recorder_class(callback))
    recorder.__dict__.update(state)
    return recorder
