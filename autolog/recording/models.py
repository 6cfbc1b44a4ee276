"""Keeps a fitted model: serialised while the caller waits, made whole in the background."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.capture.isolation import isolated
from autolog.capture.model.directory import (
    MLMODEL,
    ModelDescription,
    describe_model,
    finish_model,
)
from autolog.capture.model.foreign_code import failing_as
from autolog.errors import ModelNotSerialisable, ModelTooLarge, SchemaError
from autolog.events import ModelStored
from autolog.fork_gate import fork_gate
from autolog.full_disk import naming
from autolog.guard import guard
from autolog.saying import say_once

if TYPE_CHECKING:
    from pathlib import Path, PurePosixPath

    from autolog.capture.model.flavor import Flavor
    from autolog.capture.signature.schema import Signature
    from autolog.config.settings import Settings
    from autolog.recording.files import RunFiles
    from autolog.recording.run import Run

MODEL = "model"
"""The name of a run's model, unless it was given another."""

SKIPPED_TAG = "autolog.model_skipped"
"""The tag that says why a model was not kept."""

NO_SIGNATURE_TAG = "autolog.signature_missing"
"""The tag that says why a model has no signature, or none of its outputs."""

_PREDICTING = "Predicting on five rows"


class ModelChoices(msgspec.Struct, frozen=True):
    """What is kept with a model, and how large it may be.

    Attributes:
        signature: Whether its signature is inferred.
        example: Whether rows of its inputs are kept.
        max_bytes: The size above which it is not kept; `None` for any size.
        registered_name: The registered model that it becomes a new version of, if any.
    """

    signature: bool = True
    example: bool = False
    max_bytes: int | None = None
    registered_name: str | None = None

    @classmethod
    def of(cls, settings: Settings) -> ModelChoices:
        """What the options ask for; whether a model is registered is for the caller to say."""
        return cls(
            signature=settings.log_signatures,
            example=settings.log_input_examples,
            max_bytes=settings.max_model_bytes,
        )


def check_place(files: RunFiles, place: PurePosixPath) -> None:
    """Makes sure that a model would neither lie within another nor replace other files.

    Args:
        files: The run's files.
        place: The model's place among them.

    Raises:
        ValueError: It would.
    """
    for parent in place.parents:
        if parent.parts and (files.folder / parent / MLMODEL).exists():
            raise ValueError(f"a model cannot be kept at {str(place)!r}, within the model {parent}")
    target = files.folder / place
    if not target.exists():
        return
    with files.replacing:  # it may be giving its place to another model at this very moment
        if target.exists() and not (target / MLMODEL).exists():
            raise ValueError(f"a model cannot be kept at {str(place)!r}, where other files are")


def keep_model(
    run: Run,
    model: Any,
    flavor: Flavor,
    *,
    place: PurePosixPath,
    inputs: Any,
    outputs: Any = None,
    choices: ModelChoices,
) -> None:
    """Serialises a model into the run's folder, and has the rest done in the background.

    Args:
        run: The run.
        model: The fitted model.
        flavor: Writes it.
        place: The folder's place among the run's files.
        inputs: At most five rows of what it was fitted on, for its signature and its example.
        outputs: What it predicts for such rows; it is asked if this is `None`.
        choices: What is kept.
    """
    signature = None
    if choices.signature and inputs is not None:
        signature = _signature(run, model, flavor, inputs, outputs)
    description: list[ModelDescription] = []
    looked_at: list[tuple[int | None, int]] = []

    def write(folder: Path) -> None:
        description.append(
            ModelDescription(
                serialised=flavor.save(model, folder, choices.max_bytes),
                signature=signature,
                run_id=run.run_id,
                model_id=f"m-{uuid.uuid4().hex}",
                artifact_path=str(place),
                created=datetime.now(UTC),
            )
        )
        describe_model(folder, description[0])
        looked_at.append((_identity(folder), _size(folder)))

    if (run.files.folder / place).exists():
        run.wait_for_later()  # what is still to be written for the model that is replaced
    try:
        folder = run.files.keep_folder(str(place), write)
    except (ModelNotSerialisable, ModelTooLarge) as error:
        run.set_tags({SKIPPED_TAG: str(error)})
        if isinstance(error, ModelNotSerialisable):
            say_once(f"autolog does not keep this model: {error}")
        return
    example = inputs if choices.example else None
    identity, size = looked_at[0]
    kept = _KeptModel(run, folder, identity, description[0], example, choices.registered_name)
    kept.announce({}, size)
    run.later(f"completing the model {place}", kept.complete)


class _KeptModel(msgspec.Struct, frozen=True):
    """A model that can be loaded by now, and is to be completed."""

    run: Run
    folder: Path
    identity: int | None
    description: ModelDescription
    inputs: Any
    registered_name: str | None

    def complete(self) -> None:
        """Writes the other files of the folder, and tells what it holds."""
        with self.run.files.replacing:
            if _identity(self.folder) == self.identity:
                self._complete()

    def _complete(self) -> None:
        example = None
        if self.inputs is not None:
            with fork_gate.importing():
                from autolog.capture.input_example import write_input_example

            with (
                guard("writing the input example", self.run.note_failure),
                naming(self.folder),
            ):
                example = write_input_example(self.inputs, self.folder)
        with naming(self.folder):
            hashes = finish_model(self.folder, self.description, example)
        for path, digest in hashes.items():
            size = (self.folder / path).stat().st_size
            self.run.files.tell(f"{self.description.artifact_path}/{path}", size, digest)
        self.announce(hashes, _size(self.folder))

    def announce(self, hashes: dict[str, str], size: int) -> None:
        """Tells of the model, with the hashes of its files once it is whole."""
        description = self.description
        self.run.emit(
            ModelStored,
            description.artifact_path,
            description.model_id,
            description.serialised.flavor,
            size,
            None if description.signature is None else description.signature.to_json(),
            hashes,
            self.registered_name,
        )


def _identity(folder: Path) -> int | None:
    """What tells a folder from the one that takes its place."""
    try:
        return folder.stat().st_ino
    except FileNotFoundError:
        return None


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _signature(run: Run, model: Any, flavor: Flavor, inputs: Any, outputs: Any) -> Signature | None:
    """The model's signature; a model that cannot predict has one of its inputs alone."""
    from autolog.capture.signature.inference import infer_schema
    from autolog.capture.signature.schema import Signature

    taken = None
    try:
        taken = infer_schema(inputs)
        if outputs is None:
            outputs = _predicted(model, flavor, inputs)
        return Signature(taken, None if outputs is None else infer_schema(outputs))
    except SchemaError as error:
        run.set_tags({NO_SIGNATURE_TAG: str(error)})
        return None if taken is None else Signature(taken)


def _predicted(model: Any, flavor: Flavor, inputs: Any) -> Any:
    """What a model predicts for five rows; `None` where it predicts nothing."""
    from autolog.capture.kinds import is_sparse
    from autolog.capture.rows import first_rows

    with failing_as(SchemaError, _PREDICTING):
        predict = flavor.predict_method(model)
    if predict is None:
        return None
    with isolated(model):
        if is_sparse(inputs) and inputs.format != "csr":
            # some models take sparse matrices of any format, and predict for those of this one
            with suppress(SchemaError), failing_as(SchemaError, _PREDICTING):
                return predict(inputs.tocsr())
        with failing_as(SchemaError, _PREDICTING):
            return predict(first_rows(inputs))  # a copy, since a model may change it
