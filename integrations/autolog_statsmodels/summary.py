"""Summaries of statsmodels as text and as pages."""

from __future__ import annotations

from html import escape
from typing import Any

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 14px/1.4 system-ui, sans-serif; margin: 1.5rem; }}
table {{ border-collapse: collapse; margin: 0 0 1rem; }}
caption {{ font-weight: 600; text-align: left; padding-bottom: .4rem; }}
th, td {{ padding: .1rem .9rem .1rem 0; text-align: left; }}
td {{ font-family: ui-monospace, monospace; text-align: right; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def as_text(summary: Any) -> str:
    """A summary as text; that of some classes has no method for it."""
    return str(summary.as_text() if hasattr(summary, "as_text") else summary)


def as_page(summary: Any, title: str) -> str:
    """A summary as a page of its own.

    Args:
        summary: What `summary()` of a result has given.
        title: The title of the page.
    """
    if hasattr(summary, "as_html"):
        body = summary.as_html()
    else:
        body = f"<pre>{escape(str(summary))}</pre>"
    return _PAGE.format(title=escape(title), body=body)
