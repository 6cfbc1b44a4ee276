"""The runs below a run, drawn as a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from autolog.cli import formatting
from autolog.cli.columns import SHORT_ID, telling_metrics
from autolog.cli.output import STATUS_STYLES, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.table import Table
    from rich.text import Text

    from autolog.store import RecordedRun

_MOST_METRICS = 3
_OUTCOME = "pytest.outcome"
_OF_PYTEST = "pytest."
_CHECK = "pytest.check."
_OUTCOME_STYLES = {
    "passed": "green",
    "failed": "red",
    "error": "red",
    "xpassed": "yellow",
    "interrupted": "yellow",
}


class _Branch(NamedTuple):
    """A run in the tree.

    Attributes:
        lines: What is drawn before its name.
        run: The run.
    """

    lines: str
    run: RecordedRun


def tree_below(run: RecordedRun) -> Table | None:
    """The runs below a run, with how each ended, its most telling metrics, and how long it took.

    Args:
        run: The run at the root, which is not in the table; None if nothing is below it.
    """
    children = run.children
    if not children:
        return None
    listing = table(header=False)
    for lines, child in (branch for one in children for branch in _branches(one, "", "")):
        listing.add_row(
            child.run_id[:SHORT_ID],
            f"{lines}{child.name}",
            _ended(child),
            _metrics(child),
            _took(child),
        )
    return listing


def _branches(run: RecordedRun, own: str, below: str) -> Iterator[_Branch]:
    yield _Branch(own, run)
    children: Sequence[RecordedRun] = run.children
    for child in children:
        last = child is children[-1]
        yield from _branches(
            child, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  ")
        )


def _ended(run: RecordedRun) -> Text:
    """How a run ended: for a test by pytest's word for it."""
    from rich.text import Text

    ended = run.tags.get(_OUTCOME, run.status)
    return Text(ended, _OUTCOME_STYLES.get(ended) or STATUS_STYLES.get(run.status, ""))


def _metrics(run: RecordedRun) -> str:
    """The metrics that a test has compared with baselines, else those that tell most."""
    own = [name for name in run.metrics if not name.startswith(_OF_PYTEST)]
    compared = [name for name in own if _CHECK + name in run.tags]
    shown = compared or telling_metrics([own], _MOST_METRICS)
    texts = [f"{name}={formatting.number(run.metrics[name])}" for name in shown]
    return "  ".join([*texts, "..."] if len(own) > len(shown) else texts)


def _took(run: RecordedRun) -> str:
    return "" if run.end_time is None else formatting.duration(run.end_time - run.start_time)
