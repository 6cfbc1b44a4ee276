"""Tells which libraries are recorded, in which versions, and where they are patched."""

from __future__ import annotations

import importlib
import importlib.util
from importlib import metadata
from typing import TYPE_CHECKING, Any

from autolog.config.sources import switched_off
from autolog.guard import guard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.config.settings import Configuration
    from autolog.registry import Available

_NOT_INSTALLED = "not installed"
_UNKNOWN = "unknown"


def library_rows(
    available: Mapping[str, Available],
    configuration: Configuration,
    problems: list[str],
    *,
    imports: bool,
) -> list[dict[str, Any]]:
    """One row for each library that has an integration.

    Args:
        available: The integrations that are installed.
        configuration: The options in force, which may switch libraries off.
        problems: Gets a sentence for everything that is wrong.
        imports: Whether to import the libraries and their integrations, to tell what is patched.
    """
    return [
        _row(one, configuration, problems, imports=imports) for _, one in sorted(available.items())
    ]


def _row(
    available: Available, configuration: Configuration, problems: list[str], *, imports: bool
) -> dict[str, Any]:
    library = available.library
    version = installed_version(library)
    row: dict[str, Any] = {
        "library": library,
        "version": version,
        "supported": available.requirement or "any",
        "recorded": _recorded(available, version, configuration),
    }
    known = version not in {_NOT_INSTALLED, _UNKNOWN}
    if known and not available.supports(version):
        problems.append(
            f"{library} {version} is installed, and autolog supports {available.requirement}: "
            f"install a supported version, or expect less to be recorded."
        )
    if imports:
        row["patches"] = [] if version == _NOT_INSTALLED else _patches(available, problems)
    return row


def installed_version(library: str) -> str:
    """The version of a library, found without importing it."""
    package = library.partition(".")[0]
    if importlib.util.find_spec(package) is None:
        return _NOT_INSTALLED
    distributions = metadata.packages_distributions().get(package, ())
    return metadata.version(distributions[0]) if distributions else _UNKNOWN


def _recorded(available: Available, version: str, configuration: Configuration) -> bool:
    settings = configuration.settings(available.library)
    if version == _NOT_INSTALLED or settings.disable or switched_off():
        return False
    return (
        version == _UNKNOWN
        or not settings.disable_for_unsupported_versions
        or available.supports(version)
    )


def _patches(available: Available, problems: list[str]) -> list[str]:
    def report(action: str, error: Exception) -> None:
        problems.append(f"{action} failed: {type(error).__name__}: {error}")

    with guard(f"importing {available.library}", report):
        importlib.import_module(available.library)
        return [patch.target for patch in available.load().patches]
    return []
