"""PyTorch: a loop that nobody instrumented is a run, with a step for each step of an optimizer."""

from __future__ import annotations

from autolog.capture.torch.flavor import PyTorchFlavor
from autolog.integration import Integration, Patch
from autolog_torch.activation import watch_loops
from autolog_torch.options import Options

_FABRICS = ("lightning.fabric.fabric:Fabric", "lightning_fabric.fabric:Fabric")
_WRITERS = ("torch.utils.tensorboard.writer:SummaryWriter", "tensorboardX.writer:SummaryWriter")
_WRITTEN = ("add_hparams", "add_scalar", "add_scalars")

integration = Integration(
    patches=(
        Patch("torch:save", "autolog_torch.checkpoints:note_checkpoint", "none"),
        *(
            Patch(f"{fabric}.save", "autolog_torch.checkpoints:note_checkpoint_of_fabric", "none")
            for fabric in _FABRICS
        ),
        *(
            Patch(f"{writer}.{method}", f"autolog_torch.tensorboard:{method}", "none")
            for writer in _WRITERS
            for method in _WRITTEN
        ),
    ),
    options=Options,
    flavors=(PyTorchFlavor(),),
    watch=watch_loops,
)
