"""The warnings of a call, noted on their way to the user, who sees them as ever."""

from __future__ import annotations

import re
import threading
import warnings
from typing import TYPE_CHECKING, Any, Self

from autolog.capture.params import cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_CATEGORIES = 10
"""Categories of warnings that are kept of one call."""

MOST_TEXTS = 5
"""Different texts that are kept of one category."""

TEXT_NOT_SEEN = "(in a parallel task, which shows no text)"
"""Stands for the text of a warning that was noted by a copy of the rule."""

_TEXT_LIMIT = 500
_NEVER = "(?!)"
_thread = threading.local()


class WarningsSeen:
    """Notes the warnings of the thread that enters the block, whatever becomes of them.

    The filters decide about a warning as they would without: a rule is put before them that looks
    and matches nothing. `warnings.catch_warnings` would swap the filters of the whole process, a
    `showwarning` of our own would miss what the user ignores, and a `warn` of our own would change
    the line that warnings point to.

    scikit-learn runs each task of its parallel loops under a copy of the filters. The copy of the
    rule tells the category of what is warned of in this thread, and not the text.

    Not seen is what Python itself passes over, because it has shown the same warning from the
    same line before, and what a block of filters within the call ignores.

    Attributes:
        counts: How often each text came, by the name of its category.
    """

    def __init__(self) -> None:
        self.counts: dict[str, dict[str, int]] = {}
        self.changed = False
        self._owner = 0
        self._rule = _Rule(("ignore", self, _Noted, None, 0))
        self._filters: list[Any] = []
        self._around: WarningsSeen | None = None

    def __enter__(self) -> Self:
        self.changed = False
        self._owner = threading.get_ident()
        self._filters = _filters()
        self._filters.insert(0, self._rule)
        self._around = getattr(_thread, "active", None)
        _thread.active = self
        return self

    def __exit__(self, *_error: object) -> None:
        self._owner = 0
        _thread.active, self._around = self._around, None
        # The call may have reset the filters, so that the rule is gone.
        for place, rule in enumerate(self._filters):
            if rule is self._rule:
                del self._filters[place]
                break
        self._filters = []

    def match(self, text: str) -> bool:
        """Called by `warnings` with the text of each warning, before its category is looked at."""
        if threading.get_ident() != self._owner:
            return False
        _thread.passing = self, text
        return True

    def note(self, text: str, category: type) -> None:
        """Notes one warning."""
        self.changed = True
        texts = self.counts.get(category.__name__)
        if texts is None:
            if len(self.counts) == MOST_CATEGORIES:
                return
            texts = self.counts[category.__name__] = {}
        text = cut(text, _TEXT_LIMIT)
        if text not in texts and len(texts) >= MOST_TEXTS:
            text = "other texts"
        texts[text] = texts.get(text, 0) + 1

    def described(self) -> Mapping[str, str]:
        """What was warned of, by category: each text once, with how often it came."""
        return {
            category: "\n".join(
                text if count == 1 else f"{count} times: {text}" for text, count in texts.items()
            )
            for category, texts in self.counts.items()
        }


_NOTHING: tuple[WarningsSeen | None, str] = None, TEXT_NOT_SEEN


class _Noting(type):
    """Looks at the category of a warning, whose text may just have been seen, and never matches."""

    def __subclasscheck__(cls, category: type) -> bool:
        seen, text = getattr(_thread, "passing", _NOTHING)
        _thread.passing = _NOTHING
        if seen is None:
            seen = getattr(_thread, "active", None)
        if seen is not None:
            seen.note(text, category)
        return False


class _Noted(Warning, metaclass=_Noting):
    """The category of the rule."""


class _Rule(tuple[Any, ...]):
    """A rule among the filters; a copy that goes to another process notes nothing there."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        """What code that copies filters sees: a rule for any text, which it can build again."""
        action, _, *rest = super().__iter__()
        return iter((action, None, *rest))

    def __reduce__(self) -> tuple[type, tuple[tuple[Any, ...]]]:
        action, _, _, *rest = self
        return tuple, ((action, re.compile(_NEVER), Warning, *rest),)


def _filters() -> list[Any]:
    """The filters that hold now; since Python 3.14 they may be those of a context."""
    found = getattr(warnings, "_get_filters", None)
    filters: Any = warnings.filters if found is None else found()
    return filters  # type: ignore[no-any-return]
