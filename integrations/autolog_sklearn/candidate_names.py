"""What candidates of a search are called: by the params in which they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.params import cut, stringify

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autolog.capture.redaction import Redactor

_VALUE_LIMIT = 40
_NAME_LIMIT = 120


class CandidateNames:
    """Tells which params differ, as far as candidates are known.

    Args:
        redactor: Masks secret params.
        seed: What a candidate is called that changes no param.
    """

    def __init__(self, redactor: Redactor, seed: str) -> None:
        self._redactor = redactor
        self._seed = seed
        self._first: dict[str, str] = {}
        self._differing: set[str] = set()

    def learn(self, candidates: Iterable[Mapping[str, Any]]) -> None:
        """Looks at further candidates."""
        for candidate in candidates:
            for name, value in candidate.items():
                text = _short(value)
                if self._first.setdefault(name, text) != text:
                    self._differing.add(name)

    def name(self, candidate: Mapping[str, Any]) -> str:
        """The name of a candidate, such as `C=10, kernel=rbf`."""
        telling = [name for name in candidate if name in self._differing] or list(candidate)
        texts = self._redactor.mapping({name: _short(candidate[name]) for name in telling})
        name = ", ".join(f"{name}={text}" for name, text in texts.items())
        return cut(name or self._seed, _NAME_LIMIT)


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return cut(" ".join(stringify(value).split()), _VALUE_LIMIT)
