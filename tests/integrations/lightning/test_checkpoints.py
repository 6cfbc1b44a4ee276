"""The checkpoints of the user's callbacks are artifacts that stay where they are."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from lightning.pytorch.callbacks import ModelCheckpoint

from autolog.testing import record


def test_the_best_and_the_last_are_noted_where_they_lie(net, fit, tmp_path):
    checkpoints = ModelCheckpoint(dirpath=tmp_path / "c", monitor="val_loss", save_last=True)

    with record() as runs:
        fit(net, callbacks=[checkpoints], enable_checkpointing=True, max_epochs=3)

        run = runs.only
        copied = list((runs.session.directory / "artifacts").rglob("*.ckpt"))
    assert run.references == {
        "checkpoints/best.ckpt": checkpoints.best_model_path,
        "checkpoints/last.ckpt": checkpoints.last_model_path,
    }
    assert copied == []
    assert run.params["best_model_path"] == checkpoints.best_model_path
    assert float(run.params["best_model_score"]) == float(checkpoints.best_model_score)
    assert run.params["checkpoint_monitor"] == "val_loss"


def test_each_of_several_callbacks_has_its_own(net, fit, tmp_path):
    first = ModelCheckpoint(dirpath=tmp_path / "a", monitor="val_loss")
    second = ModelCheckpoint(dirpath=tmp_path / "b", monitor="train_loss", mode="max")

    with record() as runs:
        fit(net, callbacks=[first, second], enable_checkpointing=True)

        run = runs.only
    assert run.references == {
        "checkpoints/best.ckpt": first.best_model_path,
        "checkpoints_2/best.ckpt": second.best_model_path,
    }
    assert run.params["best_model_2_path"] == second.best_model_path
    assert run.params["checkpoint_2_mode"] == "max"


def test_a_fit_that_fails_has_those_that_it_wrote(net_class, fit, tmp_path):
    class Failing(net_class):
        def on_train_epoch_start(self):
            if self.current_epoch == 2:
                raise ValueError("enough")

    checkpoints = ModelCheckpoint(dirpath=tmp_path / "c", monitor="val_loss")
    with record() as runs:
        with pytest.raises(ValueError, match="enough"):
            fit(Failing(), callbacks=[checkpoints], enable_checkpointing=True, max_epochs=5)

        assert runs.only.references == {"checkpoints/best.ckpt": checkpoints.best_model_path}
        assert runs.only.params["best_model_path"] == checkpoints.best_model_path


def test_none_are_written_where_the_user_wants_none(net, fit, tmp_path):
    with record() as runs:
        fit(net)

        assert runs.only.references == {}
    assert list(tmp_path.rglob("*.ckpt")) == []


def test_ours_are_written_into_the_run_on_request_alone(net, make_trainer, loader):
    trainer = make_trainer()

    with record(lightning={"checkpoint": True}) as runs:
        trainer.fit(net, loader)

        run = runs.only
        assert set(run.references) == {"checkpoints/best.ckpt", "checkpoints/last.ckpt"}
        last = Path(run.references["checkpoints/last.ckpt"])
        assert last.is_relative_to(runs.session.directory / "artifacts" / run.run_id)
        weights = torch.load(last, weights_only=False)["state_dict"]
    assert torch.equal(weights["layer.weight"], net.layer.weight)
    assert trainer.checkpoint_callbacks == []


def test_ours_are_not_written_beside_the_users(net, fit, tmp_path):
    checkpoints = ModelCheckpoint(dirpath=tmp_path / "c")

    with record(lightning={"checkpoint": True}) as runs:
        fit(net, callbacks=[checkpoints], enable_checkpointing=True)

        assert set(runs.only.references.values()) == {checkpoints.best_model_path}
