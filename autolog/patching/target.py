"""The address of a function that is to be patched, such as `sklearn.base:BaseEstimator.fit+`."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.errors import IntegrationError

if TYPE_CHECKING:
    from types import ModuleType


class Target(msgspec.Struct, frozen=True):
    """Where a function lives.

    Attributes:
        module: The module's full name.
        owner: The class within the module, dotted where it is nested; empty for a function of the
            module itself.
        attribute: The function's name within its owner; `*` for every decorated function that the
            module names in `__all__`.
        family: Whether every subclass of the owner that defines the attribute is meant too, those
            that exist and those that are defined later.
    """

    module: str
    owner: str
    attribute: str
    family: bool

    @classmethod
    def parse(cls, address: str) -> Target:
        """Reads `module:function`, `module:*`, `module:Class.method` or `module:Class.method+`.

        Raises:
            IntegrationError: The address is not of this form.
        """
        module, _, path = address.partition(":")
        name = path.removesuffix("+")
        owner, _, attribute = name.rpartition(".")
        family = name != path
        is_name = _is_dotted(name) or name == "*"
        if not (_is_dotted(module) and is_name and (owner or not family)):
            raise IntegrationError(
                f"{address!r} is no patch target; write 'module:function', 'module:*', "
                "'module:Class.method', or 'module:Class.method+' for the class and all its "
                "subclasses"
            )
        return cls(module, owner, attribute, family)

    def find_owner(self, module: ModuleType) -> Any:
        """The module itself or the class in it that holds the attribute.

        Raises:
            AttributeError: The module has no such class.
        """
        return reduce(getattr, self.owner.split("."), module) if self.owner else module

    def __str__(self) -> str:
        owner = f"{self.owner}." if self.owner else ""
        return f"{self.module}:{owner}{self.attribute}{'+' if self.family else ''}"


def _is_dotted(name: str) -> bool:
    return all(map(str.isidentifier, name.split(".")))
