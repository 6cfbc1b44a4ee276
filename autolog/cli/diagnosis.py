"""Looks autolog over, and says in sentences what is wrong."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autolog.cli import formatting
from autolog.cli.access import configuration, open_store
from autolog.cli.libraries import library_rows
from autolog.config.settings import Configuration
from autolog.config.sources import switched_off
from autolog.delivery.folder import journals_path
from autolog.delivery.inspection import journals
from autolog.directory import directory_to_read, directory_to_write
from autolog.errors import AutologError, ConfigurationError, StoreError, StoreMissing
from autolog.registry import discover
from autolog.sinks.registry import check_uri, scheme, without_secrets
from autolog.sinks.sqlite.location import database_path
from autolog.store.facts import facts
from autolog.store.opening import is_server, store_at
from autolog.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from autolog.registry import Available
    from autolog.store import Store


@dataclass
class Diagnosis:
    """What was found.

    Attributes:
        sections: Rows of facts, by what they are about.
        problems: What is wrong and what to do, one sentence each.
    """

    sections: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def diagnose(*, imports: bool = False) -> Diagnosis:
    """Looks everything over, after delivering what ended processes left.

    Args:
        imports: Whether to import the libraries and their integrations, to tell what is patched.
    """
    diagnosis = Diagnosis()
    available = discover()
    options = _options(diagnosis, available)
    directory = _directory()
    diagnosis.sections["autolog"] = [
        {
            "version": __version__,
            "python": sys.version.split()[0],
            "switched_off": switched_off(),
            "directory": directory and str(directory),
        }
    ]
    diagnosis.sections["libraries"] = library_rows(
        available, options, diagnosis.problems, imports=imports
    )
    diagnosis.sections["sinks"] = [
        {"sink": without_secrets(uri), "usable": _is_usable(diagnosis, uri, directory)}
        for uri in options.settings().destinations
    ]
    if directory is not None:
        _are_writable(diagnosis, *_own_folders(directory))
        _look_at_store(diagnosis)
        _look_at_journals(diagnosis, directory)
        _look_at_quarantine(diagnosis, directory)
    return diagnosis


def _options(diagnosis: Diagnosis, available: Mapping[str, Available]) -> Configuration:
    try:
        return configuration(available)
    except ConfigurationError as error:
        diagnosis.problems.append(str(error))
        return Configuration()


def _is_usable(diagnosis: Diagnosis, uri: str, directory: Path | None) -> bool:
    try:
        check_uri(uri)
    except ConfigurationError as error:
        diagnosis.problems.append(str(error))
        return False
    if is_server(uri):
        return _answers(diagnosis, uri)
    if directory is None or scheme(uri) != "sqlite":
        return True
    database = database_path(uri, directory)
    # SQLite keeps its log beside the file, so the folder must be writable too.
    return _are_writable(diagnosis, *_own_folders(directory), database.parent, database)


def _answers(diagnosis: Diagnosis, uri: str) -> bool:
    try:
        with store_at(uri, directory_to_write()).source.reading():
            return True
    except StoreMissing:
        return True  # nothing has been recorded there yet
    except StoreError as error:
        diagnosis.problems.append(str(error))
        return False


def _own_folders(directory: Path) -> tuple[Path, Path]:
    return directory.absolute(), journals_path(directory.absolute())


def _are_writable(diagnosis: Diagnosis, *places: Path) -> bool:
    """Adds a problem for each place that is there but cannot be written."""
    refused = [place for place in places if place.exists() and not os.access(place, os.W_OK)]
    for place in refused:
        problem = (
            f"{place} cannot be written; look at its owner and its permissions, or let AUTOLOG_DIR "
            "name another folder."
        )
        if problem not in diagnosis.problems:
            diagnosis.problems.append(problem)
    return not refused


def _directory() -> Path | None:
    try:
        return directory_to_read()
    except StoreMissing:
        return None


def _look_at_store(diagnosis: Diagnosis) -> None:
    try:
        store = open_store()
        _add_facts(diagnosis, store)
    except AutologError as error:
        if str(error) not in diagnosis.problems:
            diagnosis.problems.append(str(error))


def _add_facts(diagnosis: Diagnosis, store: Store) -> None:
    found = facts(store)
    diagnosis.sections["store"] = [
        {
            "file": store.source.name,
            "size_bytes": found.size_bytes,
            "schema": found.schema_version,
            "runs": found.runs,
            "metric_points": found.metric_points,
        }
    ]
    diagnosis.sections["failures"] = [
        {"run_id": failure.run_id, "name": failure.name, "message": failure.message}
        for failure in found.failures
    ]
    diagnosis.sections["lost"] = [
        {"reason": reason, "records": count} for reason, count in found.dropped.items()
    ]
    if found.failures:
        runs = formatting.counted(len(found.failures), "run")
        diagnosis.problems.append(f"Something of autolog's own failed during {runs}.")
    if found.dropped:
        lost = formatting.counted(sum(found.dropped.values()), "record")
        diagnosis.problems.append(f"{lost} could not be kept.")


def _look_at_journals(diagnosis: Diagnosis, directory: Path) -> None:
    states = journals(directory)
    diagnosis.sections["journals"] = [
        {
            "journal": state.id,
            "live": state.live,
            "waiting_bytes": state.bytes_waiting,
            "sinks": state.sinks,
        }
        for state in states
    ]
    left = sum(not state.live for state in states)
    if left:
        journal = formatting.counted(left, "journal")
        diagnosis.problems.append(
            f"{journal} of ended processes cannot be delivered; `autolog sync` tells why."
        )


def _look_at_quarantine(diagnosis: Diagnosis, directory: Path) -> None:
    files = sorted((directory / "quarantine").glob("*.jsonl"))
    diagnosis.sections["quarantine"] = [
        {"file": str(file), "size_bytes": file.stat().st_size} for file in files
    ]
    if files:
        diagnosis.problems.append(
            "Sinks refused some records for good; they are in quarantine, each with its reason. "
            "`autolog gc --quarantine` deletes them."
        )
