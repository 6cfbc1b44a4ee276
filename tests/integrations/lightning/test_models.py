"""A fitted model is kept with what it was given and what it gave."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from lightning.pytorch.strategies import SingleDeviceStrategy
from safetensors.torch import load_file
from torch.utils.data import DataLoader

import autolog
from autolog.testing import record


def schemas(run):
    signature = json.loads(run.models["model"].signature)
    return json.loads(signature["inputs"]), json.loads(signature["outputs"])


def test_a_fitted_model_is_loaded_as_it_was(net, make_trainer, loader):
    autolog.autolog(silent=True, log_environment=False)
    make_trainer().fit(net, loader)

    run = autolog.last_run()
    loaded = autolog.load_model(f"runs:/{run.run_id}/model")

    x = torch.randn(3, 4)
    assert torch.equal(loaded(x), net.eval()(x))
    assert type(loaded) is type(net)
    assert run.models[0].flavor == "pytorch"


def test_the_weights_are_there_in_a_form_that_runs_no_code(net, make_trainer, loader):
    with record() as runs:
        make_trainer().fit(net, loader)
        runs.session.flush()

        folder = runs.session.directory / "artifacts" / runs.only.run_id / "model"
        weights = load_file(folder / "model.safetensors")
    assert torch.equal(weights["layer.weight"], net.layer.weight)


def test_the_signature_is_that_of_the_first_batch(net, make_trainer, loader):
    with record() as runs:
        make_trainer().fit(net, loader)

        inputs, outputs = schemas(runs.only)
    assert inputs == [
        {"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 4]}},
    ]
    assert outputs == [
        {"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 1]}},
    ]


def test_several_inputs_have_the_names_of_their_parameters(net_class, make_trainer):
    class Several(net_class):
        def forward(self, words, *, lengths, mask=None):
            return {"score": self.layer(words), "length": lengths}

        def training_step(self, batch, _number):
            return self(batch["words"], lengths=batch["lengths"])["score"].mean()

    rows = [{"words": torch.randn(4), "lengths": torch.tensor(3)} for _ in range(8)]
    with record() as runs:
        make_trainer(max_epochs=1).fit(Several(), DataLoader(rows, batch_size=4))

        inputs, outputs = schemas(runs.only)
    assert [(spec["name"], spec["tensor-spec"]["dtype"]) for spec in inputs] == [
        ("words", "float32"),
        ("lengths", "int64"),
    ]
    assert [spec["name"] for spec in outputs] == ["score", "length"]


def test_a_model_that_is_never_called_as_a_whole_has_no_signature(net_class, make_trainer, loader):
    class Parts(net_class):
        def training_step(self, batch, _number):
            return self.layer(batch[0]).mean()

    model = Parts()
    with record() as runs:
        make_trainer(max_epochs=1).fit(model, loader)

        assert runs.only.models["model"].signature is None
    assert not model._forward_hooks


def test_the_first_rows_are_kept_on_request(net, make_trainer, loader, rows):
    with record(log_input_examples=True) as runs:
        make_trainer().fit(net, loader)
        runs.session.flush()

        folder = runs.session.directory / "artifacts" / runs.only.run_id / "model"
        kept = json.loads((folder / "input_example.json").read_text())
    assert np.allclose(kept, rows[0][:5])


def test_no_model_is_kept_where_none_is_wanted(net, make_trainer, loader):
    with record(log_models=False) as runs:
        make_trainer().fit(net, loader)

        assert runs.only.models == {}


def test_a_model_that_is_too_large_is_left_out(net, make_trainer, loader):
    with record(max_model_bytes=10) as runs:
        make_trainer().fit(net, loader)

        assert runs.only.models == {}
        assert "max_model_bytes" in runs.only.tags["autolog.model_skipped"]


def test_a_model_that_cannot_be_pickled_is_left_out(net_class, make_trainer, loader):
    class Open(net_class):
        def __init__(self):
            super().__init__()
            self.rows = (number for number in range(3))

    with record() as runs:
        make_trainer().fit(Open(), loader)

        assert runs.only.models == {}
        assert "cannot pickle" in runs.only.tags["autolog.model_skipped"]


@pytest.mark.parametrize("wanted", [True, False])
def test_a_model_is_registered_where_a_name_is_given(net, make_trainer, loader, wanted):
    options = {"registered_model_name": "nets"} if wanted else {}
    with record(**options) as runs:
        make_trainer().fit(net, loader)

        assert runs.only.models["model"].registered_name == ("nets" if wanted else None)


def test_a_model_whose_weights_are_spread_over_processes_is_left_out(net, make_trainer, loader):
    class FSDPStrategy(SingleDeviceStrategy):
        """Of the name of one that spreads them, which takes several GPUs."""

    with record() as runs:
        make_trainer(strategy=FSDPStrategy(torch.device("cpu"))).fit(net, loader)

        assert runs.only.models == {}
        assert "FSDPStrategy" in runs.only.tags["autolog.model_skipped"]
