"""The public function that gives a stored model back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autolog.capture.model.loading import load_directory
from autolog.errors import ModelNotFound, ModelUntrusted, StoreError
from autolog.flavors import find_flavor
from autolog.reading import get_run, store_to_read
from autolog.recording.models import MODEL
from autolog.recording.run import Run
from autolog.store import RecordedRun
from autolog.store.recorded import IMPORTED_TAG

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from autolog.store.recorded import RecordedModel

_SCHEMES = ("runs:/", "models:/")
_OF_RUN = re.compile(r"runs:/([^/]+)/(.+)", re.DOTALL)
_BY_ID = re.compile(r"models:/(m-[0-9a-f]{32})")
_REGISTERED = re.compile(r"models:/([^/]+)(?:/(?:([0-9]{1,18})|(?i:latest)))?")
_RUN_ID = re.compile(r"[0-9a-f]{32}")
_FOREIGN = "It is not in the artifact folder of this project, and autolog cannot tell who made it."
_IMPORTED = "It was imported, and autolog cannot tell who made it."
_INTERRUPTED = "Writing it was interrupted, and nothing tells whether it is what was fitted."


def load_model(source: str | os.PathLike[str] | Run | RecordedRun, *, trust: bool = False) -> Any:
    """Loads a model: the object that was fitted, as the library knows it.

    A model that was recorded here is loaded if its files are still what was stored. Anything else,
    also what was imported, could run code that somebody put into it, and is loaded only if you say
    so.

    Args:
        source: `runs:/RUN/NAME`, where RUN is a run's id, a unique beginning of it, or `last`;
            `models:/NAME/VERSION` for a version of a registered model, `models:/NAME/latest` or
            `models:/NAME` for its newest; `models:/ID` for a model by its id; or a run, for its
            model `model`; or the folder of a model, of MLflow's, too.
        trust: Whether the model may run code while it is loaded, wherever it comes from.

    Raises:
        ModelNotFound: There is no such model.
        ModelDamaged: Its files are not what they were, or not those of a model.
        ModelUntrusted: It could run code, and `trust` is false.
        ModelNotLoadable: It needs something that is not installed.
        RunNotFound: No run, or more than one, is meant.

    Example:
        >>> autolog.load_model("runs:/last/model").predict(X)
    """
    if isinstance(source, Run):
        source = get_run(source.run_id)
    if isinstance(source, RecordedRun):
        return _load_recorded(source, _model_of(source, MODEL), trust)
    if isinstance(source, str) and source.startswith(_SCHEMES):
        return _load_recorded(*_addressed(source), trust)
    directory = Path(source)
    if (found := _recorded_at(directory)) is not None:
        return _load_recorded(*found, trust)
    return _load(directory, trust, _FOREIGN)


def _addressed(uri: str) -> tuple[RecordedRun, RecordedModel]:
    """The model that an address means, and the run that has kept it."""
    if of_run := _OF_RUN.fullmatch(uri):
        run = get_run(of_run[1])
        return run, _model_of(run, of_run[2])
    if by_id := _BY_ID.fullmatch(uri):
        return store_to_read().model(by_id[1])
    if registered := _REGISTERED.fullmatch(uri):
        name, version = registered.groups()
        return store_to_read().registered_model(name, None if version is None else int(version))
    raise ModelNotFound(
        f"{uri!r} is not the address of a model; use 'runs:/RUN/{MODEL}' or 'models:/NAME/VERSION'."
    )


def _recorded_at(directory: Path) -> tuple[RecordedRun, RecordedModel] | None:
    """The model whose files are in this very folder, and the run that has kept it."""
    folder = directory.resolve()
    run_id = next((name for name in reversed(folder.parts) if _RUN_ID.fullmatch(name)), None)
    if run_id is None:
        return None
    try:
        run = get_run(run_id)
    except StoreError:
        return None
    models = (model for model in run.models if model.directory.resolve() == folder)
    return next(((run, model) for model in models), None)


def _load_recorded(run: RecordedRun, model: RecordedModel, trust: bool) -> Any:
    if not model.directory.resolve().is_relative_to(run.artifact_directory.resolve()):
        return _load(model.directory, trust, _FOREIGN)
    if not model.files:
        return _load(model.directory, trust, _INTERRUPTED)
    model.fetch()
    is_ours = IMPORTED_TAG not in run.tags
    return _load(model.directory, trust or is_ours, _IMPORTED, model.files)


def _model_of(run: RecordedRun, name: str) -> RecordedModel:
    for model in run.models:
        if model.name == name:
            return model
    names = ", ".join(repr(model.name) for model in run.models)
    raise ModelNotFound(
        f"Run {run.run_id} has no model {name!r}; it has {names or 'no model at all'}."
    )


def _load(directory: Path, trust: bool, why: str, hashes: Mapping[str, str] | None = None) -> Any:
    try:
        return load_directory(directory, find_flavor, hashes=hashes, trusted=trust)
    except ModelUntrusted as error:
        raise ModelUntrusted(f"{error} {why} Give trust=True if you know who made it.") from None
