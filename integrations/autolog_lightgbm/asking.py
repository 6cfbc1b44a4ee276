"""Models as autolog asks them: LightGBM prints nothing that it would not print otherwise."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from lightgbm import Booster

_NEEDED = ("num_thread", "nthread", "pred", "verbos")
"""What the names of params begin with that predictions go by, or how much is printed."""

_VERBOSITY_NAMES = ("verbosity", "verbose")
_USUAL_VERBOSITY = 1


def silent(estimator: Any) -> Any:
    """An estimator that has learnt the same, and predicts without a comment.

    LightGBM is told all params with each prediction, and says each time which of them go before
    which others.

    Args:
        estimator: The fitted estimator; it stays as it is.
    """
    twin = object.__new__(type(estimator))
    vars(twin).update(vars(estimator))
    # those that its class does not name, among which are all that go before others
    params: dict[str, Any] = vars(estimator).get("_other_params", {})
    twin._other_params = {name: params[name] for name in params if name.startswith(_NEEDED)}
    return twin


def as_talkative(booster: Booster) -> Callable[[Any], Any]:
    """A booster's `predict`, after which LightGBM prints as much as it did before.

    Args:
        booster: The booster.
    """
    predict: Callable[..., Any] = booster.predict
    found = (booster.params.get(name) for name in _VERBOSITY_NAMES)
    verbosity = next((value for value in found if value is not None), _USUAL_VERBOSITY)
    return partial(predict, verbosity=verbosity)
