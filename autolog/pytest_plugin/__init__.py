"""The pytest plugin: tests as tracked runs. Without `--autolog`, it is what this module says.

pytest imports it at each start, wherever autolog is installed, so that it imports nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autolog.pytest_plugin.runs.autolog_run import AutologRun
    from autolog.pytest_plugin.runs.recorded import Recorded

__all__ = ["AutologRun", "Recorded"]

_FOR_PYTEST = ("pytest_", "autolog_", "recorded")
"""What the names of hooks and fixtures begin with."""

_MARKER = (
    "autolog(enabled=True, tags={}, libraries={}): how `--autolog` records a test: whether, with "
    "which tags, and with which switches and options by library."
)


def __getattr__(name: str) -> Any:
    """Imports the classes of what fixtures give when they are first asked for."""
    if name == "AutologRun":
        from autolog.pytest_plugin.runs.autolog_run import AutologRun

        return AutologRun
    if name == "Recorded":
        from autolog.pytest_plugin.runs.recorded import Recorded

        return Recorded
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    # pytest looks at each of them several times at each start, and would import the two classes
    return [name for name in globals() if name.startswith(_FOR_PYTEST)]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options of the command line and of the ini file."""
    group = parser.getgroup("autolog", "autolog: tests as tracked runs")
    group.addoption(
        "--autolog",
        action="store_true",
        default=None,
        help="record this session of tests, and each test that trains or logs something",
    )
    group.addoption(
        "--no-autolog",
        action="store_false",
        dest="autolog",
        help="record nothing, whatever the ini file says",
    )
    group.addoption(
        "--autolog-all",
        action="store_true",
        help="record every test, also one that neither trains nor logs anything",
    )
    parser.addini("autolog", "whether to record, as --autolog does", type="bool", default=False)
    parser.addini("autolog_all", "whether to record every test", type="bool", default=False)
    _add_gates(parser, group)


def _add_gates(parser: pytest.Parser, group: pytest.OptionGroup) -> None:
    group.addoption(
        "--autolog-fail",
        action="append",
        metavar="METRIC:TOLERANCE",
        help="fail each test whose metric is worse than its baseline by more than that, such as "
        "test_score:-1%%, loss:+0.1 or accuracy:-3sd; may be repeated",
    )
    group.addoption(
        "--autolog-baseline",
        metavar="FILE|last|branch:NAME",
        help="compare metrics with those of a JSON file (by default autolog-baseline.json), of the "
        "last run of each test that has passed, or of the newest such run of a git branch",
    )
    group.addoption(
        "--autolog-update-baseline",
        action="store_true",
        help="write the metrics of the tests that pass into the file of baselines",
    )
    group.addoption(
        "--autolog-strict-baseline",
        action="store_true",
        help="fail tests whose metrics have no baseline",
    )
    group.addoption(
        "--autolog-report",
        action="append",
        metavar="FILE.md|github",
        help="write a report in Markdown; github adds it to the summary of GitHub's job",
    )
    parser.addini("autolog_fail", "as --autolog-fail, one in each line", type="linelist")
    parser.addini("autolog_baseline", "as --autolog-baseline", default=None)
    parser.addini(
        "autolog_strict_baseline", "as --autolog-strict-baseline", type="bool", default=False
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begins to record, if that is asked for."""
    config.addinivalue_line("markers", _MARKER)
    asked = config.option.autolog
    if asked is None:
        asked = config.option.autolog_all or config.getini("autolog")
    if asked:
        from autolog.pytest_plugin.plain_imports import import_plainly

        config.add_cleanup(import_plainly())
        from autolog.garbage import no_collection

        with no_collection():
            from autolog.config.sources import switched_off

            if switched_off() or config.getoption("collectonly", default=False):
                return
            from autolog.pytest_plugin.runs.recording import begin

            begin(config)
    else:
        _refuse_what_needs_runs(config)


def _refuse_what_needs_runs(config: pytest.Config) -> None:
    for name in ("fail", "update_baseline", "report"):
        if config.getoption(f"autolog_{name}"):
            option = f"--autolog-{name.replace('_', '-')}"
            raise pytest.UsageError(f"{option} is about what --autolog records, which is not asked")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tells how metrics compare with their baselines, if any test has compared some."""
    reports = terminalreporter.config.pluginmanager.get_plugin("autolog-reports")
    if reports is None:
        heard = (one for reports in terminalreporter.stats.values() for one in reports)
        told = any(hasattr(report, "autolog") for report in heard)
    else:
        told = reports.records or reports.notes
    if told:
        from autolog.pytest_plugin.reports.summary import summarise

        summarise(terminalreporter)


@pytest.fixture
def autolog_run(request: pytest.FixtureRequest) -> AutologRun:
    """This test's run: `log_metric`, `log_param`, `metrics` so far, and `check`."""
    from autolog.pytest_plugin.runs.autolog_run import AutologRun
    from autolog.pytest_plugin.runs.in_memory import attempt_for

    return AutologRun(attempt_for(request))


@pytest.fixture
def recorded(request: pytest.FixtureRequest) -> Recorded:
    """What autolog has captured in this test, to assert on: `recorded.run.metrics["loss"]`."""
    from autolog.pytest_plugin.runs.in_memory import attempt_for
    from autolog.pytest_plugin.runs.recorded import Recorded

    return Recorded(attempt_for(request))


@pytest.fixture
def autolog_off() -> Iterator[None]:
    """Nothing of this test is recorded, neither by itself nor by hand."""
    from autolog.pytest_plugin.runs.surroundings import nothing_is_recorded

    with nothing_is_recorded():
        yield
