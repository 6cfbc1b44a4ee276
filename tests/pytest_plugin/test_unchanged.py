"""Suites of tests that do not train are as without the plugin."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from autolog.pytest_plugin.plain_imports import import_plainly

ROOT = Path(__file__).parents[2]

IMPORTED = """
import sys
before = set(sys.modules)
import autolog.pytest_plugin
print(sorted(name for name in set(sys.modules) - before if name.partition(".")[0] != "_pytest"))
"""

PLAIN = """
import os, sys, threading, warnings
import pytest

def test_passes():
    pass

def test_output(capsys):
    print("to stdout")
    print("to stderr", file=sys.stderr)
    assert capsys.readouterr() == ("to stdout\\n", "to stderr\\n")

def test_has_no_thread_beside_it():
    assert [thread.name for thread in threading.enumerate()] == ["MainThread"]

def test_environment(monkeypatch):
    assert not [name for name in os.environ if name.startswith("AUTOLOG_") and name not in KNOWN]

KNOWN = {"AUTOLOG_DIR", "AUTOLOG_STRICT"}

def test_warning():
    warnings.warn("careful")

def test_fails():
    print("seen before it fails")
    assert {"a": 1} == {"a": 2}

@pytest.fixture(scope="module")
def shared():
    yield 1
    print("torn down")

@pytest.mark.parametrize("number", range(3))
def test_numbers(shared, number):
    assert number < 2

@pytest.mark.xfail(strict=True)
def test_xpasses():
    pass

def test_skips():
    pytest.skip("not here")

def test_rewritten(request):
    assert not request.config.pluginmanager.has_plugin("nothing")
    with pytest.raises(ValueError, match="no"):
        raise ValueError("no")
