"""Whether tests are held to baselines: only then is anything imported that has to do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autolog.errors import ConfigurationError
from autolog.pytest_plugin.reports.reporting import REPORTS, Reports

if TYPE_CHECKING:
    from pathlib import Path

    from autolog.pytest_plugin.gates.gatekeeper import Gatekeeper

DEFAULT_FILE = "autolog-baseline.json"
"""The file of baselines where none is named, in the folder of pytest's ini file."""

_OPTIONS = ("fail", "baseline", "update_baseline", "strict_baseline")
_OF_THE_INI_FILE = ("fail", "baseline", "strict_baseline")


def begin_gates(config: pytest.Config) -> None:
    """Registers the plugins that hold tests to their baselines, and report of that.

    Where nothing is said of baselines, nothing about them is imported before a test asks for one.

    Args:
        config: The configuration of a process that runs tests, or that reports of them.

    Raises:
        UsageError: One of the options of gates, or the file of baselines, cannot be read.
    """
    gatekeeper = _gatekeeper(config) if _are_asked_for(config) else None
    if gatekeeper is not None and gatekeeper.options:
        from autolog.pytest_plugin.gates.all_tests import GatesOfAllTests

        config.pluginmanager.register(GatesOfAllTests(gatekeeper), "autolog-gates")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Reports(config, gatekeeper), REPORTS)


def folder_of_ini(config: pytest.Config) -> Path:
    """What paths in the ini file are relative to, and where the default file is."""
    return config.rootpath if config.inipath is None else config.inipath.parent


def _are_asked_for(config: pytest.Config) -> bool:
    return (
        any(config.getoption(f"autolog_{name}") for name in _OPTIONS)
        or any(config.getini(f"autolog_{name}") for name in _OF_THE_INI_FILE)
        or (folder_of_ini(config) / DEFAULT_FILE).exists()
    )


def _gatekeeper(config: pytest.Config) -> Gatekeeper:
    from autolog.pytest_plugin.gates.gating import gatekeeper_of

    try:
        gatekeeper = gatekeeper_of(config)
        gatekeeper.baselines.read()
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from error
    return gatekeeper
