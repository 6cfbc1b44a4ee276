"""PyTorch's modules as files, as MLflow's flavor `pytorch` writes and reads them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from autolog.capture.model.flavor import Serialised
from autolog.capture.model.foreign_code import failing_as
from autolog.capture.model.model_file import model_file
from autolog.capture.model.pickling import pickle_module
from autolog.capture.model.verification import path_of
from autolog.capture.quiet import quiet
from autolog.capture.torch.modules import unwrapped
from autolog.errors import (
    ModelNotLoadable,
    ModelNotSerialisable,
    ModelTooLarge,
    ModelUntrusted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

WEIGHTS = "model.safetensors"
"""The file of the weights alone, which any program can read, and which runs no code."""

_DATA = "data"
_PICKLED = "model.pth"
_EXPORTED = "model.pt2"
_PICKLE_MODULE_FILE = "pickle_module_info.txt"
_PICKLE_MODULE = "mlflow.pytorch.pickle_module"
"""What MLflow reads the pickle with: `cloudpickle` and an unpickler."""


class PyTorchFlavor:
    """Writes modules as pickles, and their weights as `safetensors` too where that is installed.

    A module is written without what `torch.compile` and distributed training put around it.
    """

    name = "pytorch"

    def accepts(self, model: object) -> bool:
        """Whether it is a module of PyTorch's."""
        torch = sys.modules.get("torch")
        return torch is not None and isinstance(model, torch.nn.Module)

    def configured(self, _options: Any) -> PyTorchFlavor:
        """There is one way to write a module."""
        return self

    def save(self, model: Any, directory: Path, max_bytes: int | None) -> Serialised:
        """Writes `data/model.pth` and, where there is room, `model.safetensors`; see `Flavor`."""
        import torch

        module = unwrapped(model)
        _check_size(_size_of_tensors(module), max_bytes)
        data = directory / _DATA
        data.mkdir()
        modules = {"torch", "cloudpickle"}
        if isinstance(module, torch.jit.ScriptModule):
            _save_script(module, data / _PICKLED)
        else:
            with model_file(data / _PICKLED, module, None) as file:
                opened: Any = file  # a file as any, where its size has no limit
                torch.save(module, opened, pickle_module=pickle_module(modules))
        written = (data / _PICKLED).stat().st_size
        _check_size(written, max_bytes)
        (data / _PICKLE_MODULE_FILE).write_text(_PICKLE_MODULE, encoding="utf-8")
        if max_bytes is None or written * 2 <= max_bytes:
            _save_weights(module, directory / WEIGHTS)
        return Serialised(
            flavor=self.name,
            config={
                "code": None,
                "model_data": _DATA,
                "pytorch_version": str(torch.__version__),
            },
            pyfunc={
                "loader_module": "mlflow.pytorch",
                "data": _DATA,
                "pickle_module_name": _PICKLE_MODULE,
                "config": {"device": None},
            },
            modules=frozenset(modules),
        )

    def load(self, directory: Path, config: Mapping[str, Any], *, trusted: bool) -> Any:
        """Loads what `save` wrote, or MLflow's `pytorch` flavor, ready to predict; see `Flavor`."""
        import torch

        data = path_of(directory, config, "model_data")
        if (exported := data / _EXPORTED).is_file():
            if not trusted:
                raise ModelUntrusted(f"{exported} may hold pickles, which can run any code.")
            with failing_as(ModelNotLoadable, f"Loading {exported}"):
                return torch.export.load(exported).module()
        if not trusted:
            raise ModelUntrusted(
                f"{data / _PICKLED} is a pickle, and loading a pickle can run any code that was "
                f"put into it. The weights alone are in {WEIGHTS}."
            )
        place = None if torch.cuda.is_available() else "cpu"
        with failing_as(ModelNotLoadable, f"Loading {data / _PICKLED}"), quiet():
            model = torch.load(data / _PICKLED, map_location=place, weights_only=False)
            return model.eval()

    def predict_method(self, _model: Any) -> Callable[[Any], Any] | None:
        """None: a module is asked nothing, since it may change with every answer."""
        return None


def _check_size(size: int, max_bytes: int | None) -> None:
    if max_bytes is not None and size > max_bytes:
        raise ModelTooLarge(
            f"The model takes more than the {max_bytes} bytes that `max_model_bytes` allows."
        )


def _size_of_tensors(module: Any) -> int:
    tensors = {id(one): one for one in [*module.parameters(), *module.buffers()]}
    with failing_as(ModelNotSerialisable, "Measuring the weights"):
        return sum(one.numel() * one.element_size() for one in tensors.values())


def _save_script(module: Any, path: Path) -> None:
    with failing_as(ModelNotSerialisable, "Serialising a torch.jit.ScriptModule"):
        module.save(str(path))


def _save_weights(module: Any, path: Path) -> None:
    """Writes the weights; none, where `safetensors` is not installed or cannot hold them."""
    try:
        from safetensors.torch import save_model
    except ImportError:
        return
    try:
        with quiet():
            save_model(module, str(path))
    except (RuntimeError, TypeError, ValueError, AttributeError, NotImplementedError):
        path.unlink(missing_ok=True)  # tensors that are sparse, or share only some of their memory
