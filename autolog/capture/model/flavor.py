"""What the core asks of a library's own way to write models to files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


class Serialised(msgspec.Struct, frozen=True):
    """What a flavor says about the files that it wrote.

    Attributes:
        flavor: The flavor's name.
        config: Its entries in `MLmodel`, as MLflow's flavor of that name reads them.
        pyfunc: The entries of `python_function`: `loader_module`, `model_path` and `predict_fn`;
            empty for a model that MLflow cannot predict with.
        modules: The full names of the modules that the serialised form needs to be loaded.
    """

    flavor: str
    config: dict[str, Any]
    pyfunc: dict[str, Any]
    modules: frozenset[str]


class Flavor(Protocol):
    """One library's way to write models to files."""

    @property
    def name(self) -> str:
        """The name of MLflow's flavor, such as `sklearn`."""
        ...

    def accepts(self, model: object) -> bool:
        """Whether this flavor can write such a model."""
        ...

    def configured(self, options: Any) -> Flavor:
        """The flavor as the user wants it.

        Args:
            options: The integration's own options; `None` where it has none.
        """
        ...

    def save(self, model: Any, directory: Path, max_bytes: int | None) -> Serialised:
        """Writes the model's files; called in the training thread, so it should be quick.

        Args:
            model: A model that the flavor accepts.
            directory: An existing folder, for this model alone.
            max_bytes: Give up as soon as more than this would be written; `None` for no limit.

        Raises:
            ModelTooLarge: It would be more than `max_bytes`; nothing is left behind.
            ModelNotSerialisable: It cannot be written; nothing is left behind.
        """
        ...

    def load(self, directory: Path, config: Mapping[str, Any], *, trusted: bool) -> Any:
        """Makes the model from its files again.

        Args:
            directory: The model's folder.
            config: The flavor's entries in its `MLmodel`.
            trusted: Whether the files may run code.

        Raises:
            ModelError: It cannot be made from them.
            ModelUntrusted: They could run code, and `trusted` is false.
        """
        ...

    def predict_method(self, model: Any) -> Callable[[Any], Any] | None:
        """What the model's signature is inferred from: its `predict`, or else its `transform`."""
        ...


@runtime_checkable
class RenderingFlavor(Flavor, Protocol):
    """A flavor whose models can be made into files that people read, such as a summary.

    They are made when somebody first looks at them: `RunFiles.promise` tells of them.
    """

    def render(self, directory: Path, config: Mapping[str, Any], name: str) -> str:
        """Makes a file out of a stored model, which may run its code.

        Args:
            directory: The model's folder.
            config: The flavor's entries in its `MLmodel`.
            name: The name of the file.

        Raises:
            ModelNotLoadable: It cannot be made here.
        """
        ...
