"""What the hooks around one training tell each other: LightGBM's functions call one another."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from autolog.integration import Call, HookSteps, Patch, Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lightgbm import Booster


class Training:
    """One recorded call, as long as it is under way.

    Attributes:
        is_evaluated: Whether there are evaluation sets.
        evaluates_itself: Whether the training set is evaluated where there are none.
    """

    def __init__(self) -> None:
        self.is_evaluated = False
        self.evaluates_itself = False
        self._params: Mapping[str, Any] = {}
        self._made_from: tuple[Booster, str] | None = None

    def hold_params(self, params: Mapping[str, Any]) -> None:
        """Keeps params until others are known too, which are more precise where they differ."""
        self._params = params

    def log_params(self, run: Run, params: Mapping[str, Any]) -> None:
        """Records params, with those that were held."""
        held, self._params = self._params, {}
        if held or params:
            run.log_params({**held, **params})

    def text_of(self, booster: Booster | None) -> str | None:
        """A trained booster as text; `None` where that is not known.

        LightGBM writes a booster as text at the end of a training, and makes it from that again.
        To have it written once more takes long.
        """
        if self._made_from is None or self._made_from[0] is not booster:
            return None
        return self._made_from[1]

    def note_text(self, booster: Booster, text: str) -> None:
        """Notes which text a booster is made from."""
        self._made_from = booster, text


_current: ContextVar[Training | None] = ContextVar("autolog_lightgbm_training", default=None)


@contextmanager
def training() -> Iterator[Training]:
    """Makes a training the current one."""
    made = Training()
    token = _current.set(made)
    try:
        yield made
    finally:
        _current.reset(token)


def current_training() -> Training:
    """The training that is under way."""
    return _current.get() or Training()


def _make_from_text(call: Call, _run: Run) -> HookSteps:
    current_training().note_text(call.instance, call.get("model_str"))
    yield


TRAINING_PATCHES = (Patch("lightgbm.basic:Booster.model_from_string", _make_from_text, "attached"),)
"""Patches of what a training ends with."""
