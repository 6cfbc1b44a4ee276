"""Integrations are found by entry point, checked against their extra, and activated on import."""

from __future__ import annotations

import subprocess
import sys

import pytest
import toylearn

from autolog.errors import IntegrationError
from autolog.plugins import INTEGRATIONS, Plugin
from autolog.registry import Available, discover, vocabulary
from autolog.testing import record

X, Y = [1.0, 2.0], [2.0, 4.0]


@pytest.fixture
def entry_point(tmp_path):
    """Makes the entry point of a distribution that is installed in a folder of its own."""

    def made(target, *, name="toylearn", requires=()):
        lines = ["Name: plugin", *(f"Requires-Dist: {line}" for line in requires), "", "# A readme"]
        (tmp_path / "METADATA").write_text("\n".join(lines))
        module, _, attribute = target.partition(":")
        return Plugin(INTEGRATIONS, name, module, attribute, str(tmp_path))

    return made


def test_our_own_and_third_party_integrations_are_found():
    assert {"sklearn", "toylearn"} <= discover().keys()


def test_discovering_imports_no_library():
    script = """
import sys
from autolog.registry import discover, vocabulary
names = vocabulary(discover())
names.own_options("sklearn"), names.own_options("toylearn")
assert not {"sklearn", "toylearn", "numpy"} & set(sys.modules), sorted(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_what_libraries_import_anyway_is_not_imported_before_them():
    script = """
import sys
before = set(sys.modules)
import autolog
autolog.autolog()
slow = {"importlib.metadata", "logging", "shutil", "string"} - before
assert not slow & set(sys.modules), slow & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_a_library_is_patched_when_it_is_imported_and_not_before():
    script = """
import sys
import autolog
autolog.autolog(silent=True)
assert "toylearn" not in sys.modules and "autolog_toy.patches" not in sys.modules
import toylearn
toylearn.Slope().fit([1.0], [2.0])
assert autolog.last_run().name == "Slope"
autolog.disable()
toylearn.Slope().fit([1.0], [2.0])
assert len(autolog.search_runs(output="list")) == 1
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_a_library_that_is_imported_after_disable_stays_as_it_is():
    script = """
import types
import autolog
autolog.autolog()
autolog.disable()
import toylearn
assert type(toylearn.tune) is types.FunctionType
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_own_options_are_known_by_name_and_type():
    assert vocabulary(discover()).own_options("toylearn") == {"every_n_rounds": int}


def test_an_integration_may_have_no_options(entry_point):
    available = Available(entry_point("toylearn:Slope"))

    assert available.option_types == {}


def test_supported_versions_are_those_of_the_extra(entry_point):
    requires = ['real-name<3,>=2.1; extra == "toylearn"', "other>9", 'x; extra == "all"']
    available = Available(entry_point("autolog_toy.patches:integration", requires=requires))

    assert available.requirement == "<3,>=2.1"
    assert available.supports("2.5")
    assert available.supports("2.9.0rc1")
    assert not available.supports("2.0")
    assert not available.supports("unknown")


def test_without_an_extra_every_version_is_supported(entry_point):
    available = Available(entry_point("autolog_toy.patches:integration", requires=[]))

    assert available.requirement == ""
    assert available.supports("0.0.1")


def test_an_entry_point_that_leads_elsewhere_is_refused(entry_point):
    with pytest.raises(IntegrationError, match=r"'toylearn:Slope'.*must lead to"):
        Available(entry_point("toylearn:Slope")).load()


@pytest.fixture
def outdated(monkeypatch):
    """Toylearn in a version that its integration does not support."""
    monkeypatch.setattr(Available, "requirement", ">=1.0")
    monkeypatch.setattr(toylearn, "__version__", "0.9")


def test_an_unsupported_version_is_recorded_with_a_warning(outdated, caplog):
    with record() as runs:
        toylearn.Slope().fit(X, Y)

        assert len(runs) == 1
    assert "supports toylearn>=1.0, and 0.9 is installed: it is recorded all the same" in (
        caplog.text
    )


def test_an_unsupported_version_can_be_left_alone(outdated, caplog):
    with record(disable_for_unsupported_versions=True) as runs:
        toylearn.Slope().fit(X, Y)

        assert len(runs) == 0
    assert "it is not recorded" in caplog.text


def test_a_library_without_a_version_is_recorded(monkeypatch):
    monkeypatch.delattr(toylearn, "__version__")

    with record() as runs:
        toylearn.Slope().fit(X, Y)

        assert len(runs) == 1


def test_an_integration_that_fails_to_load_leaves_the_library_alone(monkeypatch, caplog):
    def fail(_available):
        raise ImportError("half installed")

    monkeypatch.setattr(Available, "load", fail)

    with record(strict=False) as runs:
        assert toylearn.Slope().fit(X, Y).slope

        assert len(runs) == 0
    assert "activating the integration for toylearn" in caplog.text
