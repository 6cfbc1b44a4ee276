"""What a result tells of itself as files: its summary, and the table of its coefficients."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from autolog.capture.model.foreign_code import failing_as
from autolog.integration import ModelFailed
from autolog_statsmodels.coefficients import coefficients_of, has_coefficients
from autolog_statsmodels.summary import as_page, as_text
from autolog_statsmodels.untouched import inner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autolog.integration import Run

SUMMARY_TEXT, SUMMARY_PAGE = "model_summary.txt", "model_summary.html"
TABLE, TABLE_DATA = "coefficients.csv", "coefficients.json"
_ABSTRACT = "statsmodels.base.model.Results"
MISSING_TAG = "autolog.report_missing"
"""The tag that says why some of the files are not there."""


def report_names(result: Any) -> list[str]:
    """The names of the files that a result can be made into, as far as its class tells."""
    names = []
    if _is_implemented(type(inner(result)), "summary"):
        names += [SUMMARY_TEXT, SUMMARY_PAGE]
    if has_coefficients(inner(result)):
        names += [TABLE, TABLE_DATA]
    return names


def report_file(result: Any, name: str) -> str:
    """The contents of one of the files.

    Args:
        result: What a fit has given, or a copy; it is asked whatever the file takes.
        name: The name of the file.

    Raises:
        ModelFailed: The result cannot tell that.
    """
    with failing_as(ModelFailed, f"{name} of a {type(result).__name__}"):
        return _MADE_BY[name](result)


def log_report(run: Run, result: Any) -> None:
    """Keeps the files of a result that nobody could ask later.

    Args:
        run: The run of the fit.
        result: What it has given.
    """
    for name in report_names(result):
        try:
            content = report_file(result, name)
        except ModelFailed as failure:
            run.set_tags({MISSING_TAG: str(failure)})
        else:
            run.log_text(name, partial(str, content))


def _is_implemented(kind: type, method: str) -> bool:
    """Whether a class has a method of its own, and not only that which names it for all."""
    owner = next((one for one in kind.__mro__ if method in vars(one)), None)
    return owner is not None and f"{owner.__module__}.{owner.__name__}" != _ABSTRACT


def _table(result: Any, method: str) -> str:
    table = coefficients_of(result)
    if table is None:
        raise ValueError("there are no coefficients, or too many of them")
    return str(getattr(table, method)())


_MADE_BY: Mapping[str, Callable[[Any], str]] = {
    SUMMARY_TEXT: lambda result: as_text(result.summary()),
    SUMMARY_PAGE: lambda result: as_page(result.summary(), type(inner(result).model).__name__),
    TABLE: partial(_table, method="as_csv"),
    TABLE_DATA: partial(_table, method="as_json"),
}
