"""What the code around a step has at hand: models, optimizers and schedulers.

An optimizer knows tensors, and a tensor knows no module. The model is looked for among the
variables of the functions that are under way, and only where it is not there, among all objects.
"""

from __future__ import annotations

import gc
import sys
from itertools import islice
from types import ModuleType
from typing import TYPE_CHECKING, Any

import msgspec
from torch.jit import ScriptModule
from torch.nn import Module, ModuleDict, ModuleList
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from autolog.capture.variables import variables_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import FrameType

_KINDS = (Module, Optimizer, LRScheduler)
_MOST_FRAMES = 40
_MOST_ITEMS = 100
_TRAINERS = (
    "fastai.learner",
    "keras.src.",
    "lightning.pytorch.",
    "pytorch_lightning.",
    "transformers.trainer",
)
"""Where loops are that have integrations of their own, or are to get them."""

_LIBRARIES = ("autolog", "torch")

_RUNNERS = sys.stdlib_module_names | {"IPython", "_pydevd_bundle", "coverage", "marimo", "pydevd"}
"""Whose functions run the user's code, as `python -m` and notebooks do, and have no model of their
own: that they cannot be looked at is no reason to go through all objects, which takes long."""


class Surroundings(msgspec.Struct):
    """What was found around a step.

    Attributes:
        models: The modules that hold the optimizer's parameters; none of them is part of another.
        optimizers: All optimizers.
        schedulers: All schedulers.
        loss_kinds: The classes of modules that have nothing to learn themselves and may compute
            losses.
    """

    models: list[Module]
    optimizers: list[Optimizer]
    schedulers: list[LRScheduler]
    loss_kinds: set[type[Module]]


def in_trainer(frame: FrameType | None) -> bool:
    """Whether a step is taken by a library's trainer, rather than by a loop of the user's.

    Args:
        frame: Where the step is taken.
    """
    while frame is not None:
        if str(frame.f_globals.get("__name__")).startswith(_TRAINERS):
            return True
        frame = frame.f_back
    return False


def look_around(optimizer: Optimizer, frame: FrameType | None) -> Surroundings:
    """Finds what a training consists of.

    Args:
        optimizer: What takes the step.
        frame: Where it is taken.
    """
    wanted = {id(one) for group in optimizer.param_groups for one in group["params"]}
    unreadable: list[FrameType] = []
    found = _of_our_kinds(_in_frames(frame, unreadable))
    models = _models_of(found, wanted)
    if not models or unreadable:
        found = _of_our_kinds(gc.get_objects())
        models = _models_of(found, wanted)
    optimizers = [one for one in found if isinstance(one, Optimizer)]
    schedulers = [one for one in found if isinstance(one, LRScheduler)]
    return Surroundings(models, optimizers, schedulers, _loss_kinds(found, models))


def _loss_kinds(found: list[Any], models: list[Module]) -> set[type[Module]]:
    inside = {id(part) for model in models for part in _parts(model)}
    return {
        type(one)
        for one in found
        if isinstance(one, Module)
        and id(one) not in inside
        and not type(one).__module__.startswith("torch.")
        and vars(one).get("_modules") == {}
        and not any(_parameters(one))
    }


def _models_of(found: list[Any], wanted: set[int]) -> list[Module]:
    holders = [one for one in found if isinstance(one, Module) and _holds(one, wanted)]
    holders = [inner for one in holders for inner in _without_container(one, wanted)]
    inside = {id(part) for one in holders for part in _parts(one) if part is not one}
    scripts = [one for one in holders if isinstance(one, ScriptModule) and id(one) not in inside]
    learnt = {frozenset(_parameters(script)) for script in scripts}
    unique = {
        id(one): one
        for one in holders
        # a script keeps the module that it was made of, and shares all parameters with it
        if id(one) not in inside
        and (isinstance(one, ScriptModule) or frozenset(_parameters(one)) not in learnt)
    }
    return sorted(unique.values(), key=_size, reverse=True)


def _without_container(module: Module, wanted: set[int]) -> Iterator[Module]:
    """A list of models is none."""
    if not isinstance(module, ModuleList | ModuleDict):
        yield module
        return
    for child in module.children():
        if _holds(child, wanted):
            yield from _without_container(child, wanted)


def _holds(module: Module, wanted: set[int]) -> bool:
    return not wanted.isdisjoint(_parameters(module))


def _size(module: Module) -> int:
    return sum(1 for _ in _parameters(module))


def _parameters(module: Module) -> Iterator[int]:
    """The ids of what a module has to learn, each once."""
    seen: set[int] = set()
    for part in _parts(module):
        is_script = isinstance(part, ScriptModule)
        own = part.parameters(recurse=False) if is_script else _values(part, "_parameters")
        fresh = set(map(id, own)) - seen
        seen |= fresh
        yield from fresh


def _parts(module: Module) -> Iterator[Module]:
    """A module and all within it, each once.

    They are not asked themselves: any module of the process may be among them, one that is not made
    yet as well, or one whose author has other things done when it is asked.
    """
    seen: set[int] = set()
    waiting = [module]
    while waiting:
        part = waiting.pop()
        if id(part) not in seen:
            seen.add(id(part))
            yield part
            is_script = isinstance(part, ScriptModule)  # which keeps nothing in its attributes
            waiting += part.children() if is_script else _values(part, "_modules")


def _values(module: Module, name: str) -> list[Any]:
    return [one for one in vars(module).get(name, {}).values() if one is not None]


def _of_our_kinds(objects: Iterable[object]) -> list[Any]:
    """Those of the kinds that are looked for, each once, and by their classes alone."""
    is_wanted: dict[type, bool] = {}
    found: dict[int, object] = {}
    for one in objects:
        kind = type(one)
        known = is_wanted.get(kind)
        if known is None:
            known = is_wanted[kind] = issubclass(kind, _KINDS)
        if known:
            found[id(one)] = one
    return list(found.values())


def _in_frames(frame: FrameType | None, unreadable: list[FrameType]) -> Iterator[object]:
    seen: set[int] = set()
    for _ in range(_MOST_FRAMES):
        if frame is None:
            return
        names = frame.f_globals
        package = str(names.get("__name__")).partition(".")[0]
        if package not in _LIBRARIES:
            variables = variables_of(frame)
            if variables is None and package not in _RUNNERS:
                unreadable.append(frame)
            for _, value in variables or ():
                yield from _with_contents(value)
            if id(names) not in seen:
                seen.add(id(names))
                for value in list(names.values()):
                    yield from _with_contents(value)
        frame = frame.f_back


def _with_contents(value: object) -> Iterator[object]:
    """A value, and what it holds, as lists, dictionaries and objects of the user's do."""
    yield value
    if issubclass(type(value), (*_KINDS, ModuleType, type)):
        return
    for inner in _contents(value):
        yield inner
        if type(inner) in {dict, list, tuple}:
            yield from _contents(inner)


def _contents(value: Any) -> list[object]:
    if type(value) is dict:
        return list(islice(value.values(), _MOST_ITEMS))
    if type(value) in {list, tuple}:
        return list(islice(value, _MOST_ITEMS))
    try:
        attributes = object.__getattribute__(value, "__dict__")
    except (AttributeError, TypeError):  # it has none
        return []
    return list(islice(attributes.values(), _MOST_ITEMS)) if type(attributes) is dict else []
