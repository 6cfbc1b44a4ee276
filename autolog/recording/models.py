"""Keeps a fitted model: serialised while the caller waits, made whole in the background."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from autolog.capture.isolation import isolated
from autolog.errors import ModelNotSerialisable, ModelTooLarge, SchemaError
from autolog.events import ArtifactStored, ModelStored
from autolog.fork_gate import fork_gate
from autolog.guard import guard
from autolog.saying import say_once

if TYPE_CHECKING:
    from pathlib import Path, PurePosixPath

    from autolog.capture.model.flavor import Flavor, Serialised
    from autolog.capture.signature.schema import Signature
    from autolog.recording.run import Run

SKIPPED_TAG = "autolog.model_skipped"
"""The tag that says why a model was not kept."""

NO_SIGNATURE_TAG = "autolog.signature_missing"
"""The tag that says why a model has no signature, or none of its outputs."""


@dataclass(frozen=True, slots=True)
class ModelChoices:
    """What is kept with a model, and how large it may be.

    Attributes:
        signature: Whether its signature is inferred.
        example: Whether rows of its inputs are kept.
        max_bytes: The size above which it is not kept; `None` for any size.
    """

    signature: bool = True
    example: bool = False
    max_bytes: int | None = None


def keep_model(
    run: Run,
    model: Any,
    flavor: Flavor,
    *,
    place: PurePosixPath,
    inputs: Any,
    choices: ModelChoices,
) -> None:
    """Serialises a model into the run's folder, and has the rest done in the background.

    Args:
        run: The run.
        model: The fitted model.
        flavor: Writes it.
        place: The folder's place among the run's files.
        inputs: At most five rows of what it was fitted on, for its signature and its example.
        choices: What is kept.
    """
    signature = None
    if choices.signature and inputs is not None:
        signature = _signature(run, model, flavor, inputs)
    written: list[Serialised] = []
    try:
        folder = run.files.keep_folder(
            str(place),
            lambda folder: written.append(flavor.save(model, folder, choices.max_bytes)),
        )
    except (ModelNotSerialisable, ModelTooLarge) as error:
        run.set_tags({SKIPPED_TAG: str(error)})
        if isinstance(error, ModelNotSerialisable):
            say_once(f"autolog does not keep this model: {error}")
        return
    whole = _Completion(
        run=run,
        folder=folder,
        place=place,
        serialised=written[0],
        signature=signature,
        inputs=inputs if choices.example else None,
        model_id=f"m-{uuid.uuid4().hex}",
        created=datetime.now(UTC),
    )
    whole.announce({})
    run.later(f"completing the model {place}", whole.complete)


@dataclass(frozen=True, slots=True)
class _Completion:
    """What is still to be done for a model whose main file is there."""

    run: Run
    folder: Path
    place: PurePosixPath
    serialised: Serialised
    signature: Signature | None
    inputs: Any
    model_id: str
    created: datetime

    def complete(self) -> None:
        """Writes the other files of the folder, and tells what it holds."""
        with fork_gate.importing():
            self._complete()

    def _complete(self) -> None:
        from autolog.capture.model.directory import finish_model

        example = None
        if self.inputs is not None:
            from autolog.capture.input_example import write_input_example

            with guard("writing the input example", self.run.note_failure):
                example = write_input_example(self.inputs, self.folder)
        hashes = finish_model(
            self.folder,
            serialised=self.serialised,
            signature=self.signature,
            example=example,
            run_id=self.run.run_id,
            model_id=self.model_id,
            artifact_path=str(self.place),
            created=self.created,
        )
        for path in hashes:
            size = (self.folder / path).stat().st_size
            self.run.emit(ArtifactStored, f"{self.place}/{path}", size)
        self.announce(hashes)

    def announce(self, hashes: dict[str, str]) -> None:
        """Tells of the model, with the hashes of its files once it is whole."""
        self.run.emit(
            ModelStored,
            str(self.place),
            self.model_id,
            self.serialised.flavor,
            sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file()),
            None if self.signature is None else self.signature.to_json(),
            hashes,
        )


def _signature(run: Run, model: Any, flavor: Flavor, inputs: Any) -> Signature | None:
    """The model's signature; a model that cannot predict has one of its inputs alone."""
    from autolog.capture.rows import first_rows
    from autolog.capture.signature.inference import infer_schema
    from autolog.capture.signature.schema import Signature

    outputs = None
    predict = flavor.predict_method(model)
    with guard(f"predicting for the signature of {type(model).__name__}", run.note_failure):
        if predict is not None:
            # a copy, since a model may change what it is given
            with isolated(model):
                outputs = predict(first_rows(inputs))
    try:
        taken = infer_schema(inputs)
        return Signature(taken, None if outputs is None else infer_schema(outputs))
    except SchemaError as error:
        run.set_tags({NO_SIGNATURE_TAG: str(error)})
        return None
