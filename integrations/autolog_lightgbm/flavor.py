"""LightGBM's models as files, as MLflow's flavor `lightgbm` writes and reads them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Literal

import lightgbm
from lightgbm import Booster, LGBMModel

from autolog.capture.model.flavor import Serialised
from autolog.capture.model.foreign_code import failing_as
from autolog.capture.model.model_file import model_file
from autolog.capture.model.pickling import read_pickle, write_pickle
from autolog.capture.model.skops_files import read_skops, write_skops
from autolog.capture.model.verification import path_of
from autolog.integration import ModelNotLoadable
from autolog_lightgbm.asking import as_talkative, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from autolog_lightgbm.options import Options

_TEXT_FILE = "model.lgb"
_BOOSTER_CLASS = "lightgbm.basic.Booster"


class LightGBMFlavor:
    """Writes boosters as LightGBM's text, and estimators as a pickle or a skops file beside it.

    The text alone would do for predictions, but neither LightGBM nor MLflow makes an estimator of
    it again: MLflow loads one from a pickle or a skops file only.

    Args:
        format: How estimators are written: `cloudpickle`, which takes any of them, or `skops`,
            which runs no code when it is loaded.
        text: The booster of the model to be written as text, where that is known; LightGBM takes
            long to write it.
    """

    name = "lightgbm"

    def __init__(
        self,
        format: Literal["cloudpickle", "skops"] = "cloudpickle",  # noqa: A002 - what MLflow's option is called
        text: str | None = None,
    ) -> None:
        self._format = format
        self._text = text

    def accepts(self, model: object) -> bool:
        """Whether it is a booster, or an estimator that was fitted."""
        if isinstance(model, LGBMModel):
            return isinstance(vars(model).get("_Booster"), Booster)
        return isinstance(model, Booster)

    def configured(self, options: Options) -> LightGBMFlavor:
        """The flavor that writes the format of the options."""
        return LightGBMFlavor(options.model_format, self._text)

    def with_text(self, text: str | None) -> LightGBMFlavor:
        """The flavor for a model of which the text is known."""
        return LightGBMFlavor(self._format, text)

    def save(self, model: Any, directory: Path, max_bytes: int | None) -> Serialised:
        """Writes `model.lgb`, and for an estimator `model.pkl` or `model.skops`; see `Flavor`."""
        written = directory / _TEXT_FILE
        with model_file(written, model, max_bytes) as file:
            booster = model if isinstance(model, Booster) else model.booster_
            text = booster.model_to_string() if self._text is None else self._text
            file.write(text.encode())
        if isinstance(model, Booster):
            # MLflow names a format for text too, and reads it nowhere
            return _serialised(_BOOSTER_CLASS, _TEXT_FILE, "cloudpickle", frozenset())
        left = None if max_bytes is None else max_bytes - written.stat().st_size
        try:
            return self._save_estimator(model, directory, left)
        except BaseException:
            written.unlink()
            raise

    def load(self, directory: Path, config: Mapping[str, Any], *, trusted: bool) -> Any:
        """Loads what `save` wrote, or MLflow's `lightgbm` flavor; see `Flavor`."""
        file = path_of(directory, config, "data")
        if config.get("model_class", _BOOSTER_CLASS) == _BOOSTER_CLASS:
            with failing_as(ModelNotLoadable, f"Loading {file}"):
                return Booster(model_file=file)
        if config.get("serialization_format") == "skops":
            return read_skops(file, trusted=trusted)
        return read_pickle(file, trusted=trusted)

    def predict_method(self, model: Any) -> Callable[[Any], Any]:
        """The model's `predict`."""
        if isinstance(model, Booster):
            return as_talkative(model)
        method: Callable[[Any], Any] = silent(model).predict
        return method

    def _save_estimator(self, model: Any, directory: Path, max_bytes: int | None) -> Serialised:
        kind = f"{type(model).__module__}.{type(model).__qualname__}"
        if self._format == "skops":
            file = "model.skops"
            skops_file = write_skops(model, directory / file, max_bytes)
            trusted = skops_file.trusted_types or None
            return _serialised(kind, file, "skops", skops_file.modules | {"skops"}, trusted)
        file = "model.pkl"
        told = model if self._text is None else _with_text(model, self._text)
        pickled = write_pickle(told, directory / file, max_bytes)
        # what stands for the booster in the meantime is not what loads it
        modules = (pickled.modules - {__name__}) | {pickled.format}
        return _serialised(kind, file, pickled.format, modules)


def _with_text(model: Any, text: str) -> Any:
    """The estimator as it pickles faster, its booster not being written as text once more."""
    if not type(model).__module__.startswith("lightgbm."):
        return model  # a class of the user's may pickle itself as it likes
    twin = copy.copy(model)
    twin._Booster = _Written(model.booster_, text)  # noqa: SLF001 - what its property gives
    return twin


class _Written:
    """Pickles as the booster that it stands for."""

    def __init__(self, booster: Booster, text: str) -> None:
        self._booster = booster
        self._text = text

    def __reduce__(self) -> tuple[Any, ...]:
        kept = {"train_set", "valid_sets"}
        state = {name: value for name, value in vars(self._booster).items() if name not in kept}
        return object.__new__, (Booster,), state | {"_handle": self._text}


def _serialised(
    model_class: str,
    file: str,
    serialization_format: str,
    modules: frozenset[str],
    trusted_types: list[str] | None = None,
) -> Serialised:
    config = {
        "code": None,
        "data": file,
        "lgb_version": lightgbm.__version__,
        "model_class": model_class,
        "serialization_format": serialization_format,
        "skops_trusted_types": trusted_types,
    }
    pyfunc = {"loader_module": "mlflow.lightgbm", "data": file}
    return Serialised(LightGBMFlavor.name, config, pyfunc, modules | {"lightgbm"})
