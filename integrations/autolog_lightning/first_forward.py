"""What a model was given first, and what it made of that, for its signature."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

from autolog.capture.torch.examples import as_arrays, named_inputs
from autolog.integration import guard

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.integration import Run


class FirstForward:
    """Looks at the first call of a model in a training step, and then goes.

    Args:
        run: The run of the fit.

    Attributes:
        inputs: What the model was given: an array, or arrays by the names of their parameters;
            `None` as long as nothing is known.
        outputs: What it made of that.
    """

    def __init__(self, run: Run) -> None:
        self.inputs: Any = None
        self.outputs: Any = None
        self._run = run
        self._handle: Any = None

    def watch(self, model: Any) -> None:
        """Begins to look at the calls of a model, unless it is compiled as a whole.

        Args:
            model: The model.
        """
        if getattr(model, "_compiled_call_impl", None) is None:
            self._handle = model.register_forward_hook(_Looking(self), with_kwargs=True)

    def leave(self) -> None:
        """Lets go of the model."""
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.remove()

    def hand_over(self) -> None:
        """Leaves what is known to the process that has launched this one."""
        if self.inputs is not None:
            letter = self._letter
            letter.parent.mkdir(parents=True, exist_ok=True)
            letter.write_bytes(pickle.dumps((self.inputs, self.outputs)))

    def take_over(self) -> None:
        """Takes what a process has left that was launched for the fit."""
        letter = self._letter
        if self.inputs is None and letter.exists():
            self.inputs, self.outputs = pickle.loads(letter.read_bytes())  # noqa: S301 - our own
            letter.unlink()

    @property
    def _letter(self) -> Path:
        return self._run.files.folder / ".first-batch"

    def look(self, model: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        """Takes a call."""
        with guard("looking at the first batch", self._run.note_failure):
            if _is_step(args):
                return
            self.leave()
            self.inputs = named_inputs(model, args, kwargs)
            self.outputs = as_arrays(result)


class _Looking:
    """The hook on the user's model, which is nothing to a copy of the model."""

    def __init__(self, first: FirstForward) -> None:
        self._first = first

    def __call__(self, model: Any, args: Any, kwargs: Any, result: Any) -> None:
        self._first.look(model, args, kwargs, result)

    def __deepcopy__(self, _memo: object) -> _Nothing:
        return _Nothing()

    def __reduce__(self) -> tuple[Any, ...]:
        return _Nothing, ()


class _Nothing:
    """What stands in a copy of the model."""

    def __call__(self, *_arguments: object) -> None:
        """Does nothing."""


def _is_step(args: tuple[Any, ...]) -> bool:
    """Whether it is a whole step with its number: distributed training leads these through it."""
    return len(args) > 1 and isinstance(args[-1], int)
