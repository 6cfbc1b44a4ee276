"""Lightning trains with autolog as it does without, to the bit; the trainer is left as it was."""

from __future__ import annotations

import copy
import io
import random
from pathlib import Path

import lightning
import numpy as np
import pytest
import torch
from lightning.pytorch.callbacks import Callback, EarlyStopping, ModelCheckpoint
from torch.utils.data import DataLoader, TensorDataset

from autolog.testing import record


def weights(model):
    return {name: values.numpy().tobytes() for name, values in model.state_dict().items()}


def saved(value):
    """The bytes of a value as PyTorch writes them: plain pickles hold addresses of tensors."""
    buffer = io.BytesIO()
    torch.save(value, buffer)
    return buffer.getvalue()


def both(train):
    """What a training gives without autolog, and with it."""
    bare = train()
    with record():
        return bare, train()


TRAINERS = {
    "plain": {},
    "clipped": {"gradient_clip_val": 0.1},
    "accumulated": {"accumulate_grad_batches": 3},
    "precise": {"precision": "64-true"},
    "of bfloat16": {"precision": "bf16-mixed"},
    "validated twice": {"val_check_interval": 0.5},
    "deterministic": {"deterministic": True},
    "logged": {"logger": True},
}


# torch 2.13 writes on TensorBoard with a function of NumPy's that is on its way out
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("arguments", TRAINERS.values(), ids=TRAINERS)
def test_weights_and_generators_are_the_same_to_the_bit(net_class, rows, make_trainer, arguments):
    def train():
        for seed in (random.seed, np.random.seed, torch.manual_seed):
            seed(7)
        model = net_class()
        shuffled = DataLoader(TensorDataset(*rows), batch_size=8, shuffle=True)
        trainer = make_trainer(max_epochs=3, **arguments)
        trainer.fit(model, shuffled, DataLoader(TensorDataset(*rows), batch_size=8))
        states = torch.rand(2).tolist(), random.random(), str(np.random.get_state())  # noqa: NPY002 - the state of all
        metrics = {name: float(value) for name, value in trainer.callback_metrics.items()}
        return weights(model), states, metrics, trainer.global_step

    bare, recorded = both(train)

    assert recorded == bare


def test_a_fitted_model_is_the_same_to_the_byte(net_class, fit):
    def train():
        torch.manual_seed(0)
        model = net_class()
        fit(model)
        model.trainer = None
        return saved(model), vars(model).keys()

    bare, recorded = both(train)

    assert recorded == bare


def test_the_trainer_is_left_with_its_own_callbacks(net, make_trainer, loader):
    given = [EarlyStopping("val_loss"), Callback(), ModelCheckpoint()]
    trainer = make_trainer(callbacks=given, enable_checkpointing=True)
    before, attributes = trainer.callbacks, vars(trainer).keys()
    held = list(before)

    with record():
        trainer.fit(net, loader, loader)

    assert trainer.callbacks is before
    assert all(one is other for one, other in zip(trainer.callbacks, held, strict=True))
    assert vars(trainer).keys() == attributes


@pytest.mark.parametrize("hook", ["setup", "on_fit_start", "on_train_batch_end", "on_train_end"])
def test_the_trainer_is_left_as_it_was_when_a_callback_raises(net, make_trainer, loader, hook):
    error = RuntimeError("mine")

    def fail(*_arguments, **_named):
        raise error

    failing = type("Failing", (Callback,), {hook: fail})()
    trainer = make_trainer(callbacks=[failing])
    held = list(trainer.callbacks)

    with record() as runs:
        with pytest.raises(RuntimeError) as raised:
            trainer.fit(net, loader)

        assert raised.value is error
        assert runs.only.status == "FAILED"
        assert runs.only.error.message == "mine"
    assert trainer.callbacks == held
    assert not net._forward_hooks


def test_callbacks_that_the_model_brings_stay_as_they_do_without_autolog(net_class, fit):
    class Bringing(net_class):
        def configure_callbacks(self):
            return [EarlyStopping("val_loss"), Callback()]

    def train():
        return [type(one).__name__ for one in fit(Bringing()).callbacks]

    bare, recorded = both(train)

    assert recorded == bare
    assert "EarlyStopping" in recorded


