"""Measures every tracker in fresh processes that take turns."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.apart import Failed, apart
from benchmarks.result import Result, measured, unmeasured
from benchmarks.trackers import HOMES, all_versions, tracker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from benchmarks.scale import Scale

_SLOW_TO_START = ("mlflow-async", "aim")
_OURS = ("bare", "os.write", "sqlite3", "autolog")


@dataclass
class Contender:
    """A tracker, and what its processes gave.

    Attributes:
        key: Its name in `HOMES`.
        found: What its processes gave, round by round.
        missing: Why it gave nothing.
    """

    key: str
    found: list[Any] = field(default_factory=list)
    missing: str = ""

    def result(self, values: Sequence[float], *, goal: float | None = None, **facts: Any) -> Result:
        """A result of this tracker.

        Args:
            values: The measurements; none where it gave nothing.
            goal: What autolog is to reach.
            facts: What `Result` holds besides.
        """
        made = tracker(self.key)
        facts |= {"contender": made.name, "role": made.role}
        if self.missing:
            facts.pop("note", None)
            return unmeasured(self.missing, **facts)
        return measured(values, goal=goal if made.role == "autolog" else None, **facts)


def by_tracker(
    function: Callable[..., Any],
    *arguments: Any,
    scale: Scale,
    rounds: int,
    rounds_of_peers: int = 1,
    but: Iterable[str] = (),
    at_once: int = 1,
) -> list[Contender]:
    """What a function gives for every tracker.

    Args:
        function: Takes the name of a tracker, and the arguments.
        arguments: What JSON can hold.
        scale: Whether peers are measured.
        rounds: How often each takes its turn.
        rounds_of_peers: How often peers do, most of which take far longer.
        but: Trackers that the question is not put to.
        at_once: How many have their turn at a time, where no time is measured.
    """
    contenders = list(_asked(scale, frozenset(but)))

    def take_turn(contender: Contender) -> None:
        is_peer = tracker(contender.key).role == "peer"
        is_through = is_peer and len(contender.found) == rounds_of_peers
        if not contender.missing and not is_through:
            try:
                found = apart(function, contender.key, *arguments, peers=scale.peers)
                contender.found.append(found)
            except Failed as failed:
                contender.missing = f"failed: {failed}"

    with ThreadPoolExecutor(at_once) as turns:
        for _ in range(rounds):
            list(turns.map(take_turn, contenders))
    return contenders


def _asked(scale: Scale, but: frozenset[str]) -> Iterator[Contender]:
    versions = apart(all_versions, peers=scale.peers)
    for key in HOMES:
        if key not in but and (scale.peers or key in _OURS):
            yield Contender(key, missing=_missing(key, versions[key], scale))


def _missing(key: str, version: str | None, scale: Scale) -> str:
    if version is None:
        return "not installed"
    if not scale.full and key in _SLOW_TO_START:
        return "left out where a little of everything is measured"
    return ""
