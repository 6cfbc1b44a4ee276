"""The one kind of wrapper: a function that behaves as the original, and asks an interceptor."""

from __future__ import annotations

import copy
import operator
import pkgutil
from collections.abc import Callable, Mapping
from types import FunctionType, MethodType
from typing import Any, Protocol, TypeVar, cast

import wrapt

F = TypeVar("F", bound=Callable[..., Any])

_SKIPPED_BY_WARNINGS = "<autolog: skipped by warnings, like importlib._bootstrap>"


def skipped_by_warnings(function: F) -> F:
    """Makes `warnings.warn(..., stacklevel=n)` pass over the function's frames.

    A library that warns with `stacklevel=2` means its caller, not a wrapper in between. `warnings`
    leaves out frames whose file name contains both "importlib" and "_bootstrap"
    (`_is_internal_frame` in CPython's Lib/warnings.py), and nothing else reads the name of a file
    that does not exist.

    Coverage goes by file name too, so such a function is to be marked `no cover`.
    """
    plain: Any = function
    plain.__code__ = plain.__code__.replace(co_filename=_SKIPPED_BY_WARNINGS)
    return function


class Interception(Protocol):
    """What happens around one call of a patched function."""

    @property
    def args(self) -> tuple[Any, ...]:
        """The positional arguments to call the original with."""
        ...

    @property
    def kwargs(self) -> Mapping[str, Any]:
        """The keyword arguments to call the original with."""
        ...

    def returned(self, result: object) -> None:
        """The original has returned; the caller gets its result whatever happens here."""

    def raised(self, error: BaseException) -> None:
        """The original has raised; the caller gets its error whatever happens here."""


class Interceptor(Protocol):
    """Asked at each call of a patched function; it never raises an `Exception`."""

    def passes(self) -> bool:
        """Whether calls that are made here and now pass as they are, whatever they are given.

        Asked before anything else: a recorded training may call patched functions by thousands.
        """
        ...

    def __call__(
        self, wrapped: Any, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any], /
    ) -> Interception | None:
        """Takes one call; `None` lets it pass as it is.

        Args:
            wrapped: The original, bound if it is a method.
            instance: Its instance.
            args: The positional arguments.
            kwargs: The keyword arguments.
        """
        ...


class Site:
    """One patched place: an attribute of a module or a class.

    Args:
        reference: How `pkgutil.resolve_name` finds the place, for pickling.
        attribute: The attribute's name.
        interceptor: Asked at each call; may be exchanged while the wrapper stays.
        is_inherited: Whether there was nothing in the place, and the original is a base class's.
        is_method: Whether the original is a plain function in a class, so that its first argument
            is the instance.
    """

    __slots__ = ("attribute", "interceptor", "is_inherited", "is_method", "reference")

    def __init__(
        self,
        reference: str,
        attribute: str,
        interceptor: Interceptor,
        *,
        is_inherited: bool = False,
        is_method: bool = False,
    ) -> None:
        self.reference = reference
        self.attribute = attribute
        self.interceptor = interceptor
        self.is_inherited = is_inherited
        self.is_method = is_method

    @skipped_by_warnings
    def autolog_patched(
        self, wrapped: Any, instance: Any, args: Any, kwargs: Any
    ) -> Any:  # pragma: no cover
        """Calls the original; its name tells a reader of tracebacks whose frame it is."""
        if self.interceptor.passes():
            return wrapped(*args, **kwargs)
        # a plain method comes with its instance before the arguments, as a call through its class
        if self.is_method and args and args[0] is not None:
            wrapped, instance, args = MethodType(wrapped, args[0]), args[0], args[1:]
        interception = self.interceptor(wrapped, instance, args, kwargs)
        if interception is None:
            return wrapped(*args, **kwargs)
        try:
            result = wrapped(*interception.args, **interception.kwargs)
        except BaseException as error:
            interception.raised(error)
            raise
        interception.returned(result)
        return result

    __call__ = autolog_patched


class LetPass:
    """The interceptor of a place that is patched no longer, where the wrapper could not go."""

    def passes(self) -> bool:
        """Every call does."""
        return True

    def __call__(self, *_call: Any) -> None:
        """Lets a call pass that was under way already."""


class BoundPatchedFunction(wrapt.BoundFunctionWrapper):  # type: ignore[type-arg]
    """A patched method that is no plain function in its class, such as a class method."""

    def __new__(cls, *arguments: Any) -> Any:
        """Makes a plain method of a function and an instance, as `weakref.WeakMethod` does."""
        if len(arguments) == 2:  # noqa: PLR2004 - wrapt gives more
            return MethodType(*arguments)
        return super().__new__(cls, *arguments)

    def __reduce_ex__(self, protocol: Any) -> Any:
        parent, attribute = self._self_parent, self._self_parent.site.attribute
        if not self._is_method:
            return pkgutil.resolve_name, (parent.site.reference,)
        instance = self.__self__
        if getattr(getattr(instance, attribute), "__func__", None) is self.__func__:
            return getattr, (instance, attribute)
        # Read through `super()`, so that the name would lead to a method that overrides it.
        return operator.methodcaller("__get__", instance, type(instance)), (parent,)

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if not self._is_method:
            return self
        duplicate = copy.deepcopy(self.__self__, memo)
        return self._self_parent.__get__(duplicate, type(duplicate))

    @property
    def _is_method(self) -> bool:
        """Whether there is an instance; none is where a descriptor was read from its class."""
        return isinstance(self.__wrapped__, MethodType)

    def __repr__(self) -> str:
        return repr(self.__wrapped__)


class PatchedFunction(wrapt.FunctionWrapper):  # type: ignore[type-arg]
    """A patched function, standing where the original stood.

    It pickles by reference, so that a process that receives it takes its own function; it is
    copied as functions are, not at all; read from its class it is always the same object, as a
    plain function is.

    Args:
        wrapped: The original, as it stood in the `__dict__` of its owner.
        site: The place that it is put in.
    """

    __bound_function_wrapper__ = BoundPatchedFunction

    def __init__(self, wrapped: Any, site: Site) -> None:
        super().__init__(wrapped, site)
        self._self_is_function = isinstance(wrapped, FunctionType)

    @property
    def is_function(self) -> bool:
        """Whether the original is a plain function, rather than another kind of descriptor."""
        answer: bool = self._self_is_function
        return answer

    @property
    def site(self) -> Site:
        """The place that the function was put in."""
        return cast("Site", self._self_wrapper)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if self._self_is_function:  # a plain method, which takes a fifth of wrapt's own time
            return self if instance is None else MethodType(self, instance)
        return super().__get__(instance, owner)

    def __reduce_ex__(self, protocol: Any) -> Any:
        original, reference = self.__wrapped__, self.site.reference
        if self.is_function and reference == f"{original.__module__}:{original.__qualname__}":
            # By name alone, as functions are pickled: the bytes are the same without us.
            return original.__qualname__
        if "<locals>" in reference or not self.is_function:
            # By value, for cloudpickle; pickle refuses the original as it does without us.
            return operator.itemgetter(0), ((original,),)
        return pkgutil.resolve_name, (reference,)

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Any:
        return self

    def __repr__(self) -> str:
        return repr(self.__wrapped__)
