"""Finds integrations by their entry points, and activates each when its library is imported."""

from __future__ import annotations

import sys
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, get_type_hints

import msgspec

from autolog.config.sources import Vocabulary
from autolog.errors import IntegrationError
from autolog.garbage import no_collection
from autolog.guard import guard
from autolog.patching.imports import when_imported
from autolog.plugins import INTEGRATIONS, Plugin, installed
from autolog.saying import say_once

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType
    from typing import Protocol

    from autolog.patch import Integration
    from autolog.patching.threads import Patches
    from autolog.recording.recording_session import RecordingSession
    from autolog.watching import Watch

    class Patching(Patches, Protocol):
        """What the patches of integrations are applied with."""

        def carry_scopes(self) -> None:
            """Has the threads of pools see the scope of the code that hands them their tasks."""


class Available(msgspec.Struct, frozen=True, dict=True):
    """An integration that is installed, loaded or not.

    Args:
        plugin: Its entry point. The name is the library's module; an extra of the same name in
            the distribution's metadata says which versions of the library are supported.
    """

    plugin: Plugin

    @property
    def library(self) -> str:
        """The library's name, as options call it."""
        return self.plugin.name

    @cached_property
    def options(self) -> type | None:
        """The class of its own options, read without importing the library."""
        from importlib.util import find_spec

        if find_spec(f"{self._package}.options") is None:
            return None
        options: type = import_module(f"{self._package}.options").Options
        return options

    @property
    def records(self) -> tuple[tuple[str, str], ...]:
        """What is recorded, as the integration's module `records` tells it."""
        records: tuple[tuple[str, str], ...]
        records = import_module(f"{self._package}.records").RECORDS
        return records

    @property
    def _package(self) -> str:
        return self.plugin.module.rpartition(".")[0] or self.plugin.module

    @property
    def option_types(self) -> Mapping[str, Any]:
        """The types of its own options, by name."""
        if self.options is None:
            return {}
        return get_type_hints(self.options)

    @property
    def requirement(self) -> str:
        """The supported versions, as a specifier such as `>=1.5`; empty where nothing is said."""
        from autolog.versions import versions_of_extra  # late, since few libraries are asked for

        return versions_of_extra(self.plugin.requirements(), self.library)

    def supports(self, version: str) -> bool:
        """Whether a version of the library is among the supported ones."""
        from autolog.versions import admits

        return admits(self.requirement, version)

    def load(self) -> Integration:
        """Imports the integration; its library is imported with it.

        Raises:
            IntegrationError: The entry point does not lead to an `Integration`.
        """
        from autolog.patch import Integration

        with no_collection():
            integration = self.plugin.load()
        if not isinstance(integration, Integration):
            raise IntegrationError(
                f"the entry point {self.plugin.target!r} for {self.library!r} leads to "
                f"{integration!r}; it must lead to an autolog.integration.Integration"
            )
        return integration


def discover() -> dict[str, Available]:
    """All integrations that are installed, by the library's name; none is imported."""
    return {plugin.name: Available(plugin) for plugin in installed(INTEGRATIONS)}


def vocabulary(available: Mapping[str, Available]) -> Vocabulary:
    """The names that options may use."""
    return Vocabulary(frozenset(available), lambda library: available[library].option_types)


class Registry:
    """Activates integrations, each at most once.

    Args:
        available: The integrations that are installed.
        patching: Applies their patches.
        session: Opens the runs of their recorders.
    """

    def __init__(
        self, available: Mapping[str, Available], patching: Patching, session: RecordingSession
    ) -> None:
        self.available = available
        self._patching = patching
        self._session = session
        self._asked: set[str] = set()
        self._closed = False
        self._watches: list[Watch] = []

    def activate_all(self) -> None:
        """Activates every integration that is not switched off, now or once it is imported."""
        for library in self.available:
            if library not in self._asked and not self._session.settings(library).disable:
                self._asked.add(library)
                when_imported(library, partial(self._activate, self.available[library]))

    def close(self) -> None:
        """Ends what watches; integrations whose library is imported later stay inactive."""
        self._closed = True
        while self._watches:
            self._watches.pop().close()

    def _activate(self, available: Available, module: ModuleType) -> None:
        from autolog.hooks import Recorder
        from autolog.patching.target import Target
        from autolog.watching import Watch

        library = available.library
        with guard(f"activating the integration for {library}"):
            if self._closed or not self._usable(available, module):
                return
            integration = available.load()
            self._patching.carry_scopes()
            for patch in integration.patches:
                recorder = Recorder(library, patch, self._session)
                self._patching.apply(Target.parse(patch.target), recorder)
            if integration.watch is not None:
                watch = Watch(library, self._session)
                self._watches.append(watch)
                integration.watch(watch)

    def _usable(self, available: Available, module: ModuleType) -> bool:
        top = sys.modules.get(available.library.partition(".")[0], module)
        version = getattr(top, "__version__", None)
        if version is None or available.supports(version):
            return True
        library = available.library
        leave = self._session.settings(library).disable_for_unsupported_versions
        say_once(
            f"autolog supports {library}{available.requirement}, and {version} is installed: "
            + ("it is not recorded." if leave else "it is recorded all the same, untested.")
        )
        return not leave
