"""Looking at classes and changing them, past whatever their metaclasses make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_PY_TPFLAGS_IMMUTABLETYPE = 1 << 8  # CPython's Include/object.h


def family_of(root: type) -> Iterator[type]:
    """The class and all its subclasses, each once."""
    seen = {root}
    waiting = [root]
    while waiting:
        owner = waiting.pop()
        yield owner
        # A metaclass may have a `__subclasses__` of its own; type's is the one that knows.
        subclasses: list[type] = type.__subclasses__(owner)
        children = [child for child in subclasses if child not in seen]
        seen.update(children)
        waiting.extend(children)


def definer_of(owner: type, attribute: str) -> type | None:
    """The class that an attribute comes from: the class itself, or one that it inherits from."""
    for one in owner.__mro__:
        if attribute in one.__dict__:
            return one
    return None


def is_method(value: object) -> bool:
    """Whether reading the value from an instance gives a method; a property gives anything."""
    return hasattr(type(value), "__get__") and not hasattr(type(value), "__set__")


def is_immutable(owner: type) -> bool:
    """Whether it is a class of an extension module, whose attributes cannot be set."""
    return bool(owner.__flags__ & _PY_TPFLAGS_IMMUTABLETYPE)


def set_on(owner: Any, attribute: str, value: Any) -> None:
    """Sets an attribute of a module or a class."""
    if isinstance(owner, type):
        # A metaclass may have a `__setattr__` of its own, which is not meant here.
        type.__setattr__(owner, attribute, value)
    else:
        setattr(owner, attribute, value)


def delete_from(owner: Any, attribute: str) -> None:
    """Deletes an attribute of a module or a class."""
    if isinstance(owner, type):
        type.__delattr__(owner, attribute)
    else:
        delattr(owner, attribute)
