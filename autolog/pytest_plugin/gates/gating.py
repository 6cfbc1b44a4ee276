"""The gates within a run of pytest: what its options ask, and how a test fails by them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autolog.errors import ConfigurationError, StoreError
from autolog.pytest_plugin.gates.baseline_file import BaselineFile
from autolog.pytest_plugin.gates.comparing import Gate
from autolog.pytest_plugin.gates.directions import higher_is_better as better_by_name
from autolog.pytest_plugin.gates.gatekeeper import Gatekeeper
from autolog.pytest_plugin.gates.holding import DEFAULT_FILE, folder_of_ini
from autolog.pytest_plugin.gates.options import read_gates
from autolog.pytest_plugin.gates.stored_baselines import StoredBaselines
from autolog.pytest_plugin.gates.tolerances import Tolerance
from autolog.pytest_plugin.runs.session_run import session_run_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.pytest_plugin.gates.baselines import Baselines
    from autolog.store import Store

_LAST = "last"
_BRANCH = "branch:"

_GATEKEEPER = pytest.StashKey[Gatekeeper]()


def gatekeeper_of(config: pytest.Config) -> Gatekeeper:
    """The one gatekeeper of this process.

    Raises:
        ConfigurationError: One of the options of gates cannot be read.
    """
    if _GATEKEEPER not in config.stash:
        config.stash[_GATEKEEPER] = Gatekeeper(
            _baselines(config),
            read_gates(config.getoption("autolog_fail") or config.getini("autolog_fail")),
            strict=bool(
                config.getoption("autolog_strict_baseline")
                or config.getini("autolog_strict_baseline")
            ),
            updating=config.getoption("autolog_update_baseline"),
        )
    return config.stash[_GATEKEEPER]


def check(
    test: str,
    config: pytest.Config,
    metrics: Mapping[str, float],
    checks: list[dict[str, Any]],
    gate: Gate,
) -> None:
    """Compares a metric of a test with its baseline, and fails the test if it is worse.

    Args:
        test: The test's node id.
        config: The configuration of pytest.
        metrics: What the test has recorded so far.
        checks: Gets the record of the comparison.
        gate: What the metric has to hold.
    """
    __tracebackhide__ = True
    gatekeeper = gatekeeper_of(config)
    found = gatekeeper.check(test, metrics, gate)
    checks.append(found.record())
    complaint = gatekeeper.complaint(found)
    if complaint is not None:
        pytest.fail(complaint)


def gate(
    metric: str,
    *,
    higher_is_better: bool | None = None,
    abs: float | None = None,  # noqa: A002 - as pytest.approx has it
    rel: float | None = None,
    spread: float | None = None,
) -> Gate:
    """What `check` asks of a metric.

    Raises:
        ValueError: Which way is worse is neither said nor told by the metric's name, or a
            tolerance is negative.
    """
    better = better_by_name(metric) if higher_is_better is None else higher_is_better
    if better is None:
        raise ValueError(
            f"check({metric!r}): whether a higher value is better cannot be told from the name; "
            "say higher_is_better=True, or False"
        )
    return Gate(metric, better, Tolerance(abs, rel, spread))


def _baselines(config: pytest.Config) -> Baselines:
    stored = partial(StoredBaselines, partial(_store, config), partial(_session_run_id, config))
    chosen = config.getoption("autolog_baseline")
    folder = config.invocation_params.dir
    if chosen is None:
        chosen = config.getini("autolog_baseline") or DEFAULT_FILE
        folder = folder_of_ini(config)
    if chosen == _LAST or chosen.startswith(_BRANCH):
        if config.getoption("autolog_update_baseline"):
            raise ConfigurationError(
                f"--autolog-update-baseline writes a file; --autolog-baseline={chosen} names none"
            )
        branch = chosen.removeprefix(_BRANCH) if chosen != _LAST else None
        if branch == "":
            raise ConfigurationError("--autolog-baseline=branch: needs a name, as in branch:main")
        return stored(branch=branch)
    path = Path(folder, chosen)
    return BaselineFile(path, _shown(path, config), stored())


def _shown(path: Path, config: pytest.Config) -> str:
    root = config.rootpath
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def _session_run_id(config: pytest.Config) -> str | None:
    session_run = session_run_of(config)
    return None if session_run is None else session_run.run_id


def _store(config: pytest.Config) -> Store:
    """The store that the runs of this session of tests go to, or else the nearest.

    Raises:
        StoreMissing: There is none yet.
        StoreError: The sinks of this session cannot be read back.
    """
    from autolog.process import current_session
    from autolog.reading import store_to_read
    from autolog.store.opening import first_readable, store_at

    session_run = session_run_of(config)
    # a test may have exchanged the session of autolog's for one of its own
    session = (session_run and session_run.session) or current_session()
    if session is None:
        return store_to_read()
    # without waiting for what this session has recorded, which is no baseline
    uri = first_readable(session.settings().sink)
    if uri is None:
        raise StoreError(
            "there has to be 'sqlite:', or a server, among the sinks to read runs back"
        )
    return store_at(uri, session.directory)