"""


def test_the_module_that_pytest_imports_imports_nothing_else():
    command = [sys.executable, "-c", f"import pytest, typing\n{IMPORTED}"]

    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert found.strip() == "['autolog', 'autolog.pytest_plugin']"


@pytest.mark.parametrize("options", [(), ("--autolog",), ("--autolog", "--autolog-fail=loss:0")])
def test_pytest_finds_nothing_in_plugins_but_hooks_and_fixtures(suite, options):
    # it looks at each name of each plugin several times, at each start
    suite.write("""
        FIXTURES = {"autolog_off", "autolog_run", "recorded"}

        def test_it(pytestconfig):
            plugins = dict(pytestconfig.pluginmanager.list_name_plugin())
            ours = {name: plugin for name, plugin in plugins.items() if name.startswith("autolog")}
            for name, plugin in ours.items():
                named = set(dir(plugin))
                others = {one for one in named if not one.startswith("pytest_")}
                assert others == (FIXTURES if name == "autolog" else set())
                assert {one for one in vars(type(plugin)) if one.startswith("pytest_")} <= named
            assert "pytest_configure" in dir(ours["autolog"])
    """)

    suite.run(*options).assert_outcomes(passed=1)


def test_the_public_functions_are_imported_only_where_tests_use_them(suite):
    suite.write("""
        import sys

        def test_it():
            assert not {"autolog.api", "autolog.run_scope"} & set(sys.modules)
    """)

    suite.run("--autolog").assert_outcomes(passed=1)


def test_no_hook_of_ours_is_called_for_each_report(suite):
    suite.write("""
        def test_it(pytestconfig):
            called = pytestconfig.hook.pytest_runtest_logreport.get_hookimpls()
            assert not [one for one in called if one.plugin_name.startswith("autolog")]
    """)

    suite.run("--autolog").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "package", ["autolog", *(path.name for path in (ROOT / "integrations").glob("autolog_*"))]
)
def test_pytest_does_not_warn_of_a_package_that_a_script_has_imported_before(package):
    # pytest would rewrite the assertions of all that comes with a plugin, and says if it cannot
    assert "PYTEST_DONT_REWRITE" in import_module(package).__doc__


@pytest.mark.parametrize("option", ["--no-autolog", "--autolog"])
def test_nothing_of_a_library_is_imported(suite, option):
    suite.write(
        """
        import sys

        def test_it():
            heavy = {"numpy", "pandas", "sklearn", "torch", "toylearn", "xgboost"}
            assert not heavy & set(sys.modules)
            assert ("autolog.session" in sys.modules) is OPTION
    """.replace("OPTION", str(option == "--autolog"))
    )

    suite.run(option).assert_outcomes(passed=1)


def test_nothing_that_records_is_imported_where_the_environment_switches_it_off(suite, monkeypatch):
    monkeypatch.setenv("AUTOLOG", "0")
    suite.write(
        """
        import sys

        def test_it():
            assert not {"autolog.session", "autolog.pytest_plugin.runs"} & set(sys.modules)
    """
    )

    suite.run("--autolog").assert_outcomes(passed=1)


def test_nothing_is_left_behind_unless_it_is_asked_for(suite):
    suite.write("def test_it(): pass")

    suite.run().assert_outcomes(passed=1)

    assert not (suite.path / ".autolog").exists()


def test_pytest_finds_the_plugin_by_itself(suite, monkeypatch):
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")

    result = suite.pytester.runpytest_subprocess("--help", "-p", "no:asyncio")

    result.stdout.fnmatch_lines(["*--autolog *", "*--no-autolog*", "*--autolog-all*"])
    assert not (suite.path / ".autolog").exists()


@pytest.mark.parametrize("others", [(), ("-W", "error"), ("-s",), ("-n", "2")], ids=str)
def test_outcomes_output_and_exit_codes_are_the_same(suite, others):
    suite.write(PLAIN)
    arguments = ("-q", "-rA", *others)

    bare = suite.run(*arguments, plugins=("xdist",))
    recorded = suite.run(*arguments, "--autolog", plugins=("xdist",))

    assert recorded.ret == bare.ret
    assert recorded.parseoutcomes() == bare.parseoutcomes()
    assert said(recorded.outlines, others) == said(bare.outlines, others)
    assert [line for line in recorded.errlines if not line.startswith("autolog: ")] == bare.errlines


def said(lines, others):
    """What pytest and the tests have written, without the times and without our own part."""
    kept = []
    own = False
    for line in lines:
        own = ("= autolog =" in line) or (own and not line.startswith("="))
        if not own and " in " not in line[-12:]:
            kept.append(line)
    if "-n" in others:  # which worker runs what is different each time
        return sorted(line for line in kept if line.startswith(("PASSED", "FAILED", "SKIPPED")))
    return kept


def test_a_failure_of_our_own_fails_no_test(suite, monkeypatch):
    monkeypatch.setenv("AUTOLOG_STRICT", "0")
    suite.write(
        conftest="""
        import autolog.pytest_plugin.runs.attempts as attempts

        def fail(*_):
            raise OSError("of our own")

        attempts.params_of = fail
        attempts.Attempt._end_run = fail
        """,
        test_it="""
        import autolog

        def test_first(): autolog.log_metric("x", 1.0)

        def test_second(): autolog.log_metric("x", 1.0)
        """,
    )

    result = suite.run("--autolog", "-W", "error")

    result.assert_outcomes(passed=2)
    assert result.ret == 0


def test_a_store_that_cannot_be_written_fails_no_test(suite, monkeypatch):
    monkeypatch.setenv("AUTOLOG_DIR", "/proc/nowhere")
    monkeypatch.setenv("AUTOLOG_STRICT", "0")
    suite.write("""
        import toylearn

        def test_it(): toylearn.Slope().fit([1.0, 2.0], [2.0, 4.0])
    """)

    result = suite.run("--autolog")

    result.assert_outcomes(passed=1)
    assert result.ret == 0


@pytest.mark.parametrize("name", ["delivery.pace", "delivery", "none_such", "delivery.none_such"])
def test_modules_of_ours_are_found_as_by_python_itself(monkeypatch, name):
    monkeypatch.setattr(sys, "meta_path", [])
    import_plainly()
    (finder,) = sys.meta_path
    name = f"autolog.{name}"
    path = import_module(name.rpartition(".")[0]).__path__

    found, by_python = finder.find_spec(name, path), PathFinder.find_spec(name, path)

    assert found == by_python
    assert getattr(found, "cached", None) == getattr(by_python, "cached", None)
    assert type(getattr(found, "loader", None)) is type(getattr(by_python, "loader", None))


INSTALLED = """
    import sys
    from importlib.machinery import SourceFileLoader

    def test_it(pytestconfig):
        plain = [name for name, module in sys.modules.items() if is_ours(name, module)]
        assert "autolog.session" in plain
        assert "autolog_toylearn" not in sys.modules
        rewritten = [
            name
            for name in plain
            if type(sys.modules[name].__loader__).__name__ == "AssertionRewritingHook"
        ]
        # what pytest has imported before it has asked for anything
        assert set(rewritten) <= {
            "autolog", "autolog.version", "autolog.pytest_plugin",
            "autolog.pytest_plugin.plain_imports",
        }

    def is_ours(name, module):
        return name.partition(".")[0] == "autolog"

    def test_what_others_test_with_is_rewritten():
        import autolog.testing.sink_contract as contract

        assert type(contract.__loader__).__name__ == "AssertionRewritingHook"
"""


def test_modules_of_ours_are_not_rewritten_although_pytest_would(suite):
    suite.write(INSTALLED)

    suite.run("--autolog").assert_outcomes(passed=2)  # `-p autolog` marks all of `autolog`


def test_the_modules_of_tests_that_sound_like_ours_are_rewritten(suite):
    suite.write(autolog_of_mine="def check(): assert [1, 2] == [1, 3]")
    suite.write(
        conftest="""
        import pytest
        pytest.register_assert_rewrite("autolog_of_mine")
        """,
        test_it="""
        from autolog_of_mine import check
        def test_it(): check()
        """,
    )

    result = suite.run("--autolog")

    result.stdout.fnmatch_lines(["*assert [[]1, 2[]] == [[]1, 3[]]*"])
    result.stdout.fnmatch_lines(["*At index 1 diff*"])
