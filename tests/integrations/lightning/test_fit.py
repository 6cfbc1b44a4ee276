"""Each fit is a run: its params, and a metric for each step and each epoch."""

from __future__ import annotations

import lightning
import pytest
import pytorch_lightning
import torch
from lightning.pytorch.callbacks import EarlyStopping, LearningRateMonitor
from torch.optim import SGD, Adam
from torch.optim.lr_scheduler import ReduceLROnPlateau, StepLR
from torch.utils.data import DataLoader, TensorDataset

import autolog
from autolog.testing import record


def test_a_run_is_named_after_the_model_and_tagged_as_a_training(net, fit):
    with record() as runs:
        fit(net)

        assert runs.only.name == "Net"
        assert runs.only.status == "FINISHED"
        assert runs.only.tags["autolog.integration"] == "lightning"
        assert runs.only.tags["Mode"] == "training"


@pytest.mark.parametrize("package", [lightning, pytorch_lightning], ids=lambda one: one.__name__)
def test_lightning_is_recorded_by_both_of_its_names(package, make_trainer, loader, steps):
    class Small(package.LightningModule):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(4, 1)

        def training_step(self, batch, _number):
            loss = self.layer(batch[0]).square().mean()
            self.log("loss", loss, on_step=True, on_epoch=True)
            return loss

        def configure_optimizers(self):
            return SGD(self.parameters(), lr=0.1)

    with record() as runs:
        make_trainer(package).fit(Small(), loader)

        run = runs.only
    assert run.tags["autolog.integration"] == package.__name__
    assert steps(run, "loss_step") == [1, 2, 3, 4, 5, 6, 7, 8]
    assert steps(run, "loss") == [0, 1]
    assert run.params["lr"] == "0.1"
    assert "model" in run.models


class TestParams:
    def test_the_trainers_arguments_are_params_and_what_it_made_of_them(self, net, fit):
        with record() as runs:
            fit(
                net,
                gradient_clip_val=0.5,
                precision="64-true",
                callbacks=[EarlyStopping("val_loss")],
            )

            params = runs.only.params
        assert params["gradient_clip_val"] == "0.5"
        assert params["precision"] == "64-true"
        assert params["max_epochs"] == params["epochs"] == "2"
        assert params["callbacks"] == "['EarlyStopping']"
        assert params["accelerator"] == "cpu"
        assert params["strategy"] == "SingleDeviceStrategy"
        assert params["devices"] == params["num_nodes"] == "1"

    def test_a_trainer_made_before_recording_tells_what_it_knows(self, net, make_trainer, loader):
        trainer = make_trainer(max_epochs=1)

        with record() as runs:
            trainer.fit(net, loader)

            assert runs.only.params["max_epochs"] == "1"
            assert runs.only.params["precision"] == "32-true"

    def test_hyperparameters_of_module_and_data_module_are_params(self, net, make_trainer, loader):
        class Data(lightning.LightningDataModule):
            def __init__(self, folder="data", shards=3):
                super().__init__()
                self.save_hyperparameters()

            def train_dataloader(self):
                return loader

        with record() as runs:
            make_trainer().fit(net, Data())

            params = runs.only.params
        assert params["width"] == "1"
        assert params["folder"] == "data"
        assert params["shards"] == "3"

    def test_hyperparameters_that_are_not_to_be_logged_are_left_out(self, net_class, fit):
        class Secretive(net_class):
            def __init__(self, house="red"):
                super().__init__()
                self.save_hyperparameters(logger=False)

        with record() as runs:
            fit(Secretive())

            assert "house" not in runs.only.params

    def test_a_hyperparameter_gives_way_to_another_param_of_its_name(self, net_class, fit):
        class Named(net_class):
            def __init__(self, momentum=0.9, lr=0.1, max_epochs=77):
                super().__init__(lr)
                self.save_hyperparameters()

        with record() as runs:
            fit(Named())

            params = runs.only.params
        assert params["max_epochs"] == "2"
        assert params["hparams_max_epochs"] == "77"
        assert params["momentum"] == "0.9"
        assert "hparams_momentum" not in params

    def test_reading_hyperparameters_leaves_no_trace_in_a_module_without(self, fit):
        class Plain(lightning.LightningModule):
            def __init__(self):
                super().__init__()
                self.layer = torch.nn.Linear(4, 1)

            def training_step(self, batch, _number):
                return self.layer(batch[0]).square().mean()

            def configure_optimizers(self):
                return SGD(self.parameters(), lr=0.1)

        bare, recorded = Plain(), Plain()
        fit(bare, validated=False)
        with record():
            fit(recorded, validated=False)

        assert vars(recorded).keys() == vars(bare).keys()

    def test_every_optimizer_and_scheduler_is_described(self, net_class, fit):
        class Two(net_class):
            automatic_optimization = False

            def training_step(self, batch, _number):
                first, second = self.optimizers()
                for optimizer in (first, second):
                    optimizer.zero_grad()
                    self.manual_backward(self.loss(batch))
                    optimizer.step()

            def configure_optimizers(self):
                first = Adam([self.layer.weight], lr=0.01)
                second = SGD([self.layer.bias], lr=0.2)
                return [first, second], [StepLR(first, 3), ReduceLROnPlateau(second, patience=7)]

        with record() as runs:
            fit(Two(), validated=False)

            params = runs.only.params
            names = runs.only.metrics
        assert params["optimizer_name"] == "Adam"
        assert params["lr"] == "0.01"
        assert params["optimizer_2_name"] == "SGD"
        assert params["optimizer_2_lr"] == "0.2"
        assert params["scheduler_name"] == "StepLR"
        assert params["scheduler_step_size"] == "3"
        assert params["scheduler_2_name"] == "ReduceLROnPlateau"
        assert params["scheduler_2_patience"] == "7"
        assert {"lr-Adam", "lr-SGD"} <= names.keys()

    def test_the_model_and_the_batches_are_described(self, net_class, rows, make_trainer):
        class Net(net_class):
            def validation_step(self, batch, _number, dataloader_idx=0):
                return self.loss(batch)

        data = TensorDataset(*rows)
        validation = [DataLoader(data, batch_size=3), DataLoader(data, batch_size=5)]

        with record() as runs:
            make_trainer().fit(Net(), DataLoader(data, batch_size=8), validation)

            params = runs.only.params
        assert params["model_class"].endswith("Net")
        assert params["parameters"] == params["trainable_parameters"] == "5"
        assert params["batch_size"] == "8"
        assert params["val_1_batch_size"] == "3"
        assert params["val_2_batch_size"] == "5"

    def test_no_params_are_recorded_where_none_are_wanted(self, net, fit):
        with record(log_params=False) as runs:
            fit(net)

            assert runs.only.params == {}


