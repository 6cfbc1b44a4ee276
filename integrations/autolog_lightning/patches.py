"""Lightning: each fit is a run, with its steps and epochs."""

from __future__ import annotations

from autolog.capture.torch.flavor import PyTorchFlavor
from autolog.integration import Call, Integration, Patch
from autolog_lightning.options import Options

_CONTINUES = "autolog_lightning.evaluations:run_of_model"


def _is_first_process(call: Call) -> bool:
    """Whether it is made by the process that records, of those that train together."""
    return bool(call.instance.is_global_zero)


def _integration(package: str) -> Integration:
    """The integration for one of the two names that Lightning is imported by."""
    trainer, tuner = f"{package}.trainer.trainer:Trainer", f"{package}.tuner.tuning:Tuner"
    evaluations = {
        "validate": "autolog_lightning.evaluations:record_validation",
        "test": "autolog_lightning.evaluations:record_test",
        "predict": "autolog_lightning.evaluations:record_prediction",
    }
    return Integration(
        patches=(
            Patch(f"{trainer}.__init__", "autolog_lightning.trainers:remember_arguments", "aside"),
            Patch(
                f"{trainer}.fit",
                "autolog_lightning.fits:record_fit",
                when=_is_first_process,
                named_after="model",
                continues="autolog_lightning.resuming:run_to_resume",
            ),
            *(
                Patch(
                    f"{trainer}.{method}",
                    hook,
                    when=_is_first_process,
                    named_after="model",
                    continues=_CONTINUES,
                )
                for method, hook in evaluations.items()
            ),
            Patch(f"{tuner}.lr_find", "autolog_lightning.tuning:pass_over", "none"),
            Patch(f"{tuner}.scale_batch_size", "autolog_lightning.tuning:pass_over", "none"),
        ),
        options=Options,
        flavors=(PyTorchFlavor(),),
    )


integration = _integration("lightning.pytorch")
integration_of_other_name = _integration("pytorch_lightning")
