"""One call of a patched function, with its arguments by name."""

from __future__ import annotations

from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import inspect
    from collections.abc import Callable

_ABSENT: Any = object()


class Call:
    """A call as a hook sees it. Changes go to the original; the user's own objects never change.

    Args:
        function: The original, bound where it is a method.
        instance: The object whose method is called; `None` for a function.
        args: The positional arguments, as the user gave them.
        kwargs: The keyword arguments, as the user gave them.
        options: The integration's options, as they are set now.

    Attributes:
        memory: What a hook notes for the next call, where the calls on one object share a run; a
            dictionary of the call's own elsewhere.
        failure: What made the call fail, where the library keeps that to itself: its run ends
            with this error, even if the call returns.

    Example:
        >>> call.get("num_boost_round", 100)
        100
        >>> call.append("callbacks", IterationMetrics(run))
    """

    __slots__ = (
        "_given",
        "args",
        "failure",
        "function",
        "instance",
        "kwargs",
        "memory",
        "options",
    )

    def __init__(
        self,
        function: Callable[..., Any],
        instance: Any,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        options: Any = None,
    ) -> None:
        self.function = function
        self.instance = instance
        self.args = args
        self.kwargs = kwargs
        self.options = options
        self.memory: dict[str, Any] = {}
        self.failure: BaseException | None = None
        self._given = (args, kwargs)

    def get(self, name: str, default: Any = None) -> Any:
        """The argument that the original will get for its parameter `name`.

        Args:
            name: The parameter's name, or that of one in the original's `**kwargs`.
            default: What to give where the user gave nothing and the parameter has no default.
        """
        if name in self.kwargs:
            return self.kwargs[name]
        position, parameter = self._find(name)
        if position is not None and position < len(self.args):
            return self.args[position]
        if parameter is None or parameter.default is parameter.empty:
            return default
        return parameter.default

    @property
    def arguments(self) -> dict[str, Any]:
        """What the original will get for each of its parameters, defaults too, by name.

        A parameter that has neither is left out, and so is what goes into the original's `*args`.
        """
        found: dict[str, Any] = {}
        for parameter in _parameters(self.function):
            if parameter.kind not in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
                value = self.get(parameter.name, _ABSENT)
                if value is not _ABSENT:
                    found[parameter.name] = value
        return found | self.kwargs

    @property
    def given(self) -> list[tuple[str, Any]]:
        """What the user gave, in his order, each with the name of its parameter.

        What goes into the original's `*args` has no name.
        """
        names = [
            parameter.name
            for parameter in _parameters(self.function)
            if parameter.kind in {parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD}
        ]
        args, kwargs = self._given
        return [*zip_longest(names[: len(args)], args, fillvalue=""), *kwargs.items()]

    def replace(self, name: str, value: Any) -> None:
        """Gives the original another argument for its parameter `name`."""
        position, _ = self._find(name)
        if name not in self.kwargs and position is not None and position < len(self.args):
            self.args = (*self.args[:position], value, *self.args[position + 1 :])
        else:
            self.kwargs = {**self.kwargs, name: value}

    def append(self, name: str, item: Any) -> None:
        """Gives the original a list argument with one item more, in a list of its own."""
        self.replace(name, [*(self.get(name) or ()), item])

    def restore(self) -> None:
        """Takes every change back: the arguments are again exactly those that the user gave."""
        self.args, self.kwargs = self._given

    def _find(self, name: str) -> tuple[int | None, inspect.Parameter | None]:
        """Where the parameter stands among the positional ones, and the parameter itself.

        A decorator may take by position what the function itself takes by keyword only.
        """
        takes_any_number = False
        for position, parameter in enumerate(_parameters(self.function)):
            takes_any_number |= parameter.kind is parameter.VAR_POSITIONAL
            if parameter.name == name:
                has_place = not takes_any_number and parameter.kind is not parameter.VAR_KEYWORD
                return position if has_place else None, parameter
        return None, None


def _parameters(function: Callable[..., Any]) -> tuple[inspect.Parameter, ...]:
    """The parameters that a caller sees; remembered, since reading a signature takes 30 µs."""
    plain = getattr(function, "__func__", function)
    key = id(plain), plain is function
    reference, parameters = _known_parameters.get(key, (_nothing, ()))
    if reference() is plain:
        return parameters
    import inspect
    import weakref

    try:
        parameters = tuple(inspect.signature(function).parameters.values())
        forget = partial(_forget_parameters, key)
        _known_parameters[key] = weakref.ref(plain, forget), parameters
    except (TypeError, ValueError):  # functions of extension modules may tell no signature
        return ()
    return parameters


def _forget_parameters(key: tuple[int, bool], _reference: object) -> None:
    _known_parameters.pop(key, None)


def _nothing() -> None:
    """Stands for a reference to a function that is no more."""


_known_parameters: dict[
    tuple[int, bool], tuple[Callable[[], Any], tuple[inspect.Parameter, ...]]
] = {}
