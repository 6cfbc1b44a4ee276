"""Validations, tests and predictions go on with the run of the fit, or are runs of their own."""

from __future__ import annotations

import pytest
import torch

import autolog
from autolog.testing import record


def test_a_test_of_a_fitted_model_goes_on_with_its_run(net, make_trainer, loader, steps):
    trainer = make_trainer()

    with record() as runs:
        trainer.fit(net, loader)
        (told,) = trainer.test(net, loader, verbose=False)

        run = runs.only
    assert run.status == "FINISHED"
    assert run.metrics["test_loss"] == told["test_loss"]
    assert steps(run, "test_loss") == [0]
    assert run.tags["Mode"] == "testing"
    assert run.params["test_batch_size"] == "8"


def test_another_trainer_finds_the_run_of_the_model(net, make_trainer, loader):
    with record() as runs:
        make_trainer().fit(net, loader)
        make_trainer().test(net, loader, verbose=False)

        assert "test_loss" in runs.only.metrics


@pytest.mark.filterwarnings("ignore:.*was called without a model")
def test_a_test_of_what_the_trainer_has_needs_no_model(net, make_trainer, loader):
    trainer = make_trainer(enable_checkpointing=True)

    with record() as runs:
        trainer.fit(net, loader)
        trainer.test(dataloaders=loader, verbose=False)

        assert "test_loss" in runs.only.metrics


def test_a_test_that_computes_what_the_fit_has_computed_stands_behind_its_epochs(
    net_class, make_trainer, loader, steps
):
    class TestedAsValidated(net_class):
        test_step = net_class.validation_step

    model, trainer = TestedAsValidated(), make_trainer()

    with record() as runs:
        trainer.fit(model, loader, loader)
        trainer.test(model, loader, verbose=False)

        assert steps(runs.only, "val_loss") == [0, 1, 2]
        assert steps(runs.only, "test_seconds") == [0]


def test_a_validation_stands_behind_the_epochs_of_the_fit(net, make_trainer, loader, steps):
    trainer = make_trainer()

    with record() as runs:
        trainer.fit(net, loader, loader)
        trainer.validate(net, loader, verbose=False)

        assert steps(runs.only, "val_loss") == [0, 1, 2]
        assert runs.only.tags["Mode"] == "validating"


def test_predictions_are_counted(net, make_trainer, loader):
    trainer = make_trainer()

    with record() as runs:
        trainer.fit(net, loader)
        predicted = trainer.predict(net, loader)

        assert runs.only.metrics["predict_batches"] == len(predicted) == 4
        assert runs.only.metrics["predict_seconds"] > 0
        assert runs.only.tags["Mode"] == "predicting"


@pytest.mark.parametrize(
    ("method", "mode"),
    [("validate", "validating"), ("test", "testing"), ("predict", "predicting")],
)
def test_a_model_that_nobody_fitted_gets_a_run_of_its_own(net, make_trainer, loader, method, mode):
    with record() as runs:
        getattr(make_trainer(), method)(net, loader)

        run = runs.only
    assert run.name == "Net"
    assert run.status == "FINISHED"
    assert run.tags["Mode"] == mode
    assert run.params["lr"] == "0.1"
    assert run.params["precision"] == "32-true"


def test_results_and_generators_are_the_same_to_the_bit(net_class, make_trainer, loader):
    def evaluate():
        torch.manual_seed(5)
        model = net_class()
        trainer = make_trainer()
        trainer.fit(model, loader, loader)
        found = (
            trainer.validate(model, loader, verbose=False),
            trainer.test(model, loader, verbose=False),
        )
        predicted = [batch.tolist() for batch in trainer.predict(model, loader)]
        return found, predicted, torch.rand(3).tolist()

    bare = evaluate()
    with record():
        assert evaluate() == bare


def test_an_evaluation_within_the_users_run_is_recorded_there(net, make_trainer, loader):
    with record() as runs, autolog.run("mine"):
        make_trainer().test(net, loader, verbose=False)

        assert runs.only.name == "mine"
        assert "test_loss" in runs.only.metrics


def test_a_failing_test_fails_its_own_run_and_not_that_of_the_fit(net_class, make_trainer, loader):
    class Failing(net_class):
        def test_step(self, batch, number):
            raise ValueError("no")

    fitted, other = Failing(), Failing()
    with record() as runs:
        trainer = make_trainer()
        trainer.fit(fitted, loader)
        for model in (fitted, other):
            with pytest.raises(ValueError, match="no"):
                trainer.test(model, loader)

        assert [run.status for run in runs] == ["FINISHED", "FAILED"]
