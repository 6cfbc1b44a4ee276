"""The logger: for trainers that are told where metrics go, and beside recorded fits."""

from __future__ import annotations

import argparse

import pytest
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.loggers import Logger

import autolog
from autolog.testing import record
from autolog_lightning import AutologLogger


def test_it_is_a_logger_of_lightnings():
    assert isinstance(AutologLogger(), Logger)


class TestAlone:
    """Nothing else records the fit."""

    def test_a_fit_is_a_run_of_what_the_trainer_gives_its_loggers(self, net, make_trainer, loader):
        logger = AutologLogger("mine", experiment="nets", tags={"team": "a"})

        with record(lightning=False) as runs:
            make_trainer(logger=logger, log_every_n_steps=2).fit(net, loader, loader)

            run = runs.only
        assert (run.name, run.experiment, run.status) == ("mine", "nets", "FINISHED")
        assert run.tags["team"] == "a"
        assert run.params["lr"] == "0.1"
        assert [point.step for point in run.metric_history("train_loss")] == [1, 3, 5, 7]
        assert len(run.metric_history("val_loss")) == 2
        assert (logger.version, logger.name) == (run.run_id, "nets")

    def test_it_needs_no_call_of_autolog(self, net, make_trainer, loader):
        make_trainer(logger=AutologLogger("mine")).fit(net, loader)

        assert autolog.last_run().name == "mine"

    def test_a_test_after_the_fit_goes_to_the_same_run(self, net, make_trainer, loader):
        with record(lightning=False) as runs:
            trainer = make_trainer(logger=AutologLogger())
            trainer.fit(net, loader)
            trainer.test(net, loader, verbose=False)

            assert "test_loss" in runs.only.metrics

    def test_a_fit_that_fails_fails_the_run(self, net_class, make_trainer, loader):
        class Failing(net_class):
            def on_train_epoch_end(self):
                raise ValueError("no")

        with record(lightning=False) as runs:
            with pytest.raises(ValueError, match="no"):
                make_trainer(logger=AutologLogger()).fit(Failing(), loader)

            assert runs.only.status == "FAILED"

    def test_checkpoints_are_noted(self, net, make_trainer, loader, tmp_path):
        checkpoints = ModelCheckpoint(dirpath=tmp_path / "c")
        with record(lightning=False) as runs:
            trainer = make_trainer(
                logger=AutologLogger(), callbacks=[checkpoints], enable_checkpointing=True
            )
            trainer.fit(net, loader)

            assert runs.only.references == {"checkpoints/best.ckpt": checkpoints.best_model_path}

    def test_a_namespace_is_hyperparameters_too(self):
        with record(lightning=False) as runs:
            AutologLogger().log_hyperparams(argparse.Namespace(depth=3))

            assert runs.only.params["depth"] == "3"


class TestBesideARecordedFit:
    def test_it_adds_what_is_logged_by_hand_and_nothing_twice(
        self, net_class, make_trainer, loader
    ):
        class ByHand(net_class):
            def on_train_epoch_end(self):
                self.logger.log_metrics({"mine": 2.5}, step=self.current_epoch)
                self.logger.log_hyperparams({"shape": "round", "lr": 0.1})

        logger = AutologLogger("ignored")
        with record() as runs:
            make_trainer(logger=logger, log_every_n_steps=1).fit(ByHand(), loader, loader)

            run = runs.only
        assert run.name == "ByHand"
        assert logger.version == run.run_id
        assert run.metrics["mine"] == 2.5
        assert run.params["shape"] == "round"
        assert len(run.metric_history("train_loss")) == 8
        assert len(run.metric_history("val_loss")) == 2
        assert "epoch" not in run.metrics

    def test_a_test_after_the_fit_is_recorded_once(self, net, make_trainer, loader):
        with record() as runs:
            trainer = make_trainer(logger=AutologLogger())
            trainer.fit(net, loader)
            trainer.test(net, loader, verbose=False)

            assert len(runs.only.metric_history("test_loss")) == 1
