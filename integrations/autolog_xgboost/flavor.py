"""XGBoost's models as files, as MLflow's flavor `xgboost` writes and reads them."""

from __future__ import annotations

import math
import sys
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import xgboost
from xgboost import Booster, DMatrix, XGBModel

from autolog.capture.model.flavor import Serialised
from autolog.capture.model.foreign_code import failing_as
from autolog.capture.model.model_file import model_file
from autolog.capture.model.verification import path_of
from autolog.integration import ModelNotLoadable, ModelUntrusted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from autolog_xgboost.options import Options

_LIBRARY = "xgboost"
_BOOSTER = "xgboost.core.Booster"
_CATEGORICAL = "c"
_MISSING = "missing"
"""The param of estimators that says which value is missing, where it is not NaN."""


class XGBoostFlavor:
    """Writes boosters and the estimators of XGBoost's scikit-learn API, in XGBoost's own formats.

    An estimator comes back with what it has learnt, not with the params that it was made with,
    but for `missing`. What MLflow loads does not know that, and takes NaN alone to be missing.

    Args:
        format: `ubj`, or `json`, which can be read.
        read_like: The arguments by which rows become a matrix that a booster can predict on.
    """

    name = _LIBRARY

    def __init__(
        self,
        format: Literal["ubj", "json"] = "ubj",  # noqa: A002 - what MLflow's option is called
        read_like: Mapping[str, Any] | None = None,
    ) -> None:
        self._format = format
        self._read_like = read_like

    def accepts(self, model: object) -> bool:
        """Whether it is a booster or an estimator of XGBoost's."""
        return isinstance(model, Booster | XGBModel)

    def configured(self, options: Options) -> XGBoostFlavor:
        """The flavor that writes the format of the options."""
        return XGBoostFlavor(options.model_format, self._read_like)

    def for_rows(self, read_like: Mapping[str, Any]) -> XGBoostFlavor:
        """The flavor that predicts on rows which become a matrix by these arguments."""
        return XGBoostFlavor(self._format, read_like)

    def save(self, model: Any, directory: Path, max_bytes: int | None) -> Serialised:
        """Writes `model.ubj` or `model.json`; see `Flavor`."""
        name = f"model.{self._format}"
        with model_file(directory / name, model, max_bytes) as file:
            # an estimator's own `save_model` notes its kind on the user's booster meanwhile
            file.write(_booster_of(model).save_raw(raw_format=self._format))
        class_name = _class_name(model)
        needed = {_LIBRARY, class_name.rpartition(".")[0]}
        return Serialised(
            flavor=self.name,
            config={
                "code": None,
                "data": name,
                "model_class": class_name,
                "model_format": self._format,
                "xgb_version": xgboost.__version__,
                **_missing(model),
            },
            pyfunc={"loader_module": "mlflow.xgboost", "data": name},
            modules=frozenset(needed | ({"sklearn"} if isinstance(model, XGBModel) else set())),
        )

    def load(self, directory: Path, config: Mapping[str, Any], *, trusted: bool) -> Any:
        """Loads what `save` wrote, or MLflow's `xgboost` flavor; see `Flavor`."""
        file = path_of(directory, config, "data")
        kind = _class_named(config.get("model_class") or _BOOSTER, trusted=trusted)
        with failing_as(ModelNotLoadable, f"Loading {file}"):
            model = kind()
            model.load_model(file)
            if _MISSING in config:
                model.missing = config[_MISSING]
            return model

    def predict_method(self, model: Any) -> Callable[[Any], Any]:
        """The estimator's `predict`, or the booster's on a matrix of the rows."""
        if isinstance(model, XGBModel):
            predict: Callable[[Any], Any] = model.predict
            return predict
        return partial(_predict, model, self._read_like or {})


def _predict(booster: Booster, read_like: Mapping[str, Any], rows: Any) -> Any:
    has_categories = _CATEGORICAL in (booster.feature_types or ())
    arguments = {"enable_categorical": has_categories, **read_like}
    return booster.predict(DMatrix(rows, **arguments))


def _missing(model: object) -> dict[str, float]:
    """What an estimator takes to be missing, which XGBoost's formats do not tell."""
    value: object = model.missing if isinstance(model, XGBModel) else None
    if isinstance(value, int | float) and not math.isnan(value):
        return {_MISSING: float(value)}
    return {}


def _booster_of(model: Booster | XGBModel) -> Booster:
    return model.get_booster() if isinstance(model, XGBModel) else model


def _class_name(model: object) -> str:
    """The nearest class of a model that whoever loads it can import."""
    kinds = (kind for kind in type(model).__mro__ if _is_importable(kind))
    kind = next(kinds, Booster)
    return f"{kind.__module__}.{kind.__qualname__}"


def _is_importable(kind: type) -> bool:
    module = sys.modules.get(kind.__module__)
    is_script = kind.__module__ == "__main__"
    return not is_script and getattr(module, kind.__qualname__, None) is kind


def _class_named(name: str, *, trusted: bool) -> Any:
    """A class of XGBoost's, or of the user's where his code may be run."""
    module, _, kind = name.rpartition(".")
    if module.partition(".")[0] != _LIBRARY and not trusted:
        raise ModelUntrusted(f"{name} is no class of XGBoost's, and its module would be run.")
    try:
        return getattr(import_module(module), kind)
    except (AttributeError, ImportError, ValueError) as error:
        raise ModelNotLoadable(f"there is no class {name} here: {error}") from error