def test_callbacks_are_called_in_the_same_order_with_the_same_callbacks_around(net_class, fit):
    class Told(Callback):
        def __init__(self, told, name):
            self.told, self.name = told, name

        def __getattribute__(self, hook):
            if hook.startswith("on_"):
                object.__getattribute__(self, "told").append((self.name, hook))
            return object.__getattribute__(self, hook)

    def train():
        told = []
        fit(net_class(), callbacks=[Told(told, "first"), Told(told, "second")])
        return told

    bare, recorded = both(train)

    assert recorded == bare


def test_checkpoints_hold_nothing_of_ours(net_class, fit, tmp_path):
    def train():
        torch.manual_seed(0)
        name = f"{len(list(tmp_path.iterdir()))}"
        checkpoints = ModelCheckpoint(dirpath=tmp_path / name, save_last=True)
        fit(
            net_class(),
            enable_checkpointing=True,
            callbacks=[checkpoints, EarlyStopping("val_loss")],
        )
        checkpoint = torch.load(tmp_path / name / "last.ckpt", weights_only=False)
        checkpoint["callbacks"] = {
            key: {at: str(told).replace(str(tmp_path / name), "") for at, told in state.items()}
            for key, state in checkpoint["callbacks"].items()
        }
        return saved(checkpoint)

    bare, recorded = both(train)

    assert recorded == bare


def test_a_model_may_be_copied_and_pickled_amid_its_first_step(net_class, fit, tmp_path):
    class Copying(net_class):
        def training_step(self, batch, number):
            if number == 0:
                twin = copy.deepcopy(self.layer)
                torch.save(self.layer, tmp_path / "layer.pt")
                assert twin(batch[0]).shape == (8, 1)
                copies.append(copy.deepcopy(self))
                self.trainer = trainer = self.trainer
                assert trainer is not None
            return super().training_step(batch, number)

    copies = []
    with record() as runs:
        fit(Copying(), max_epochs=1)

        assert "autolog.error" not in runs.only.tags
    copies[0](torch.ones(2, 4))


def test_what_a_model_gives_to_the_loggers_is_the_same(net_class, make_trainer, loader, tmp_path):
    def train():
        torch.manual_seed(0)
        logger = lightning.pytorch.loggers.CSVLogger(tmp_path, flush_logs_every_n_steps=1)
        make_trainer(logger=logger, log_every_n_steps=1).fit(net_class(), loader, loader)
        return (Path(logger.log_dir) / "metrics.csv").read_text()

    bare, recorded = both(train)

    assert recorded == bare


def test_a_compiled_model_is_left_alone(net_class, fit):
    model = net_class()
    model.compile(backend="eager")

    with record() as runs:
        fit(model, max_epochs=1)

        assert runs.only.status == "FINISHED"
        assert "train_loss" in runs.only.metrics


def test_a_class_derived_from_the_trainer_is_recorded_once(net, loader, tmp_path):
    class Own(lightning.Trainer):
        def __init__(self, **arguments):
            super().__init__(accelerator="cpu", logger=False, **arguments)

        def fit(self, *arguments, **named):
            return super().fit(*arguments, **named)

    with record() as runs:
        Own(
            max_epochs=1,
            default_root_dir=tmp_path,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        ).fit(net, train_dataloaders=loader)

        assert runs.only.params["logger"] == "False"
        assert runs.only.params["max_epochs"] == "1"


def test_a_call_that_the_trainer_refuses_fails_as_it_does_without_autolog(make_trainer):
    trainer = make_trainer()

    with record(), pytest.raises(TypeError, match="model"):
        trainer.fit()


def test_nothing_of_ours_fails_the_fit(net, make_trainer, loader, monkeypatch):
    monkeypatch.setattr("autolog_lightning.steps.StepMetrics.take", lambda *_: 1 / 0)
    monkeypatch.setattr("autolog_lightning.epochs.EpochMetrics.end", lambda *_: 1 / 0)
    monkeypatch.setattr("autolog_lightning.recorder.module_summary", lambda *_: 1 / 0)

    with record(strict=False) as runs:
        make_trainer().fit(net, loader)

        assert runs.only.status == "FINISHED"
        assert "ZeroDivisionError" in runs.only.tags["autolog.error"]