class TestSteps:
    def test_a_metric_of_steps_is_recorded_at_the_global_step(self, net, fit, steps, values):
        class Losses(lightning.Callback):
            def __init__(self):
                self.seen = []

            def on_train_batch_end(self, trainer, pl_module, outputs, batch, batch_idx):
                self.seen.append(float(trainer.callback_metrics["train_loss"]))

        losses = Losses()
        with record() as runs:
            fit(net, callbacks=[losses])

            assert steps(runs.only, "train_loss") == [1, 2, 3, 4, 5, 6, 7, 8]
            assert values(runs.only, "train_loss") == losses.seen

    def test_a_metric_of_both_is_recorded_under_a_name_for_each(self, net_class, fit, steps):
        class Both(net_class):
            def training_step(self, batch, _number):
                loss = self.loss(batch)
                self.log("loss", loss, on_step=True, on_epoch=True)
                return loss

        with record() as runs:
            fit(Both(), validated=False)

            run = runs.only
        assert steps(run, "loss_step") == [1, 2, 3, 4, 5, 6, 7, 8]
        assert steps(run, "loss") == steps(run, "loss_epoch") == [0, 1]

    def test_no_value_stands_on_two_axes(self, net, fit):
        with record() as runs:
            fit(net, val_check_interval=0.5)

            run = runs.only
            of_steps = {"train_loss", "lr-SGD"}
            of_epochs = {"val_loss", "epoch_seconds", "samples_per_second"}
            histories = {name: run.metric_history(name) for name in of_steps | of_epochs}
        assert {name: len(histories[name]) for name in of_steps} == dict.fromkeys(of_steps, 8)
        assert {name: len(histories[name]) for name in of_epochs} == dict.fromkeys(of_epochs, 2)

    def test_every_nth_step_is_kept_and_every_epoch(self, net, fit, steps):
        with record(every_n_steps=3) as runs:
            fit(net)

            assert steps(runs.only, "train_loss") == [3, 6]
            assert steps(runs.only, "lr-SGD") == [3, 6]
            assert steps(runs.only, "val_loss") == [0, 1]

    def test_batches_whose_gradients_are_summed_are_one_step(self, net, fit, steps):
        with record() as runs:
            fit(net, accumulate_grad_batches=2)

            assert steps(runs.only, "train_loss") == [1, 2, 3, 4]

    def test_the_learning_rate_is_that_of_the_step(self, net_class, fit, values):
        class Decaying(net_class):
            def configure_optimizers(self):
                optimizer = SGD(self.parameters(), lr=1.0)
                scheduler = StepLR(optimizer, 1, gamma=0.5)
                return [optimizer], [{"scheduler": scheduler, "interval": "step"}]

        class Rates(lightning.Callback):
            def __init__(self):
                self.seen = []

            def on_before_optimizer_step(self, trainer, pl_module, optimizer):
                self.seen.append(optimizer.param_groups[0]["lr"])

        rates = Rates()
        with record() as runs:
            fit(Decaying(), validated=False, callbacks=[rates])

            assert values(runs.only, "lr-SGD") == rates.seen

    def test_the_users_own_monitor_of_rates_is_not_recorded_twice(self, net, fit, steps, tmp_path):
        with record() as runs:
            logger = lightning.pytorch.loggers.CSVLogger(tmp_path)
            fit(net, callbacks=[LearningRateMonitor("step")], logger=logger, log_every_n_steps=1)

            assert steps(runs.only, "lr-SGD") == [1, 2, 3, 4, 5, 6, 7, 8]

    def test_a_model_that_logs_nothing_has_its_learning_rates(self, net_class, fit, steps):
        class Silent(net_class):
            def training_step(self, batch, _number):
                return self.loss(batch)

        with record() as runs:
            fit(Silent(), validated=False)

            assert steps(runs.only, "lr-SGD") == [1, 2, 3, 4, 5, 6, 7, 8]


