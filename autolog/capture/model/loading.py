"""From a model's directory back to the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.model.directory import MLMODEL
from autolog.capture.model.verification import read_mlmodel, verify_hashes
from autolog.errors import ModelNotLoadable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from autolog.capture.model.flavor import Flavor

_GENERIC = "python_function"


def load_directory(
    directory: Path,
    find_flavor: Callable[[str], Flavor],
    *,
    hashes: Mapping[str, str] | None = None,
    trusted: bool = False,
) -> Any:
    """Loads a model, after all checks that can be made without running anything of it.

    Args:
        directory: The model's folder.
        find_flavor: Gives the flavor of a name, or raises `ModelNotLoadable`.
        hashes: What the SHA-256 of every file has to be, where that is known.
        trusted: Whether the model's files may run code.

    Raises:
        ModelNotFound: There is no model.
        ModelDamaged: The files are not what they should be.
        ModelUntrusted: They could run code, and may not.
        ModelNotLoadable: The model cannot be made from them here.
    """
    if hashes is not None:
        verify_hashes(directory, hashes)
    flavors: dict[str, Any] = read_mlmodel(directory)["flavors"]
    native = next((name for name in flavors if name != _GENERIC), None)
    if native is None:
        raise ModelNotLoadable(
            f"{directory / MLMODEL} names no library's own flavor; such models are loaded by "
            "`mlflow.pyfunc.load_model`."
        )
    return find_flavor(native).load(directory, flavors[native], trusted=trusted)
