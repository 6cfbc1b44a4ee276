"""What a result tells of itself as files: its summary, and the table of its coefficients."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from autolog.capture.model.foreign_code import failing_as
from autolog.integration import ModelFailed
from autolog_statsmodels.results import (
    MOST_COEFFICIENTS,
    attribute_of,
    inner,
    is_of_error_correction,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from autolog.integration import Run
    from autolog_statsmodels.coefficients import Coefficients

SUMMARY_TEXT, SUMMARY_PAGE = "model_summary.txt", "model_summary.html"
TABLE, TABLE_DATA = "coefficients.csv", "coefficients.json"
_ABSTRACT = "statsmodels.base.model.Results"
MISSING_TAG = "autolog.report_missing"
"""The tag that says why some of the files are not there."""


def report_names(result: Any) -> list[str]:
    """The names of the files that a result can be made into.

    Args:
        result: What a fit has given, which is to be asked within `untouched`.
    """
    return [*_names_of_summaries(result), *_names_of_tables(result)]


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


def log_summaries(run: Run, result: Any) -> None:
    """Keeps the summaries of a result that nobody could ask later.

    Args:
        run: The run of the fit.
        result: What it has given, which is to be asked within `untouched`.
    """
    for name in _names_of_summaries(result):
        with _noting_failure(run):
            run.log_text(name, partial(str, report_file(result, name)))


def table_of(run: Run, result: Any) -> Coefficients | None:
    """The coefficients of a result; `None` where it has none, or cannot tell them.

    Args:
        run: The run of the fit, on which it is noted why they are not there.
        result: What it has given, which is to be asked within `untouched`.
    """
    if not _names_of_tables(result):
        return None
    from autolog_statsmodels.coefficients import coefficients_of

    with _noting_failure(run), failing_as(ModelFailed, f"{TABLE} of a {type(result).__name__}"):
        return coefficients_of(result)
    return None


def log_table(run: Run, table: Coefficients) -> None:
    """Keeps the coefficients in both forms."""
    run.log_text(TABLE, table.as_csv)
    run.log_text(TABLE_DATA, table.as_json)


@contextmanager
def _noting_failure(run: Run) -> Iterator[None]:
    try:
        yield
    except ModelFailed as failure:
        run.set_tags({MISSING_TAG: str(failure)})


def _names_of_tables(result: Any) -> list[str]:
    asked = inner(result)
    if is_of_error_correction(asked):
        return [TABLE, TABLE_DATA]
    params = attribute_of(asked, "params")
    has_table = params is not None and getattr(params, "size", 0) <= MOST_COEFFICIENTS
    return [TABLE, TABLE_DATA] if has_table else []


def _names_of_summaries(result: Any) -> list[str]:
    """None where a class has no such method of its own, but only that which names it for all."""
    kind = type(inner(result))
    owner = next((one for one in kind.__mro__ if "summary" in vars(one)), None)
    is_implemented = owner is not None and f"{owner.__module__}.{owner.__name__}" != _ABSTRACT
    return [SUMMARY_TEXT, SUMMARY_PAGE] if is_implemented else []


def _text(result: Any) -> str:
    from autolog_statsmodels.summary import as_text

    return as_text(result.summary())


def _page(result: Any) -> str:
    from autolog_statsmodels.summary import as_page

    return as_page(result.summary(), type(inner(result).model).__name__)


def _table(result: Any, method: str) -> str:
    from autolog_statsmodels.coefficients import coefficients_of

    table = coefficients_of(result)
    if table is None:
        raise ValueError("there are no coefficients, or too many of them")
    return str(getattr(table, method)())


_MADE_BY: Mapping[str, Callable[[Any], str]] = {
    SUMMARY_TEXT: _text,
    SUMMARY_PAGE: _page,
    TABLE: partial(_table, method="as_csv"),
    TABLE_DATA: partial(_table, method="as_json"),
}
