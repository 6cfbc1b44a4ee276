"""The installed MLflow loads what is kept of PyTorch's modules, and so do we what MLflow keeps."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pytest
import torch
import yaml
from safetensors.torch import load_file

from autolog.capture.model.directory import ModelDescription, finish_model
from autolog.capture.model.loading import load_directory
from autolog.capture.signature.inference import infer_signature
from autolog.capture.torch.flavor import PyTorchFlavor
from autolog.errors import ModelNotSerialisable, ModelTooLarge, ModelUntrusted

ROWS = np.linspace(-1, 1, 12, dtype="float32").reshape(3, 4)

LOAD_AND_SAVE = """
import json, sys, warnings, mlflow, numpy
warnings.simplefilter("ignore")
path, rows = sys.argv[1], numpy.load(sys.argv[2])
import torch
native = mlflow.pytorch.load_model(path)
with torch.no_grad():
    told = native(torch.from_numpy(rows)).tolist()
mlflow.pytorch.save_model(
    native, path + "-theirs", pip_requirements=["torch"], serialization_format="pickle"
)
print(json.dumps({
    "native": told,
    "training": native.training,
    "generic": mlflow.pyfunc.load_model(path).predict(rows).tolist(),
}))
"""


class Scaled(torch.nn.Module):
    """A module with a parameter, a buffer and a part."""

    def __init__(self):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.tensor(2.0))
        self.register_buffer("shift", torch.tensor(0.5))
        self.layers = torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.Dropout(0.5))

    def forward(self, x):
        return self.layers(x) * self.scale + self.shift


FIT = """
import json, logging, sys, warnings
warnings.simplefilter("ignore")
import autolog, lightning, numpy, torch
autolog.autolog(silent=True)

class Net(lightning.LightningModule):
    def __init__(self, width):
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(4, width)

    def forward(self, x):
        return self.layer(x)

    def training_step(self, batch, number):
        return self(batch).square().mean()

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)

rows = torch.from_numpy(numpy.load(sys.argv[1]))
model = Net(2)
trainer = lightning.Trainer(
    max_epochs=1, accelerator="cpu", logger=False, enable_checkpointing=False,
    enable_progress_bar=False, enable_model_summary=False,
)
trainer.fit(model, torch.utils.data.DataLoader(rows, batch_size=2))
with torch.no_grad():
    predicted = model.eval()(rows).tolist()
