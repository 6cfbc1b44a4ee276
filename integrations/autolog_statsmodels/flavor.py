"""Results of statsmodels as files, as MLflow's flavor `statsmodels` writes and reads them."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from autolog.capture.model.flavor import Serialised
from autolog.capture.model.foreign_code import failing_as
from autolog.capture.quiet import quiet
from autolog.integration import ModelNotLoadable, say_once
from autolog_statsmodels.results import inner, is_of_statsmodels, is_of_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from autolog_statsmodels.options import Options

MODEL_FILE = "model.statsmodels"
"""The name of the pickle, as MLflow names it."""

_LARGE_BYTES = 100_000_000


class StatsmodelsFlavor:
    """Writes results as pickles, which carry the data of the fit unless these are removed.

    Args:
        remove_data: Whether they are.

    Attributes:
        was_asked: Whether it was to write a model.
        tells_all: Whether it has written one that can tell all that the result could.
    """

    name = "statsmodels"

    def __init__(self, *, remove_data: bool = False) -> None:
        self._remove_data = remove_data
        self.was_asked = self.tells_all = False

    def accepts(self, model: object) -> bool:
        """Whether it is what a fit of statsmodels gives."""
        return is_of_statsmodels(type(model)) and hasattr(inner(model), "model")

    def configured(self, options: Options) -> StatsmodelsFlavor:
        """The flavor that removes the data, if the options say so."""
        return StatsmodelsFlavor(remove_data=options.remove_data)

    def save(self, model: Any, directory: Path, max_bytes: int | None) -> Serialised:
        """Writes `model.statsmodels`; see `Flavor`."""
        from autolog.capture.model.pickling import write_pickle
        from autolog_statsmodels.inputs import predicts
        from autolog_statsmodels.untouched import untouched

        self.was_asked = True
        file = directory / MODEL_FILE
        with untouched(model):  # some results forget the user's callback when they are pickled
            kept = self._kept(model)
            pickled = write_pickle(kept, file, max_bytes)
        self.tells_all = not self._remove_data
        if not self._remove_data:
            _warn_of_size(file.stat().st_size)
        config = {
            "code": None,
            "data": MODEL_FILE,
            "statsmodels_version": sys.modules["statsmodels"].__version__,
        }
        pyfunc = {"loader_module": "mlflow.statsmodels", "data": MODEL_FILE}
        if not predicts(model):
            pyfunc = {}
        modules = pickled.modules | _engine_of(model) | {"statsmodels", pickled.format}
        return Serialised(self.name, config, pyfunc, modules)

    def _kept(self, model: Any) -> Any:
        if not self._remove_data:
            return model
        from autolog_statsmodels.copying import without_data

        return without_data(model)

    def load(self, directory: Path, config: Mapping[str, Any], *, trusted: bool) -> Any:
        """Loads what `save` wrote, or MLflow's `statsmodels` flavor; see `Flavor`."""
        from autolog.capture.model.pickling import read_pickle
        from autolog.capture.model.verification import path_of

        return read_pickle(path_of(directory, config, "data"), trusted=trusted)

    def render(self, directory: Path, config: Mapping[str, Any], name: str) -> str:
        """Makes a summary or a table of a stored result; see `RenderingFlavor`."""
        from autolog.capture.model.verification import path_of
        from autolog_statsmodels.copying import read_copy
        from autolog_statsmodels.report import report_file

        with failing_as(ModelNotLoadable, f"Making {name}"), quiet():
            return report_file(read_copy(path_of(directory, config, "data")), name)

    def predict_method(self, model: Any) -> Callable[[Any], Any] | None:
        """The result's `predict`: of rows, or of the steps from `start` to `end`."""
        from autolog_statsmodels.inputs import predicts

        return partial(_predict, model) if predicts(model) else None


def _warn_of_size(size: int) -> None:
    if size >= _LARGE_BYTES:
        say_once(
            f"autolog keeps a model of statsmodels with the data of its fit: {size:,} bytes. "
            'autolog(statsmodels={"remove_data": True}) keeps such models without them.'
        )


def _predict(result: Any, rows: Any) -> Any:
    from autolog_statsmodels.inputs import steps_of
    from autolog_statsmodels.untouched import untouched

    with untouched(result):
        if not is_of_time(inner(result).model):
            return result.predict(rows)
        start, end = steps_of(rows)
        return result.predict(start=start, end=end)


def _engine_of(result: Any) -> frozenset[str]:
    """What reads the formula again when the model is loaded, which its pickle does not name."""
    data = getattr(inner(result).model, "data", None)
    # statsmodels before 0.15 knows one engine
    spec = getattr(data, "model_spec", None) or getattr(data, "design_info", None)
    return frozenset() if spec is None else frozenset({type(spec).__module__.partition(".")[0]})
