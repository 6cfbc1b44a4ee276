"""What keeps the code in one hand: rules that no linter knows."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHIPPED = sorted([*ROOT.glob("autolog/**/*.py"), *ROOT.glob("integrations/**/*.py")])
UNIT_TESTS = sorted(ROOT.glob("tests/unit/**/test_*.py"))

LONGEST_MODULE = 350
MAY_CATCH_EVERYTHING = {"autolog/guard.py", "autolog/delivery/consumer.py"}
NAMES_WITHOUT_AN_IDEA = re.compile(r"util|helper|manager|common|misc")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


shipped = pytest.mark.parametrize("path", SHIPPED, ids=name_of)


@shipped
def test_everything_is_caught_only_where_our_failures_stop(path):
    handlers = [
        handler.lineno
        for handler in ast.walk(ast.parse(path.read_text()))
        if isinstance(handler, ast.ExceptHandler) and _catches_everything(handler)
    ]

    assert handlers == [] or name_of(path) in MAY_CATCH_EVERYTHING


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    if any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler)):
        return False  # it tidies up and lets everything pass
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(ast.unparse(kind) in {"Exception", "BaseException"} for kind in kinds)


@shipped
def test_everything_is_suppressed_nowhere(path):
    suppressed = [
        ast.unparse(call)
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("suppress")
    ]

    assert not [call for call in suppressed if re.search(r"\b(Base)?Exception\b", call)]


@shipped
def test_a_module_is_short_and_says_what_it_is(path):
    text = path.read_text()

    assert len(text.splitlines()) <= LONGEST_MODULE
    assert ast.get_docstring(ast.parse(text))


@shipped
def test_a_module_is_named_after_its_idea(path):
    assert not NAMES_WITHOUT_AN_IDEA.search(path.stem)


@shipped
def test_public_names_are_sorted(path):
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names = ast.literal_eval(node.value)
            assert names == sorted(names)


@shipped
def test_nothing_is_left_for_later(path):
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", path.read_text())


@shipped
def test_what_is_silenced_has_a_reason(path):
    silenced = [line for line in path.read_text().splitlines() if "# noqa" in line]

    assert [
        line for line in silenced if not re.search(r"# noqa: [A-Z]+\d+(, [A-Z]+\d+)* - \w", line)
    ] == []


def test_every_public_name_can_be_imported():
    package = importlib.import_module("autolog")

    assert {name for name in package.__all__ if getattr(package, name, None) is None} == set()
    assert dir(package) == package.__all__


@pytest.mark.parametrize("path", UNIT_TESTS, ids=name_of)
def test_the_unit_tests_mirror_the_package(path):
    folders = path.parent.relative_to(ROOT / "tests" / "unit")

    assert (ROOT / "autolog" / folders).is_dir()
