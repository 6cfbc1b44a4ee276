"""The functions that a loop goes through at every step; each looks at no more than it must.

What they cost is paid thousands of times a second. So each is one function, without a call of ours
for what happens at an ordinary step, and hands over to others for everything else.
"""

from __future__ import annotations

from inspect import signature
from threading import get_ident
from time import perf_counter
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, is_grad_enabled
from torch.compiler import is_dynamo_compiling
from torch.nn import Module
from torch.overrides import has_torch_function_unary

from autolog.integration import guard
from autolog_torch.losses import dispatching
from autolog_torch.uncompiled import left_alone, uncompiled

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch.optim import Optimizer

    from autolog.integration import Watch
    from autolog_torch.here import Here
    from autolog_torch.loops import Loops

_tracing_state = torch._C._get_tracing_state  # noqa: SLF001 - as `Module.__call__` itself asks


def stepping(loops: Loops, here: Here, watch: Watch) -> Callable[[Optimizer, Any, Any], None]:
    """The hook that PyTorch calls after each step of every optimizer.

    Args:
        loops: Takes what is no ordinary step: its thread's and its optimizer's first one, one with
            other learning rates than before, or with another number of losses than one.
        here: What the thread has seen.
        watch: Tells what surrounds it.
    """
    around = watch.around
    take_step = loops.take_step
    compiled = loops.compiled_steps

    @left_alone
    def after_step(optimizer: Optimizer, args: Any, kwargs: Any) -> None:
        if is_dynamo_compiling():
            compiled.latest = optimizer  # all that the compiler lets a step do without a break
            return
        try:
            seen = here.of_main if get_ident() == here.main_thread else here.seen
            track = seen.track
            losses = seen.losses
            if (
                track is None
                or track.around is not around()
                or track.reference() is not optimizer
                or len(losses) != 1
            ):
                outside = around()
                if outside is None or outside.recorded_by is None:
                    take_step(optimizer, seen, has_closure=len(args) > 1 or bool(kwargs))
                else:  # another library records it
                    losses.clear()
                    seen.track = None
                return
            member = track.member
            groups, rates = optimizer.param_groups, member.rates
            if groups[0].get("lr") is not rates[0] or (
                len(groups) > 1 and [group.get("lr") for group in groups] != [*rates]
            ):
                take_step(optimizer, seen, has_closure=False)
                return
            now = perf_counter()
            step = member.step
            track.add((now, step, member, losses.pop()))
            member.step = step + 1
            if now > track.training.write_at:
                track.training.write_soon()
        except BaseException:
            # raised again inside the guard, which alone decides what may reach the user
            with guard("recording a step of an optimizer"):
                raise

    return after_step


def going_backward(
    loops: Loops, here: Here, watch: Watch, original: Callable[..., Any]
) -> Callable[..., Any]:
    """What stands for `torch.autograd.backward`, which `Tensor.backward` calls too.

    Args:
        loops: Takes what is no ordinary loss: one on a device, several, or one of a thread whose
            last step was no ordinary one.
        here: What the thread has seen.
        watch: Tells what surrounds it.
        original: PyTorch's own function.
    """
    around = watch.around
    note_losses = loops.note_losses
    compiled = loops.compiled_steps

    # one call with all that it takes costs half of one with what was given
    def backward(  # noqa: PLR0917 - PyTorch's own
        tensors: Any,
        grad_tensors: Any = None,
        retain_graph: Any = None,
        create_graph: Any = False,
        grad_variables: Any = None,
        inputs: Any = None,
    ) -> Any:  # pragma: no cover - its file is hidden
        try:
            seen = here.of_main if get_ident() == here.main_thread else here.seen
            if (
                seen.track is not None
                and not seen.losses
                and type(tensors) is Tensor
                and not has_torch_function_unary(tensors)
                and not dispatching._is_in_torch_dispatch_mode  # noqa: SLF001 - calls cost more
                and tensors.is_cpu
            ):
                try:  # noqa: SIM105 - a context manager would cost more than the rest
                    seen.losses.append(tensors.item())
                except RuntimeError:  # it has several elements
                    pass
            else:
                outside = around()
                if outside is None or outside.recorded_by is None:
                    note_losses(seen, tensors)
                else:  # another library records it
                    compiled.latest = None
        except BaseException:
            # raised again inside the guard, which alone decides what may reach the user
            with guard("looking at a loss"):
                raise
        return original(tensors, grad_tensors, retain_graph, create_graph, grad_variables, inputs)

    def backward_of_another_kind(*args: Any, **kwargs: Any) -> Any:  # pragma: no cover - the same
        with guard("looking at a loss"):
            note_losses(here.seen, args[0] if args else kwargs.get("tensors"))
        return original(*args, **kwargs)

    is_known = signature(original).parameters.keys() == signature(backward).parameters.keys()
    return backward if is_known else backward_of_another_kind


def calling(loops: Loops) -> Callable[..., Any]:
    """What stands for `Module.__call__` in the classes of losses.

    It is a plain function that `torch.compile` reads like any other, and asks for `Module.__call__`
    at each call, since `torch.fx` exchanges that while it traces.

    Args:
        loops: Takes losses that nothing is learnt from, and those of other modules than the last.
    """
    note_result = loops.note_result

    def __call__(  # noqa: N807 - it is one
        self: Module, /, *args: Any, **kwargs: Any
    ) -> Any:  # pragma: no cover - its file is hidden
        if is_dynamo_compiling() or (id(self) == loops.latest_loss and is_grad_enabled()):
            return Module.__call__(self, *args, **kwargs)
        if _tracing_state() is not None:  # a trace takes the names of our variables over
            return Module.__call__(self, *args, **kwargs)
        result = Module.__call__(self, *args, **kwargs)
        note_result(self, result)
        return result

    return __call__


def calling_after(note: Callable[..., object], original: Callable[..., Any]) -> Callable[..., Any]:
    """What stands for a method, and first has its calls noted.

    Args:
        note: Called with the arguments of the method; what it raises, ends here.
        original: The method.
    """

    @uncompiled
    def look(args: Any, kwargs: Any) -> None:
        with guard(f"looking at a call of {original.__qualname__}"):
            note(*args, **kwargs)

    def noted(*args: Any, **kwargs: Any) -> Any:  # pragma: no cover - its file is hidden
        if not is_dynamo_compiling():
            look(args, kwargs)
        return original(*args, **kwargs)

    return noted
