"""Has libraries patched as they are imported; what that takes is imported for the first of them."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

from autolog.context import scope
from autolog.patching.imports import when_imported
from autolog.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from autolog.patching.patcher import Patcher
    from autolog.patching.target import Target
    from autolog.patching.wrapper import Interceptor
    from autolog.recording.recording_session import RecordingSession
    from autolog.registry import Available

THREADS = ("concurrent.futures.thread", "joblib._parallel_backends")
"""The modules whose threads carry the current run; see `patching.threads`."""


class Activation:
    """Patches libraries, and takes all patches off again.

    Args:
        available: The integrations that are installed.
        session: Opens the runs.
    """

    def __init__(self, available: Mapping[str, Available], session: RecordingSession) -> None:
        self._available = available
        self._session = session
        self._registry: Registry | None = None
        self._patcher: Patcher | None = None
        self._has_scopes = False
        self._carries_for: Registry | None = None
        self._start_anew()

    def begin(self) -> None:
        """Patches the libraries that are imported, and each other one once it is."""
        with self._lock:
            if self._registry is None:
                self._registry = Registry(self._available, self, self._session)
                if self._has_scopes or scope.get() is not None:
                    self.carry_scopes()
            self._registry.activate_all()

    def end(self) -> None:
        """Restores every patched function."""
        with self._lock:
            if self._registry is not None:
                self._registry.close()
            if self._patcher is not None:
                self._patcher.revert()
            self._registry = self._patcher = self._carries_for = None

    @property
    def is_under_way(self) -> bool:
        """Whether libraries are patched, or are going to be once they are imported."""
        return self._registry is not None

    @property
    def patched(self) -> tuple[str, ...]:
        """The places that are patched now."""
        return () if self._patcher is None else self._patcher.patched

    def carry_scopes(self) -> None:
        """Has the threads of pools see the scope of the code that hands them their tasks.

        To be called before there is a first scope; where nothing is recorded, it would be time
        lost to patch the pools, and to import what that takes.
        """
        self._has_scopes = True
        registry = self._registry
        with self._making:
            if registry is None or registry is self._carries_for:
                return
            self._carries_for = registry
        for module in THREADS:
            when_imported(module, partial(self._carry_into_threads, registry))

    def apply(self, target: Target, interceptor: Interceptor) -> None:
        """Patches a place; see `Patcher.apply`."""
        if self._patcher is None:
            from autolog.patching.patcher import Patcher

            with self._making:
                self._patcher = self._patcher or Patcher()
        self._patcher.apply(target, interceptor)

    def after_fork(self) -> None:
        """Renews what a thread of the parent may have held, in a forked child."""
        self._start_anew()
        if self._patcher is not None:
            self._patcher.after_fork()

    def _start_anew(self) -> None:
        self._lock = threading.Lock()
        self._making = threading.Lock()  # nothing is imported while it is held

    def _carry_into_threads(self, registry: Registry, module: ModuleType) -> None:
        if self._registry is registry:  # and has not been closed since
            from autolog.patching.threads import carry_into_threads

            carry_into_threads(scope, self, module)
