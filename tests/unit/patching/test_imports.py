"""Waiting for a module changes nothing about how it is imported."""

from __future__ import annotations

import importlib
import sys
import threading
from importlib.machinery import ModuleSpec, SourceFileLoader

import pytest

from autolog.patching.imports import when_imported


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Writes a module that is forgotten with the test, and gives its name."""
    monkeypatch.syspath_prepend(tmp_path)
    written = []

    def write(source: str = "", name: str = "waited_for") -> str:
        (tmp_path / f"{name}.py").write_text(source)
        written.append(name)
        importlib.invalidate_caches()
        return name

    yield write
    for name in written:
        sys.modules.pop(name, None)


def test_an_imported_module_is_told_at_once():
    told = []

    when_imported("json", told.append)

    assert told == [sys.modules["json"]]


def test_a_module_is_told_when_it_has_run(module):
    told = []
    name = module("value = 1")
    when_imported(name, lambda imported: told.append(imported.value))

    importlib.import_module(name)

    assert told == [1]


def test_all_who_wait_are_told_once_and_in_their_order(module):
    told = []
    name = module()
    when_imported(name, lambda _: told.append("first"))
    when_imported(name, lambda _: told.append("second"))

    importlib.reload(importlib.import_module(name))

    assert told == ["first", "second"]


def test_who_is_told_may_wait_for_another_module(module):
    told = []
    name, other = module(), module(name="another")
    when_imported(name, lambda _: when_imported(other, told.append))

    importlib.import_module(name)
    importlib.import_module(other)

    assert told == [sys.modules[other]]


def test_a_module_sees_its_own_loader_while_it_runs(module):
    name = module("loaders = __loader__, __spec__.loader")
    when_imported(name, lambda _: None)

    imported = importlib.import_module(name)

    assert [type(loader) for loader in imported.loaders] == [SourceFileLoader] * 2
    assert imported.__loader__ is imported.__spec__.loader is imported.loaders[0]


def test_a_module_that_fails_is_told_when_it_runs_at_last(module):
    told = []
    name = module("raise RuntimeError('not yet')")
    when_imported(name, told.append)
    with pytest.raises(RuntimeError, match="not yet"):
        importlib.import_module(name)
    module("value = 'a source of another length'")

    importlib.import_module(name)

    assert told == [sys.modules[name]]


def test_a_module_that_is_missing_is_missed_as_without_us():
    when_imported("module_that_nobody_has", lambda _: None)

    with pytest.raises(ModuleNotFoundError, match="No module named 'module_that_nobody_has'"):
        importlib.import_module("module_that_nobody_has")


def test_a_finder_of_the_users_is_asked_for_the_module(monkeypatch):
    told = []

    class Loader:
        def create_module(self, spec):
            return None

        def exec_module(self, module):
            module.value = 2

    class Finder:
        def find_spec(self, name, path, target):
            return ModuleSpec(name, Loader()) if name == "of_the_user" else None

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    when_imported("of_the_user", lambda imported: told.append(imported.value))

    importlib.import_module("of_the_user")

    assert told == [2]
    del sys.modules["of_the_user"]


def test_a_loader_that_only_knows_the_old_ways_still_loads(monkeypatch):
    class Loader:
        def load_module(self, name):
            sys.modules[name] = type(sys)(name)
            return sys.modules[name]

    class Finder:
        def find_spec(self, name, path, target):
            return ModuleSpec(name, Loader()) if name == "old_fashioned" else None

    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
    when_imported("old_fashioned", lambda _: None)

    with pytest.warns(ImportWarning):
        imported = importlib.import_module("old_fashioned")

    assert imported is sys.modules.pop("old_fashioned")


def test_resources_beside_the_module_are_found_through_its_loader(module, tmp_path):
    name = module("data = __loader__.get_data(__file__)")
    when_imported(name, lambda _: None)

    imported = importlib.import_module(name)

    assert imported.data == (tmp_path / f"{name}.py").read_bytes()


def test_two_threads_that_import_at_once_tell_once(module):
    told = []
    name = module("import time; time.sleep(0.05)")
    when_imported(name, told.append)
    threads = [threading.Thread(target=importlib.import_module, args=(name,)) for _ in range(2)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert told == [sys.modules[name]]