class TestEpochs:
    def test_what_validation_logs_is_recorded_at_the_epoch(self, net, fit, steps, values):
        class Losses(lightning.Callback):
            def __init__(self):
                self.seen = []

            def on_validation_end(self, trainer, pl_module):
                if not trainer.sanity_checking:
                    self.seen.append(float(trainer.callback_metrics["val_loss"]))

        losses = Losses()
        with record() as runs:
            fit(net, callbacks=[losses], max_epochs=3)

            assert steps(runs.only, "val_loss") == [0, 1, 2]
            assert values(runs.only, "val_loss") == losses.seen

    def test_what_the_module_logs_last_is_of_the_same_epoch(self, net_class, fit, values):
        class Late(net_class):
            def on_train_epoch_end(self):
                self.log("late", float(self.current_epoch))

        with record() as runs:
            fit(Late(), max_epochs=3)

            assert values(runs.only, "late") == [0.0, 1.0, 2.0]

    def test_an_epoch_without_validation_does_not_repeat_the_last(self, net, fit, steps):
        with record() as runs:
            fit(net, check_val_every_n_epoch=2, max_epochs=5)

            assert steps(runs.only, "val_loss") == [1, 3]
            assert steps(runs.only, "epoch_seconds") == [0, 1, 2, 3, 4]

    def test_the_sanity_check_records_nothing(self, net, make_trainer, loader):
        class Stop(lightning.Callback):
            def on_train_start(self, trainer, pl_module):
                raise RuntimeError("before the first step")

        with record() as runs:
            with pytest.raises(RuntimeError, match="before the first step"):
                make_trainer(callbacks=[Stop()], num_sanity_val_steps=2).fit(net, loader, loader)

            assert runs.only.metrics == {}

    def test_every_nth_epoch_is_kept(self, net, fit, steps):
        with record(lightning={"every_n_epochs": 2}) as runs:
            fit(net, max_epochs=4)

            assert steps(runs.only, "val_loss") == [1, 3]
            assert len(steps(runs.only, "train_loss")) == 16

    def test_the_speed_is_that_of_the_samples(self, net, fit, values):
        with record() as runs:
            fit(net, max_epochs=1)

            seconds, speed = (
                values(runs.only, name)[0] for name in ("epoch_seconds", "samples_per_second")
            )
        assert seconds * speed == pytest.approx(32)

    def test_a_fit_that_ends_by_its_steps_ends_its_epoch(self, net, fit, steps):
        with record() as runs:
            fit(net, max_steps=6, max_epochs=-1)

            assert steps(runs.only, "train_loss") == [1, 2, 3, 4, 5, 6]
            assert steps(runs.only, "epoch_seconds") == [0, 1]

    def test_several_loaders_have_metrics_of_their_own(
        self, net_class, make_trainer, loader, steps
    ):
        class Several(net_class):
            def validation_step(self, batch, _number, dataloader_idx=0):
                self.log("val_loss", self.loss(batch))

        with record() as runs:
            make_trainer().fit(Several(), loader, [loader, loader])

            assert steps(runs.only, "val_loss/dataloader_idx_0") == [0, 1]
            assert steps(runs.only, "val_loss/dataloader_idx_1") == [0, 1]


