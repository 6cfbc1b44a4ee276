"""Where options come from: arguments, environment variables and configuration files."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

import msgspec

from autolog.config.other_names import nearest, nearest_option
from autolog.config.settings import OPTIONS, Source
from autolog.config.values import read_switch
from autolog.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path


_OTHER_VARIABLES = {
    "AUTOLOG_DIR",
    "AUTOLOG_EVERY_RANK",
    "AUTOLOG_PARENT_RUN_ID",
    "AUTOLOG_RUN_ID",
    "AUTOLOG_STRICT",
}


_OFF = frozenset({"0", "false", "no", "off"})
_FIRST = frozenset({"", "0"})


class Vocabulary(msgspec.Struct, frozen=True):
    """What names mean something: the libraries, and the own options of each.

    Attributes:
        libraries: The names of all libraries that have an integration.
        own_options: Gives the options that a library's integration defines, with their types.
    """

    libraries: frozenset[str]
    own_options: Callable[[str], Mapping[str, Any]]

    def read(self, given: Mapping[str, Any], where: str) -> Source:
        """Checks names and types of options from one source.

        Args:
            given: Options and libraries by name.
            where: What to call the source in an error: `autolog()`, or a file and its table.

        Raises:
            ConfigurationError: A name is unknown or a value is of the wrong kind.
        """
        general: dict[str, Any] = {}
        libraries: dict[str, Mapping[str, Any]] = {}
        for name, value in given.items():
            if name in OPTIONS:
                general[name] = read_option(name, value, f"{where}: {name}")
            elif name in self.libraries:
                libraries[name] = self._read_library(name, value, f"{where}: {name}")
            else:
                raise ConfigurationError(
                    f"{where}: there is no option or library {name!r}"
                    f"{self._meant(name)}"
                    f" Options: {', '.join(sorted(OPTIONS))}."
                    f" Libraries: {', '.join(sorted(self.libraries))}."
                )
        for name in general.get("exclude", ()):
            self.check_library(name, f"{where}: exclude")
        return Source(general, libraries)

    def check_library(self, name: str, where: str) -> None:
        """Raises a `ConfigurationError` where no integration has this name."""
        if name not in self.libraries:
            raise ConfigurationError(
                f"{where}: there is no library {name!r}{nearest(name, self.libraries)}"
                f" Libraries: {', '.join(sorted(self.libraries))}."
            )

    def _meant(self, name: str) -> str:
        """What may have been meant by a name that is no option for all libraries."""
        having = [one for one in sorted(self.libraries) if name in self.own_options(one)]
        if having:
            return f"; it is an option of {', '.join(having)}: {having[0]}={{{name!r}: ...}}."
        return nearest_option(name, [*OPTIONS, *self.libraries])

    def _read_library(self, library: str, value: Any, where: str) -> Mapping[str, Any]:
        if isinstance(value, bool):
            return {"disable": not value}
        if not isinstance(value, Mapping):
            raise ConfigurationError(
                f"{where}: expected True, False or a mapping of options, got {value!r}"
            )
        own = self.own_options(library)
        shared = [name for name, option in OPTIONS.items() if option["per_library"]]
        options: dict[str, Any] = {}
        for name, setting in value.items():
            if name in shared:
                options[name] = read_option(name, setting, f"{where}: {name}")
            elif name in own:
                options[name] = _check_own(setting, own[name], f"{where}: {name}")
            else:
                meant = (
                    "; it counts for all libraries alike, beside them."
                    if name in OPTIONS
                    else nearest_option(name, [*shared, *own])
                )
                raise ConfigurationError(
                    f"{where}: {library} has no option {name!r}{meant}"
                    f" Its options: {', '.join(sorted([*shared, *own]))}."
                )
        return options


def read_option(name: str, value: Any, where: str) -> Any:
    """Checks the value of an option that counts for all libraries.

    Args:
        name: The option's name.
        value: Its value.
        where: What to call the place of it in an error.

    Raises:
        ConfigurationError: The value is of the wrong kind.
    """
    try:
        return OPTIONS[name]["read"](value)
    except ValueError as error:
        raise ConfigurationError(f"{where}: expected {error}, got {value!r}") from None


def _check_own(value: Any, kind: Any, where: str) -> Any:
    if get_origin(kind) is Literal:
        choices = get_args(kind)
        fits, expected = value in choices, " or ".join(map(repr, choices))
    else:
        classes = _classes(kind)
        fits = isinstance(value, tuple(classes))
        expected = " or ".join("None" if one is NoneType else one.__name__ for one in classes)
    if fits:
        return value
    raise ConfigurationError(f"{where}: expected {expected}, got {value!r}")


def _classes(kind: Any) -> list[type]:
    """The classes that an annotation such as `list[str] | None` admits."""
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        return [one for part in get_args(kind) for one in _classes(part)]
    return [object if kind is Any else origin or kind]


def from_environment(vocabulary: Vocabulary) -> Source:
    """Reads `AUTOLOG_<OPTION>` and `AUTOLOG_<LIBRARY>` from the environment.

    Raises:
        ConfigurationError: A variable holds something unusable.
    """
    _check_spelling(vocabulary)
    if "AUTOLOG" in os.environ:
        _read_switch_variable("AUTOLOG")
    general: dict[str, Any] = {}
    for name in OPTIONS:
        variable = _variable(name)
        if variable in os.environ:
            general[name] = read_option(name, os.environ[variable], variable)
    for name in general.get("exclude", ()):
        vocabulary.check_library(name, "AUTOLOG_EXCLUDE")
    libraries: dict[str, Mapping[str, Any]] = {}
    for library in vocabulary.libraries:
        variable = _variable(library)
        if variable in os.environ:
            enabled = _read_switch_variable(variable)
            libraries[library] = {"disable": not enabled}
    return Source(general, libraries)


def _variable(name: str) -> str:
    """The variable of an option or a library."""
    return f"AUTOLOG_{name.replace('.', '_').upper()}"


def _check_spelling(vocabulary: Vocabulary) -> None:
    """Refuses a variable that looks like a misspelt one of ours; others may be anybody's."""
    valid = {*map(_variable, [*OPTIONS, *vocabulary.libraries]), *_OTHER_VARIABLES}
    for variable in os.environ:
        if variable.startswith("AUTOLOG_") and variable not in valid:
            # by what follows the prefix, which would make all of them look alike
            near = nearest(variable[len("AUTOLOG_") :], [name[len("AUTOLOG_") :] for name in valid])
            if near != ".":
                raise ConfigurationError(f"the environment has a variable {variable!r}{near}")