autolog.flush()
(kept,) = autolog.last_run().models
print(json.dumps({"directory": str(kept.directory), "predicted": predicted}))
"""


@pytest.fixture
def module():
    torch.manual_seed(0)
    return Scaled()


@pytest.fixture
def expected(module):
    with torch.no_grad():
        told = module.eval()(torch.from_numpy(ROWS)).numpy()
    module.train()
    return told


def written(module, directory):
    serialised = PyTorchFlavor().save(module, directory, None)
    description = ModelDescription(
        serialised=serialised,
        signature=infer_signature(ROWS, ROWS[:, :2]),
        run_id="a" * 32,
        model_id="m-" + "b" * 32,
        artifact_path=str(directory),
        created=datetime.now(UTC),
    )
    finish_model(directory, description)
    return directory


def loaded(directory, *, trusted=True):
    return load_directory(directory, lambda _name: PyTorchFlavor(), trusted=trusted)


def test_mlflow_predicts_as_a_module_does_and_we_load_what_it_writes(tmp_path, module, in_mlflow):
    directory = tmp_path / "model"
    directory.mkdir()
    layers = module.layers.eval()
    expected = layers(torch.from_numpy(ROWS)).detach().numpy()
    written(layers.train(), directory)
    np.save(tmp_path / "rows.npy", ROWS)

    found, _ = in_mlflow(LOAD_AND_SAVE, directory, tmp_path / "rows.npy")

    assert np.array_equal(found["native"], expected)
    assert np.array_equal(found["generic"], expected)
    assert found["training"] is False
    theirs = loaded(tmp_path / "model-theirs")
    assert np.array_equal(theirs(torch.from_numpy(ROWS)).detach().numpy(), expected)


def test_mlflow_loads_a_lightning_module_that_a_script_has_defined_and_fitted(tmp_path, in_mlflow):
    environment = os.environ | {"OMP_NUM_THREADS": "1", "AUTOLOG_DIR": str(tmp_path / ".autolog")}
    np.save(tmp_path / "rows.npy", ROWS)
    done = subprocess.run(
        [sys.executable, "-c", FIT, str(tmp_path / "rows.npy")],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])

    found, _ = in_mlflow(LOAD_AND_SAVE, told["directory"], tmp_path / "rows.npy")

    assert found["native"] == found["generic"] == told["predicted"]


def test_the_entries_are_those_that_mlflow_writes(tmp_path, module):
    described = yaml.safe_load((written(module, tmp_path) / "MLmodel").read_text())

    assert described["flavors"]["pytorch"] == {
        "code": None,
        "model_data": "data",
        "pytorch_version": torch.__version__,
    }
    generic = described["flavors"]["python_function"]
    assert generic["loader_module"] == "mlflow.pytorch"
    assert generic["data"] == "data"
    assert generic["config"] == {"device": None}
    assert "torch" in (tmp_path / "requirements.txt").read_text()


def test_a_module_comes_back_ready_to_predict(tmp_path, module, expected):
    found = loaded(written(module, tmp_path))

    assert np.array_equal(found(torch.from_numpy(ROWS)).detach().numpy(), expected)
    assert not found.training
    assert module.training


def test_the_weights_alone_are_there_too(tmp_path, module):
    weights = load_file(written(module, tmp_path) / "model.safetensors")

    assert {name: value.tolist() for name, value in weights.items()} == {
        name: value.tolist() for name, value in module.state_dict().items()
    }


def test_a_pickle_is_not_loaded_unless_it_is_trusted(tmp_path, module):
    with pytest.raises(ModelUntrusted, match="pickle"):
        loaded(written(module, tmp_path), trusted=False)


def test_what_training_puts_around_a_module_is_left_out(tmp_path, module):
    compiled = torch.compile(torch.nn.DataParallel(module), backend="eager")

    found = loaded(written(compiled, tmp_path))

    assert type(found).__name__ == "Scaled"


def test_shared_weights_stay_shared(tmp_path, module):
    module.twin = module.layers[0]

    found = loaded(written(module, tmp_path))

    assert found.twin is found.layers[0]
    assert (tmp_path / "model.safetensors").exists()


def test_weights_that_safetensors_cannot_hold_are_in_the_pickle_alone(tmp_path, module):
    module.register_buffer("few", torch.eye(3).to_sparse())

    found = loaded(written(module, tmp_path))

    assert found.few.is_sparse
    assert not (tmp_path / "model.safetensors").exists()


@pytest.mark.filterwarnings("ignore:.*torch.jit.* is deprecated:DeprecationWarning")
def test_a_model_of_torchscript_is_written_as_such(tmp_path, module, expected):
    script = torch.jit.trace(module.eval(), torch.from_numpy(ROWS))

    found = loaded(written(script, tmp_path))

    assert np.array_equal(found(torch.from_numpy(ROWS)).detach().numpy(), expected)


def test_a_module_that_is_too_large_leaves_nothing_behind(tmp_path, module):
    with pytest.raises(ModelTooLarge):
        PyTorchFlavor().save(module, tmp_path, 20)

    assert list(tmp_path.rglob("*.pth")) == []


def test_weights_are_left_out_where_there_is_no_room_for_both(tmp_path, module):
    both = sum(file.stat().st_size for file in written(module, tmp_path).rglob("*.pth"))
    other = tmp_path / "other"
    other.mkdir()

    PyTorchFlavor().save(module, other, both + 10)

    assert (other / "data" / "model.pth").exists()
    assert not (other / "model.safetensors").exists()


def test_a_module_that_cannot_be_pickled_leaves_nothing_behind(tmp_path, module):
    module.rows = (number for number in range(3))

    with pytest.raises(ModelNotSerialisable, match="generator"):
        PyTorchFlavor().save(module, tmp_path, None)

    assert list(tmp_path.rglob("*.pth")) == []


def test_saving_changes_nothing_of_the_module(tmp_path, module):
    before = {name: value.clone() for name, value in module.state_dict().items()}
    attributes, state = pickle.dumps(sorted(vars(module))), torch.get_rng_state()

    written(module, tmp_path)

    assert torch.equal(torch.get_rng_state(), state)
    assert pickle.dumps(sorted(vars(module))) == attributes
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())