class TestEarlyStopping:
    def test_where_it_stopped_is_recorded_as_by_mlflow(self, net, fit):
        class Worse(EarlyStopping):
            pass

        stopping = Worse("val_loss", patience=2, min_delta=1e9)
        with record() as runs:
            fit(net, callbacks=[stopping], max_epochs=9)

            run = runs.only
        assert run.params["monitor"] == "val_loss"
        assert run.params["mode"] == "min"
        assert run.params["patience"] == "2"
        assert run.metrics["stopped_epoch"] == stopping.stopped_epoch == 2
        assert run.metrics["restored_epoch"] == 0
        assert run.metrics["best_score"] == float(stopping.best_score)
        assert run.metrics["wait_count"] == 2

    def test_one_that_did_not_stop_tells_the_best_score(self, net, fit):
        stopping = EarlyStopping("val_loss", patience=5)
        with record() as runs:
            fit(net, callbacks=[stopping])

            metrics = runs.only.metrics
        assert metrics["best_score"] == float(stopping.best_score)
        assert "stopped_epoch" not in metrics

    def test_a_stop_of_the_users_is_the_end_of_a_finished_run(self, net_class, fit, steps):
        class Enough(net_class):
            def on_train_batch_end(self, outputs, batch, number):
                self.trainer.should_stop = number == 1

        with record() as runs:
            fit(Enough(), max_epochs=5, min_epochs=0)

            assert runs.only.status == "FINISHED"
            assert steps(runs.only, "train_loss") == [1, 2]
            assert steps(runs.only, "epoch_seconds") == [0]


class RunsOfTests:
    def test_the_users_run_is_used_and_stays_open(self, net, fit):
        with record() as runs, autolog.run("mine"):
            fit(net)

            assert runs.only.name == "mine"
            assert runs.only.status == "RUNNING"
            assert "train_loss" in runs.only.metrics

    def test_nothing_is_recorded_of_what_a_fit_calls(self, net_class, fit):
        class Nested(net_class):
            def on_train_start(self):
                from sklearn.linear_model import LinearRegression

                LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0])

        with record() as runs:
            fit(Nested())

            assert len(runs.all) == 1

    def test_what_is_logged_by_hand_goes_to_the_run_of_the_fit(self, net_class, fit):
        class ByHand(net_class):
            def on_train_epoch_end(self):
                autolog.log_metric("mine", 1.5, step=self.current_epoch)

        with record() as runs:
            fit(ByHand())

            assert runs.only.metrics["mine"] == 1.5

    def test_each_fit_of_a_trainer_is_a_run(self, net, make_trainer, loader):
        trainer = make_trainer()

        with record() as runs:
            trainer.fit(net, loader)
            trainer.fit_loop.max_epochs = 4
            trainer.fit(net, loader)

            first, second = runs
        assert first.metrics["epoch_seconds"] != second.metrics["epoch_seconds"]
        assert [point.step for point in second.metric_history("epoch_seconds")] == [2, 3]

    def test_the_summary_of_the_model_is_an_artifact(self, net, fit):
        with record() as runs:
            fit(net)
            runs.session.flush()

            run = runs.only
            folder = runs.session.directory / "artifacts" / run.run_id
            text = (folder / "model_summary.txt").read_text()
        assert run.artifacts[0] == "model_summary.txt"
        assert "layer" in text
        assert "Total params: 5" in text


def test_an_argument_that_says_what_would_be_so_anyway_is_no_param(net, fit):
    with record() as runs:
        fit(net, fast_dev_run=False, gradient_clip_val=None, accumulate_grad_batches=2)

        params = runs.only.params
    assert params["accumulate_grad_batches"] == "2"
    assert {"fast_dev_run", "gradient_clip_val"}.isdisjoint(params)
