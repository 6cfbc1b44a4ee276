"""What the user's own `torch.save` or `Fabric.save` writes: the run says where it is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import Tensor
from torch.nn import Module

from autolog_torch.activation import active_run

if TYPE_CHECKING:
    from autolog.integration import Call, HookSteps, Resumed

FOLDER = "checkpoints"
_DEEPEST = 3


def note_checkpoint(call: Call, _resume: Resumed) -> HookSteps:
    """The hook around `torch.save`: notes where a model, or the state of one, has been saved."""
    yield
    _note(_path_of(call.get("f")), call.get("obj"))


def note_checkpoint_of_fabric(call: Call, _resume: Resumed) -> HookSteps:
    """The hook around `Fabric.save`, which hands `torch.save` no name of a file."""
    yield
    path = _path_of(call.get("path"))
    # what several processes have written is a folder, and a URL is no file
    _note(path if path is not None and path.is_file() else None, call.get("state"))


def _note(path: Path | None, saved: Any) -> None:
    if path is None or not _is_checkpoint(saved):
        return
    run = active_run()
    if run is not None:
        run.log_reference(path, _place(path))


def _path_of(file: Any) -> Path | None:
    if isinstance(file, str | os.PathLike):
        return Path(os.fsdecode(file))
    name = getattr(file, "name", None)  # a file that is open; those of descriptors have numbers
    return Path(name) if isinstance(name, str) and Path(name).is_file() else None


def _is_checkpoint(saved: Any, depth: int = 0) -> bool:
    """Whether it is a module, or a dictionary with the state of one."""
    if isinstance(saved, Module):
        return True
    if not isinstance(saved, dict) or depth == _DEEPEST:
        return False
    return any(isinstance(one, Tensor) or _is_checkpoint(one, depth + 1) for one in saved.values())


def _place(path: Path) -> str:
    """Where it stands among the artifacts: as it lies under the working directory, or its name."""
    try:
        inner = path.absolute().relative_to(Path.cwd())
    except ValueError:
        inner = Path(path.name)
    return f"{FOLDER}/{Path(*(part for part in inner.parts if part != '..')).as_posix()}"
