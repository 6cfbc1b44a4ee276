"""Keeps code of ours from being compiled where it runs beneath what `torch.compile` has compiled.

Where compiled code calls a function that it could not take in, the compiler takes that function as
the next to be compiled, and all that it calls. Of ours it would print warnings, for seconds.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

# the compiler itself takes a second to import, and most never do
from torch._C._dynamo import eval_frame

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

_eval_frame: Any = eval_frame  # whose functions are others in each version


def left_alone(function: Callable[P, T]) -> Callable[P, T]:
    """Has a function run as it is. What it calls is the compiler's, as if it were not between.

    Where the function is read as a part of what is compiled, this changes nothing.

    Args:
        function: The function.
    """
    code = function.__code__
    if hasattr(_eval_frame, "set_code_exec_strategy"):
        action = _eval_frame._FrameAction  # noqa: SLF001 - it has no other name
        strategy = _eval_frame._FrameExecStrategy  # noqa: SLF001 - nor has this
        _eval_frame.set_code_exec_strategy(code, strategy(action.SKIP, action.DEFAULT))
    else:  # as before PyTorch 2.7
        _eval_frame.skip_code(code)
    return function


def uncompiled(function: Callable[P, T]) -> Callable[P, T]:
    """Has a function run as it is, with all that it calls.

    Args:
        function: The function.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        compiling = _eval_frame.set_eval_frame(None)
        try:
            return function(*args, **kwargs)
        finally:
            _eval_frame.set_eval_frame(compiling)

    return left_alone(run)
