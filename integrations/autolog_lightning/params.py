"""The params of a fit: those of the trainer, of the module, of its optimizers and of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.torch.loaders import loader_params
from autolog.capture.torch.modules import module_params
from autolog.capture.torch.optimizers import optimizer_params, scheduler_params
from autolog_lightning.checkpoints import checkpoint_params
from autolog_lightning.early_stopping import early_stopping_params
from autolog_lightning.trainers import told, trainer_params

if TYPE_CHECKING:
    from autolog.integration import Call, Run

_HYPERPARAMETERS = "_hparams_initial"
_NONE = object()


class FitParams:
    """Records params as they become known; where two have one name, both are kept.

    Args:
        run: The run of the fit.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._known: dict[str, object] = {}
        self._told: dict[str, object] = {}
        self._hyperparameters: dict[str, object] = {}

    def log_given(self, call: Call) -> None:
        """Records what is known before the fit: the trainer's arguments and hyperparameters.

        Args:
            call: The call of `Trainer.fit`.
        """
        trainer, checkpoint = call.instance, call.get("ckpt_path")
        self._hyperparameters = hyperparameters(
            call.get("model"), call.get("datamodule"), call.get("train_dataloaders")
        )
        self._log(
            ({} if checkpoint is None else {"ckpt_path": checkpoint})
            | dict(trainer_params(trainer))
            | early_stopping_params(trainer)
            | checkpoint_params(trainer.checkpoint_callbacks)
        )

    def log_hyperparameters(self, params: dict[str, object]) -> None:
        """Records hyperparameters that the user logs himself."""
        self._hyperparameters |= params
        self._log({})

    def log_prepared(self, trainer: Any) -> None:
        """Records what is known once the trainer has set everything up.

        Args:
            trainer: The trainer.
        """
        schedulers = [one.scheduler for one in trainer.lr_scheduler_configs]
        loaders = (("", trainer.train_dataloader), ("val_", trainer.val_dataloaders))
        self._log(
            {"epochs": trainer.max_epochs, "max_epochs": trainer.max_epochs}
            | module_params(trainer.lightning_module)
            | optimizer_params(trainer.optimizers)
            | scheduler_params(schedulers)
            | {
                name: value
                for prefix, loader in loaders
                for name, value in batch_sizes(loader, prefix).items()
            }
        )

    def _log(self, params: dict[str, object]) -> None:
        """Records params, and beside them the hyperparameters, which give way to all others."""
        self._known |= params
        given_way = {
            f"hparams_{name}" if name in self._known and self._known[name] != value else name: value
            for name, value in self._hyperparameters.items()
        }
        found = given_way | params
        new = {name: found[name] for name in found if self._told.get(name, _NONE) != found[name]}
        self._told |= new
        if new:
            self._run.log_params(new)


def hyperparameters(*owners: Any) -> dict[str, object]:
    """What modules and data modules have saved by `save_hyperparameters()`, to be logged.

    Args:
        owners: Modules, data modules, or anything else, which has none.
    """
    return {
        str(name): told(value)
        for owner in owners
        # asked of the objects themselves, since their properties copy everything
        if getattr(owner, "_log_hyperparams", False)
        for name, value in (getattr(owner, _HYPERPARAMETERS, None) or {}).items()
        if not str(name).startswith("_")
    }


def batch_sizes(loaders: Any, prefix: str = "") -> dict[str, object]:
    """The batch sizes of one loader, or of several by their names or places.

    Args:
        loaders: What a trainer has.
        prefix: Stands before the names, such as `val_`.
    """
    if isinstance(loaders, dict):
        named = loaders.items()
    elif isinstance(loaders, list | tuple):
        if len(loaders) == 1:
            return loader_params(loaders[0], prefix)
        named = dict(enumerate(loaders, start=1)).items()
    else:
        return loader_params(loaders, prefix)
    found: dict[str, object] = {}
    for name, loader in named:
        found |= loader_params(loader, f"{prefix}{name}_")
    return found
