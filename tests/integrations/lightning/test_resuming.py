"""A fit that resumes from a checkpoint goes on with the run that wrote it, or names that run."""

from __future__ import annotations

import pytest
from lightning.pytorch.callbacks import ModelCheckpoint

import autolog

# the callbacks that wrote the checkpoint are not those of the trainer that resumes
pytestmark = pytest.mark.filterwarnings("ignore:Be aware that when using `ckpt_path`")


@pytest.fixture
def checkpoint(net_class, fit, tmp_path):
    """The checkpoint between two others of a recorded fit of three epochs."""
    autolog.autolog(silent=True, log_environment=False)
    fit(
        net_class(),
        callbacks=[ModelCheckpoint(dirpath=tmp_path / "c", save_top_k=-1, filename="{epoch}")],
        enable_checkpointing=True,
        max_epochs=3,
    )
    return tmp_path / "c" / "epoch=1.ckpt"


def epochs(run):
    return [point.step for point in run.metric_history("val_loss")]


def test_a_run_of_its_own_names_the_run_of_the_checkpoint(
    net_class, make_trainer, loader, checkpoint
):
    first = autolog.last_run()

    make_trainer(max_epochs=4).fit(net_class(), loader, loader, ckpt_path=checkpoint)

    second = autolog.last_run()
    assert second.run_id != first.run_id
    assert second.tags["resumed_from"] == first.run_id
    assert second.params["ckpt_path"] == str(checkpoint)
    assert epochs(second) == [2, 3]
    assert autolog.get_run(first.run_id).metrics == first.metrics


def test_the_same_run_goes_on_by_request(net_class, make_trainer, loader, checkpoint):
    first = autolog.last_run()
    autolog.autolog(lightning={"resume_run": True})
    autolog.shutdown()
    autolog.autolog(silent=True, log_environment=False, lightning={"resume_run": True})

    make_trainer(max_epochs=4).fit(net_class(), loader, loader, ckpt_path=checkpoint)

    (run,) = autolog.search_runs(output="list")
    assert run.run_id == first.run_id
    assert run.status == "FINISHED"
    assert run.end_time > first.end_time
    assert epochs(run) == [0, 1, 2, 2, 3]
    assert "resumed_from" not in run.tags


def test_a_checkpoint_of_nobody_is_just_a_checkpoint(
    net_class, fit, make_trainer, loader, tmp_path
):
    fit(
        net_class(),
        callbacks=[ModelCheckpoint(dirpath=tmp_path / "c", filename="one")],
        enable_checkpointing=True,
    )
    autolog.autolog(silent=True, log_environment=False, lightning={"resume_run": True})

    make_trainer(max_epochs=3).fit(net_class(), loader, ckpt_path=tmp_path / "c" / "one.ckpt")

    run = autolog.last_run()
    assert run.status == "FINISHED"
    assert "resumed_from" not in run.tags


def test_a_checkpoint_that_is_not_there_fails_as_it_does_without_autolog(
    net, make_trainer, loader, tmp_path
):
    autolog.autolog(silent=True, log_environment=False)

    with pytest.raises(FileNotFoundError):
        make_trainer().fit(net, loader, ckpt_path=tmp_path / "none.ckpt")

    assert autolog.last_run().status == "FAILED"