def from_file(vocabulary: Vocabulary, start: Path) -> Source:
    """Reads `autolog.toml`, or `[tool.autolog]` of the nearest `pyproject.toml`.

    Args:
        vocabulary: The names that mean something.
        start: The folder to look in first; its parents follow.

    Raises:
        ConfigurationError: The file is no TOML, or an option in it is unusable.
    """
    for folder in (start, *start.parents):
        own, shared = folder / "autolog.toml", folder / "pyproject.toml"
        if own.is_file():
            return vocabulary.read(_parse(own), str(own))
        if shared.is_file():
            if b"tool.autolog" not in shared.read_bytes():
                return Source()
            table = _parse(shared).get("tool", {}).get("autolog", {})
            where = f"{shared}: [tool.autolog]"
            if not isinstance(table, dict):
                raise ConfigurationError(f"{where}: expected a table, got {table!r}")
            return vocabulary.read(table, where)
    return Source()


def run_id_from_environment(variable: str) -> str | None:
    """The run id that a variable holds, if it is set.

    Raises:
        ConfigurationError: It holds something else.
    """
    run_id = os.environ.get(variable)
    if run_id and not re.fullmatch("[0-9a-f]{32}", run_id):
        raise ConfigurationError(
            f"{variable}: expected a run id of 32 hexadecimal digits, got {run_id!r}"
        )
    return run_id or None


def switched_off() -> bool:
    """Whether nothing is to be recorded: `AUTOLOG=0` says so, or another process records."""
    return os.environ.get("AUTOLOG", "").strip().lower() in _OFF or is_other_rank()


def is_other_rank() -> bool:
    """Whether this is one of several processes that train together, and not the first.

    Launchers tell each process its number: torchrun its `RANK`, Lightning's own the number of its
    node and that within the node. The first process records for all; with `AUTOLOG_EVERY_RANK=1`
    what the user logs himself is recorded in each of them.
    """
    environment = os.environ
    if "RANK" in environment:
        ranks: tuple[str, ...] = ("RANK",)
    elif "LOCAL_RANK" in environment or "NODE_RANK" in environment:
        ranks = ("LOCAL_RANK", "NODE_RANK")
    else:
        return False  # soon, since each call of a patched function asks
    if all(environment.get(rank, "").strip() in _FIRST for rank in ranks):
        return False
    return not is_every_rank_recorded()


def is_every_rank_recorded() -> bool:
    """Whether each of several processes that train together is to record something."""
    return os.environ.get("AUTOLOG_EVERY_RANK", "").strip().lower() not in _OFF | {""}


def _read_switch_variable(variable: str) -> bool:
    try:
        return read_switch(os.environ[variable])
    except ValueError as error:
        raise ConfigurationError(
            f"{variable}: expected {error}, got {os.environ[variable]!r}"
        ) from None


def _parse(file: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: {error}") from None
