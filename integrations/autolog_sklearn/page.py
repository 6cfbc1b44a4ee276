"""A page that shows an estimator as it was fitted, to be read in a browser."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from autolog.capture.quiet import quiet
from autolog.capture.redaction import Redactor
from autolog_sklearn.parts import Part, part_of, shown_learnt, shown_param

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PAGE_FILE = "estimator.html"
"""The artifact that holds it."""

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --line: #8aa9c4; --fill: #eef5fb; --dim: #5c6b78; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --line: #4a6a86; --fill: #1b2733; --dim: #9fb0bf; }}
}}
body {{ font: 14px/1.4 system-ui, sans-serif; margin: 1.5rem; }}
.part {{ border: 1px solid var(--line); border-radius: 6px; padding: .5rem .7rem; flex: 0 1 auto;
  background: var(--fill); }}
.parts {{ display: flex; gap: .6rem; margin-top: .6rem; align-items: flex-start; }}
.sequence {{ flex-direction: column; }}
.kind {{ font-weight: 600; }}
.dim, th {{ color: var(--dim); font-weight: normal; }}
summary {{ cursor: pointer; color: var(--dim); }}
table {{ border-collapse: collapse; margin: .2rem 0 .4rem; }}
th, td {{ text-align: left; vertical-align: top; padding: .1rem .9rem .1rem 0; }}
td {{ font-family: ui-monospace, monospace; overflow-wrap: anywhere; }}
.changed th, .changed td {{ color: inherit; font-weight: 600; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def page_source(estimator: Any, redactor: Redactor | None = None) -> Callable[[], str]:
    """What renders the page of an estimator as it is now, whatever becomes of it until then.

    scikit-learn's own diagram is not used: it takes milliseconds to tens of them, computes every
    property of every part, and swaps the process's warning filters meanwhile, which must not be
    done beside the user's threads.

    Args:
        estimator: A fitted estimator, which is left as it is.
        redactor: Masks secret params; by default those with the usual names.

    Returns:
        A function that may be called in any thread, and gives the HTML.
    """
    with quiet():
        part = part_of(estimator)
    return partial(_page, part, redactor or Redactor())


def _page(part: Part, redactor: Redactor) -> str:
    return _PAGE.format(title=escape(part.kind), body=_box(part, redactor, is_open=True))


def _box(part: Part, redactor: Redactor, *, is_open: bool = False) -> str:
    params = redactor.mapping({name: shown_param(one) for name, one in part.params.items()})
    learnt = redactor.mapping({name: shown_learnt(one) for name, one in part.learnt.items()})
    pieces = [
        '<div class="part">',
        _heading(part, redactor),
        _table("Params", params, part.changed, is_open=is_open),
        _table("Fitted attributes", learnt, frozenset(), is_open=False),
    ]
    if part.parts:
        pieces.append(f'<div class="parts{" sequence" if part.in_sequence else ""}">')
        pieces += [_box(inner, redactor) for inner in part.parts]
        pieces.append("</div>")
    pieces.append("</div>")
    return "\n".join(piece for piece in pieces if piece)


def _heading(part: Part, redactor: Redactor) -> str:
    name = f'<span class="dim">{escape(part.name)}:</span> ' if part.name else ""
    module = f' <span class="dim">{escape(part.module)}</span>' if part.module else ""
    columns = redactor.text(part.columns)
    given = f'<div class="dim">columns {escape(columns)}</div>' if columns else ""
    return f'<div>{name}<span class="kind">{escape(part.kind)}</span>{module}</div>{given}'


def _table(
    title: str, values: Mapping[str, str], emphasised: frozenset[str], *, is_open: bool
) -> str:
    if not values:
        return ""
    rows = "\n".join(
        f"<tr{' class=changed' if name in emphasised else ''}>"
        f"<th>{escape(name)}</th><td>{escape(value)}</td></tr>"
        for name, value in values.items()
    )
    opened = " open" if is_open else ""
    return f"<details{opened}><summary>{title}</summary>\n<table>\n{rows}\n</table></details>"
