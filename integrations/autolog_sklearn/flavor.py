"""scikit-learn's models as files, as MLflow's flavor `sklearn` writes and reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import sklearn
from sklearn.base import BaseEstimator

from autolog.capture.model.flavor import Serialised
from autolog.capture.model.pickling import read_pickle, write_pickle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from autolog_sklearn.options import Options


class SklearnFlavor:
    """Writes estimators, and what else has `fit` and `predict`, as a pickle or a skops file.

    Args:
        format: `cloudpickle`, which takes any model, or `skops`, which runs no code when loaded.
    """

    name = "sklearn"

    def __init__(self, format: Literal["cloudpickle", "skops"] = "cloudpickle") -> None:  # noqa: A002 - what MLflow's option is called
        self._format = format

    def accepts(self, model: object) -> bool:
        """Whether it is an estimator, or can be fitted and asked as one."""
        if isinstance(model, BaseEstimator):
            return True
        methods = (getattr(model, name, None) for name in ("fit", "predict"))
        return not isinstance(model, type) and all(map(callable, methods))

    def configured(self, options: Options) -> SklearnFlavor:
        """The flavor that writes the format of the options."""
        return SklearnFlavor(options.model_format)

    def save(self, model: Any, directory: Path, max_bytes: int | None) -> Serialised:
        """Writes `model.pkl` or `model.skops`; see `Flavor`."""
        if self._format == "skops":
            from autolog.capture.model.skops_files import write_skops

            name = "model.skops"
            skops_file = write_skops(model, directory / name, max_bytes)
            trusted = skops_file.trusted_types or None
            return _serialised(model, name, "skops", skops_file.modules, trusted)
        name = "model.pkl"
        pickled = write_pickle(model, directory / name, max_bytes)
        return _serialised(model, name, pickled.format, pickled.modules)

    def load(self, directory: Path, config: Mapping[str, Any], *, trusted: bool) -> Any:
        """Loads what `save` wrote, or MLflow's `sklearn` flavor; see `Flavor`."""
        from autolog.capture.model.verification import path_of

        file = path_of(directory, config, "pickled_model")
        if config.get("serialization_format") == "skops":
            from autolog.capture.model.skops_files import read_skops

            return read_skops(file, trusted=trusted)
        return read_pickle(file, trusted=trusted)

    def predict_method(self, model: Any) -> Callable[[Any], Any] | None:
        """The model's `predict`, or else its `transform`."""
        method: Callable[[Any], Any] | None = getattr(model, "predict", None)
        return getattr(model, "transform", None) if method is None else method


def _serialised(
    model: object,
    file: str,
    serialization_format: str,
    modules: frozenset[str],
    trusted_types: list[str] | None = None,
) -> Serialised:
    config = {
        "code": None,
        "pickled_model": file,
        "serialization_format": serialization_format,
        "skops_trusted_types": trusted_types,
        "sklearn_version": sklearn.__version__,
    }
    pyfunc = {"loader_module": "mlflow.sklearn", "model_path": file, "predict_fn": "predict"}
    return Serialised(
        flavor=SklearnFlavor.name,
        config=config,
        pyfunc=pyfunc if hasattr(model, "predict") else {},
        # MLflow imports the format's module to load the file, which need not name it.
        modules=modules | {"sklearn", serialization_format},
    )
