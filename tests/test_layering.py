"""Who may import whom: the table of layers in ARCHITECTURE.md, as data."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
INTEGRATIONS = sorted(path.name for path in (ROOT / "integrations").glob("autolog_*"))

# From low to high. A part may import parts of its own row and of those before it.
LAYERS = (
    {
        *("errors", "fork_gate", "full_disk", "garbage", "guard", "installed", "saying", "plugins"),
        *("version", "versions"),
    },
    {"content_addresses", "events", "config", "directory"},
    {"patching", "capture", "codec", "records"},
    {"plotting", "recording", "sinks"},
    {"context", "delivery"},
    {"hooks", "patch", "watching"},
    {"integration"},
    {"registry"},
    {"flavors"},
    {"activation", "copying", "exporting", "importing", "session", "process", "store"},
    {"api", "model_loading", "reading", "run_scope"},
    {"testing"},
    {"cli", "pytest_plugin", "__main__"},
)
# Errors carry the event that they are about. The two are of one mind, and only the type of the
# attribute is needed, so this import exists for type checkers alone.
EXCEPTIONS_FOR_TYPES = {("errors", "events")}
# Both sides are joined by the session alone.
STRANGERS = (("hooks", "delivery"), ("recording", "delivery"), ("delivery", "recording"))

# What a sink works with, where it is not called as the sink's folder is.
LIBRARIES_OF_SINKS = {"sql": {"sqlalchemy"}}
CORE_DEPENDENCIES = {"click", "msgspec", "packaging", "rich", "wrapt"}
# What users make themselves, such as a logger, opens its runs as they do: by `run_scope`.
OPEN_TO_INTEGRATIONS = {"autolog.integration", "autolog.capture", "autolog.run_scope"}


@dataclass(frozen=True)
class Import:
    """An import statement.

    Attributes:
        module: What is imported; for `from a import b` it is `a.b` where that is a module of ours.
        for_types: Whether only type checkers see it.
        at_module_level: Whether it is done when the importing module is imported.
    """

    module: str
    for_types: bool
    at_module_level: bool

    @property
    def part(self) -> str:
        return ([*self.module.split("."), "", ""])[1]

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


def imports_of(path: Path) -> list[Import]:
    return list(_imports(ast.parse(path.read_text()), for_types=False, at_module_level=True))


def _imports(node: ast.AST, *, for_types: bool, at_module_level: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(name.name, for_types, at_module_level) for name in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "relative imports hide who imports whom"
            for name in child.names:
                yield Import(_module(child.module or "", name.name), for_types, at_module_level)
        else:
            yield from _imports(
                child,
                for_types=for_types or _is_for_types(child),
                at_module_level=at_module_level and not isinstance(child, ast.FunctionDef),
            )


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _module(package: str, name: str) -> str:
    inner = ROOT.joinpath(*package.split("."), name)
    return f"{package}.{name}" if inner.with_suffix(".py").is_file() or inner.is_dir() else package


def core_files() -> list[Path]:
    return sorted((ROOT / "autolog").rglob("*.py"))


def part_of(path: Path) -> str:
    return path.relative_to(ROOT / "autolog").parts[0].removesuffix(".py")


def layer_of(part: str) -> int:
    return next(number for number, parts in enumerate(LAYERS) if part in parts)


@pytest.mark.parametrize(
    "path",
    [path for path in core_files() if part_of(path) != "__init__"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_a_module_imports_nothing_from_above_its_layer(path):
    part = part_of(path)

    too_high = [
        one.module
        for one in imports_of(path)
        if one.top == "autolog"
        and one.part
        and layer_of(one.part) > layer_of(part)
        and not (one.for_types and (part, one.part) in EXCEPTIONS_FOR_TYPES)
    ]

    assert too_high == []


def test_every_part_of_the_package_has_a_layer():
    parts = {part_of(path) for path in core_files()} - {"__init__"}

    assert parts <= set().union(*LAYERS)


def test_every_part_in_the_table_exists():
    parts = {part_of(path) for path in core_files()}

    assert set().union(*LAYERS) <= parts


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_the_recording_and_the_delivering_side_do_not_know_each_other(one, other):
    files = [path for path in core_files() if part_of(path) == one]

    known = {found.part for path in files for found in imports_of(path)}

    assert files
    assert other not in known


@pytest.mark.parametrize("path", core_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_core_imports_only_its_dependencies_when_it_is_imported(path):
    # A sink's own library is imported with the module that opens it, or in another process.
    folder = path.parent.name
    own = LIBRARIES_OF_SINKS.get(folder, {folder}) if path.parent.parent.name == "sinks" else set()
    if "pytest_plugin" in path.parts:  # which pytest imports
        own = {"pytest"}
    allowed = CORE_DEPENDENCIES | own | {"autolog", "__future__"} | sys.stdlib_module_names

    foreign = {
        one.module
        for one in imports_of(path)
        if one.at_module_level and not one.for_types and one.top not in allowed
    }

    assert foreign == set()


@pytest.mark.parametrize("package", INTEGRATIONS)
def test_an_integration_imports_the_plugin_api_its_library_and_itself_only(package):
    library = package.removeprefix("autolog_")
    # msgspec makes classes of records in a fortieth of the time that dataclasses take.
    allowed = {package, library, "msgspec", "numpy", "__future__"} | sys.stdlib_module_names

    refused = {
        one.module
        for path in (ROOT / "integrations" / package).rglob("*.py")
        for one in imports_of(path)
        if one.top not in allowed
        and not any(f"{one.module}.".startswith(f"{open_}.") for open_ in OPEN_TO_INTEGRATIONS)
    }

    assert refused == set()


@pytest.mark.parametrize("package", INTEGRATIONS)
def test_the_options_of_an_integration_can_be_read_without_its_library(package):
    modules = ["__init__.py", "options.py"]

    imported = {
        one.top
        for name in modules
        for one in imports_of(ROOT / "integrations" / package / name)
        if not one.for_types
    }

    assert imported <= {"__future__", "msgspec"} | sys.stdlib_module_names
