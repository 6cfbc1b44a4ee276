"""What is registered with pytest: objects whose names are those of their hooks, and no others."""

from __future__ import annotations


class Hooks:
    """The base of all plugins of ours but the entry module.

    pytest looks at each name of a plugin several times, for hooks and for fixtures, which takes a
    third of a millisecond for the names that every object has.
    """

    def __dir__(self) -> list[str]:
        return [name for name in vars(type(self)) if name.startswith("pytest_")]
