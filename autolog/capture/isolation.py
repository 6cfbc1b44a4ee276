"""Calls of our own into the user's model, which leave no trace in it or in random generators."""

from __future__ import annotations

import operator
import random
import sys
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from autolog.capture.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_OBJECT_LIMIT = 2000
"""Objects within one model that are looked after, and items that a list or dictionary may have."""

_ABSENT = object()

_STATELESS = (str, int, float, type(None))
"""Of which a model may hold thousands."""


@contextmanager
def isolated(model: object) -> Iterator[None]:
    """Undoes what the block changes by calling `model`, which warns and reports nothing meanwhile.

    Restored are the global generators of `random`, NumPy and torch, NumPy's generators within the
    model, its trees of neighbours, and the attributes of the model and of the models within it,
    which thus lose what they have cached meanwhile.
    """
    with ExitStack() as undoing:
        for undo in chain(_global_generators(), _states_within(model)):
            undoing.callback(undo)
        undoing.enter_context(quiet())
        yield


@contextmanager
def undrawn(model: object) -> Iterator[None]:
    """Undoes what the block draws from NumPy's generators within `model`, and nothing else."""
    with ExitStack() as undoing:
        for generator in _generators_within(model):
            undoing.callback(_generator_restorer(generator))
        yield


def restore_names(names: dict[Any, Any], before: dict[Any, Any]) -> None:
    """Gives a dictionary back the items that it had, in their order, which is a part of a pickle.

    What has not changed stays in its place, since another thread may be looking at it.

    Args:
        names: The dictionary.
        before: A copy of it.
    """
    if len(names) == len(before) and all(
        map(operator.is_, (*names, *names.values()), (*before, *before.values()))
    ):
        return
    for name in names.keys() - before.keys():
        del names[name]
    for name, value in before.items():
        if names.get(name, _ABSENT) is not value:
            names[name] = value
    if list(names) != list(before):
        names.clear()
        names.update(before)


def _generators_within(model: object) -> Iterator[object]:
    seen: set[int] = set()
    waiting = [model]
    while waiting and len(seen) < _OBJECT_LIMIT:
        owner = waiting.pop()
        if id(owner) in seen:
            continue
        seen.add(id(owner))
        if _is_generator(owner):
            yield owner
        elif isinstance(owner, list | tuple):
            waiting.extend(_stateful_among(owner))
        elif isinstance(names := _names_of(owner), dict):
            waiting.extend(_stateful_among(names.values()))


def _global_generators() -> Iterator[Callable[[], None]]:
    yield _restorer(random.getstate, random.setstate)
    if numpy := sys.modules.get("numpy"):
        yield _restorer(partial(numpy.random.get_state, legacy=False), numpy.random.set_state)
    if torch := sys.modules.get("torch"):
        yield partial(torch.set_rng_state, torch.get_rng_state())
        if torch.cuda.is_initialized():
            yield partial(torch.cuda.set_rng_state_all, torch.cuda.get_rng_state_all())


def _restorer(get_state: Callable[[], Any], set_state: Callable[[Any], None]) -> Callable[[], None]:
    """Brings a generator back, if it was used: else another thread may be drawing from it now."""
    state = get_state()
    known = _comparable(state)

    def restore() -> None:
        if _comparable(get_state()) != known:
            set_state(state)

    return restore


def _comparable(state: Any) -> Any:
    """What is equal for equal states of a generator, in which NumPy has arrays."""
    if isinstance(state, dict):
        return [_comparable(value) for value in state.values()]
    return state.tobytes() if hasattr(state, "tobytes") else state


def _states_within(model: object) -> Iterator[Callable[[], None]]:
    seen: set[int] = set()
    waiting = [model]
    while waiting and len(seen) < _OBJECT_LIMIT:
        owner = waiting.pop()
        if id(owner) in seen:
            continue
        seen.add(id(owner))
        if _is_generator(owner):
            yield _generator_restorer(owner)
        elif _counts_its_queries(owner):
            yield _query_count_restorer(owner)
        elif isinstance(owner, list):
            yield partial(_restore_items, owner, owner.copy())
            waiting.extend(_stateful_among(owner))
        elif isinstance(names := _names_of(owner), dict):
            yield partial(restore_names, names, names.copy())
            waiting.extend(_stateful_among(names.values()))
            if isinstance(names.get("verbose"), int):
                # Forests, for one, report on every prediction, and the user asked for none.
                names["verbose"] = min(names["verbose"], 0)


def _names_of(owner: object) -> object:
    """What a dictionary, or an object's own dictionary, holds by name."""
    return owner if isinstance(owner, dict) else getattr(owner, "__dict__", None)


def _stateful_among(values: Iterable[object]) -> Iterator[object]:
    """What may be changed by a prediction; arrays are not, for that would take copies of them."""
    for value in values:
        if isinstance(value, _STATELESS) or type(value).__module__ == "numpy":
            continue
        if isinstance(value, tuple):
            yield from _stateful_among(value[:_OBJECT_LIMIT])
        elif isinstance(value, (dict, list)):
            if len(value) <= _OBJECT_LIMIT:
                yield value
        elif _is_model(value) or _is_generator(value) or _counts_its_queries(value):
            yield value


def _is_model(value: object) -> bool:
    kind = type(value)
    return hasattr(kind, "get_params") or hasattr(kind, "predict") or hasattr(kind, "predict_proba")


def _is_generator(value: object) -> bool:
    generators = getattr(sys.modules.get("numpy"), "random", None)
    return generators is not None and isinstance(
        value, (generators.RandomState, generators.Generator)
    )


def _counts_its_queries(value: object) -> bool:
    """Whether it is one of scikit-learn's trees of neighbours, which pickle their counts too."""
    return hasattr(type(value), "reset_n_calls")


def _generator_restorer(generator: Any) -> Callable[[], None]:
    if hasattr(generator, "set_state"):
        return partial(generator.set_state, generator.get_state(legacy=False))
    return partial(setattr, generator.bit_generator, "state", generator.bit_generator.state)


def _query_count_restorer(tree: Any) -> Callable[[], None]:
    return partial(tree.__setstate__, tree.__getstate__())


def _restore_items(items: list[object], before: list[object]) -> None:
    if len(items) != len(before) or any(map(operator.is_not, items, before)):
        items[:] = before
