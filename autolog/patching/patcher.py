"""Applies patches to functions, methods and whole families of classes, and reverts them exactly."""

from __future__ import annotations

import weakref
from functools import partial
from inspect import getattr_static
from threading import RLock
from types import FunctionType
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.guard import guard
from autolog.patching.classes import (
    definer_of,
    delete_from,
    family_of,
    is_immutable,
    is_method,
    set_on,
)
from autolog.patching.decorated import PatchedInner, content_of, decorated_functions
from autolog.patching.imports import when_imported
from autolog.patching.wrapper import (
    Interception,
    Interceptor,
    LetPass,
    PatchedFunction,
    Site,
    skipped_by_warnings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import CellType, ModuleType

    from autolog.patching.target import Target

_ABSENT: Any = object()


class _Claim(msgspec.Struct, frozen=True):
    """One integration's wish to intercept a method of a class, or of its whole family."""

    root: type
    attribute: str
    family: bool
    interceptor: Interceptor

    def covers(self, owner: type) -> bool:
        return owner is self.root or (self.family and self.root in owner.__mro__)


class Patcher:
    """Puts wrappers in place and remembers enough to restore the identical originals.

    Where several claims cover a method, the one whose root is the most derived intercepts,
    whichever came first.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._claims: dict[str, list[_Claim]] = {}
        # Neither a class nor its functions, which may refer to it, are kept alive by being patched.
        self._sites: weakref.WeakKeyDictionary[type, dict[str, Site]] = weakref.WeakKeyDictionary()
        self._functions: list[tuple[Callable[[], Any], Site]] = []
        self._decorated: list[tuple[CellType, PatchedInner]] = []
        self._undo: list[Callable[[], None]] = []
        self._watched: set[type] = set()
        self._active = True

    def apply(self, target: Target, interceptor: Interceptor) -> None:
        """Patches a target now, or as soon as its module is imported.

        Failures are reported through `guard` and leave the target as it was.
        """
        when_imported(target.module, partial(self._apply, target, interceptor))

    def revert(self) -> None:
        """Restores everything; patches that still wait will not be applied."""
        with self._lock:
            self._active = False
            for undo in self._all_undo():
                with guard("restoring a patched function"):
                    undo()
            for site in self._all_sites():
                site.interceptor = LetPass()
            self._undo.clear()
            self._claims.clear()

    def after_fork(self) -> None:
        """Renews the lock in a forked child: a thread that is no more may have held it."""
        self._lock = RLock()

    @property
    def patched(self) -> tuple[str, ...]:
        """The places that are patched now, as `module:Class.method`."""
        with self._lock:
            return tuple(sorted(site.reference for site in self._all_sites()))

    def _all_sites(self) -> list[Site]:
        of_classes = [site for sites in self._sites.values() for site in sites.values()]
        of_functions = [site for _, site in self._functions]
        return [*of_classes, *of_functions, *(inner.site for _, inner in self._decorated)]

    def _all_undo(self) -> list[Callable[[], None]]:
        return [
            *(partial(_restore, owner, site) for owner, site in reversed(self._functions)),
            *(partial(_restore_cell, cell, inner) for cell, inner in reversed(self._decorated)),
            *(
                partial(_restore, weakref.ref(owner), site)
                for owner, sites in self._sites.items()
                for site in sites.values()
            ),
            *self._undo,
        ]

    def _apply(self, target: Target, interceptor: Interceptor, module: ModuleType) -> None:
        with self._lock, guard(f"patching {target}"):
            if not self._active:
                return
            owner = target.find_owner(module)
            if isinstance(owner, type):
                self._claim(_Claim(owner, target.attribute, target.family, interceptor))
            elif target.attribute == "*":
                self._wrap_decorated_functions(owner, interceptor)
            else:
                self._wrap_function(owner, target, interceptor)

    def _wrap_function(self, owner: Any, target: Target, interceptor: Interceptor) -> None:
        site = Site(f"{target.module}:{target.attribute}", target.attribute, interceptor)
        set_on(owner, site.attribute, PatchedFunction(getattr(owner, target.attribute), site))
        self._functions.append((weakref.ref(owner), site))

    def _wrap_decorated_functions(self, module: ModuleType, interceptor: Interceptor) -> None:
        for name, cell in decorated_functions(module):
            site = Site(f"{module.__name__}:{name}", name, interceptor)
            inner = PatchedInner(cell.cell_contents, site)
            self._decorated.append((cell, inner))
            cell.cell_contents = inner

    def _claim(self, claim: _Claim) -> None:
        if not claim.family and claim.attribute not in vars(claim.root):
            self._wrap_inherited(claim)
            return
        self._claims.setdefault(claim.attribute, []).append(claim)
        for owner in family_of(claim.root) if claim.family else (claim.root,):
            self._wrap_in_class(owner, claim.attribute)
        if claim.family:
            self._watch_subclasses(claim.root)

    def _wrap_inherited(self, claim: _Claim) -> None:
        inherited = getattr_static(claim.root, claim.attribute)
        self._put(claim.root, claim.attribute, claim.interceptor, inherited, is_inherited=True)

    def _wrap_class(self, owner: type) -> None:
        for attribute in self._claims:
            self._wrap_in_class(owner, attribute)

    def _wrap_in_class(self, owner: type, attribute: str) -> None:
        """Wraps what the class defines, and what it inherits from outside its family."""
        definer = definer_of(owner, attribute)
        claim = None if definer is None else self.strongest_claim(owner, attribute)
        if definer is None or claim is None:
            return
        if definer is owner:
            self._wrap_method(owner, attribute, claim.interceptor)
        elif not claim.covers(definer) and not is_immutable(definer):
            self._wrap_method(definer, attribute, _OfMembers(self, attribute))

    def _wrap_method(self, owner: type, attribute: str, interceptor: Interceptor) -> None:
        original = vars(owner)[attribute]
        known = self._sites.get(owner, {}).get(attribute)
        if known is not None:
            known.interceptor = interceptor
        elif is_method(original):
            self._put(owner, attribute, interceptor, original)

    def wrap_new_class(self, owner: type) -> None:
        """Wraps a class of a claimed family that has just been defined."""
        with self._lock, guard(f"patching the new class {owner.__qualname__}"):
            if self._active:
                self._wrap_class(owner)

    def claims_on(self, attribute: str) -> Sequence[_Claim]:
        """The claims on methods of this name."""
        return self._claims.get(attribute, ())

    def strongest_claim(self, owner: type, attribute: str) -> _Claim | None:
        """Of the claims that cover a method of a class, the one that it is intercepted for."""
        claims = [claim for claim in self.claims_on(attribute) if claim.covers(owner)]
        return min(claims, key=lambda claim: owner.__mro__.index(claim.root), default=None)

    def _watch_subclasses(self, root: type) -> None:
        """Wraps classes as they are defined, those of the user too."""
        if root in self._watched:
            return
        self._watched.add(root)
        original = vars(root).get("__init_subclass__", _ABSENT)
        base: Any = root
        patcher = weakref.ref(self)

        @skipped_by_warnings
        def watch(cls: Any, /, **kwargs: Any) -> None:  # pragma: no cover
            if original is _ABSENT:
                super(base, cls).__init_subclass__(**kwargs)
            else:
                original.__get__(None, cls)(**kwargs)
            _wrap_new_class(patcher(), cls)

        watch.__name__ = "__init_subclass__"
        watcher = classmethod(watch)
        set_on(root, "__init_subclass__", watcher)
        self._undo.append(partial(_unwatch, root, watcher, original))

    def _put(
        self,
        owner: type,
        attribute: str,
        interceptor: Interceptor,
        original: Any,
        *,
        is_inherited: bool = False,
    ) -> None:
        reference = f"{owner.__module__}:{owner.__qualname__}.{attribute}"
        site = Site(
            reference,
            attribute,
            interceptor,
            is_inherited=is_inherited,
            is_method=isinstance(original, FunctionType),
        )
        set_on(owner, attribute, PatchedFunction(original, site))
        self._sites.setdefault(owner, {})[attribute] = site


class _OfMembers:
    """Intercepts a method that a mixin outside of all families lends to their members."""

    def __init__(self, patcher: Patcher, attribute: str) -> None:
        self._patcher = patcher
        self._attribute = attribute

    def passes(self) -> bool:
        claims = self._patcher.claims_on(self._attribute)
        return all(claim.interceptor.passes() for claim in claims)

    def __call__(
        self, wrapped: Any, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any], /
    ) -> Interception | None:
        receiver = args[0] if instance is None and args else instance
        claim = self._patcher.strongest_claim(type(receiver), self._attribute)
        if claim is None or claim.interceptor.passes():
            return None
        return claim.interceptor(wrapped, instance, args, kwargs)


def _restore(owner_reference: Callable[[], Any], site: Site) -> None:
    """Restores the owner's `__dict__` entry, or deletes it where there was none.

    A wrapper that others have put around ours stays: it is theirs.
    """
    owner = owner_reference()
    wrapper = None if owner is None else vars(owner).get(site.attribute)
    if type(wrapper) is not PatchedFunction or wrapper.site is not site:
        return
    if site.is_inherited:
        delete_from(owner, site.attribute)
    else:
        set_on(owner, site.attribute, wrapper.__wrapped__)


def _restore_cell(cell: CellType, inner: PatchedInner) -> None:
    if content_of(cell) is inner:
        cell.cell_contents = inner.__wrapped__


def _unwatch(root: type, watcher: Any, original: Any) -> None:
    if vars(root).get("__init_subclass__") is not watcher:
        return
    if original is _ABSENT:
        delete_from(root, "__init_subclass__")
    else:
        set_on(root, "__init_subclass__", original)


def _wrap_new_class(patcher: Patcher | None, owner: type) -> None:
    if patcher is not None:
        patcher.wrap_new_class(owner)
