"""Which folders among copied files of MLflow's are models, and what is told of them."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from autolog.events import ArtifactStored
from autolog.importing.mlflow_models import models_among

RUN = "a" * 32
OURS, THEIRS = "m-" + "1" * 32, "m-" + "2" * 32
MLMODEL = f"""\
flavors:
  python_function:
    loader_module: mlflow.sklearn
    model_path: model.pkl
  sklearn:
    pickled_model: model.pkl
model_id: {THEIRS}
signature:
  inputs: '[{{"type": "double", "name": "x"}}]'
  outputs: null
  params: null
"""


@pytest.fixture
def kept(tmp_path):
    """Puts files into the folder of a run, and gives what tells of all of them."""

    def keep(files):
        for path, content in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(content)
        return [ArtifactStored(RUN, 0, 7, path, len(files[path])) for path in files]

    return keep


def test_a_whole_folder_is_a_model(kept, tmp_path):
    files = kept({"notes.txt": "", "model/MLmodel": MLMODEL, "model/model.pkl": "pickled"})

    (model,) = models_among(files, tmp_path, {})

    assert (model.run_id, model.time_ns, model.name) == (RUN, 7, "model")
    assert (model.model_id, model.flavor) == (THEIRS, "sklearn")
    assert model.size_bytes == len(MLMODEL) + len("pickled")
    assert json.loads(model.signature)["inputs"] == '[{"type": "double", "name": "x"}]'
    assert model.files["model.pkl"] == sha256(b"pickled").hexdigest()
    assert model.files.keys() == {"MLmodel", "model.pkl"}


@pytest.mark.parametrize(
    "files",
    [
        {"model/MLmodel": MLMODEL},
        {"model/MLmodel": "no: flavors", "model/model.pkl": ""},
        {"model/MLmodel": MLMODEL.replace("model.pkl", "../model.pkl"), "model.pkl": ""},
        {"MLmodel": MLMODEL, "model.pkl": ""},
        {"notes.txt": ""},
        {},
    ],
    ids=["a file is missing", "no flavors", "a way out", "no folder", "no model", "nothing"],
)
def test_what_is_no_whole_model_stays_mere_files(kept, tmp_path, files):
    assert list(models_among(kept(files), tmp_path, {})) == []


def test_a_model_within_a_model_is_a_part_of_it(kept, tmp_path):
    files = {
        f"{place}/{name}": content
        for place in ("deep/outer", "deep/outer/code/inner", "other")
        for name, content in {"MLmodel": MLMODEL, "model.pkl": ""}.items()
    }

    names = [model.name for model in models_among(kept(files), tmp_path, {})]

    assert names == ["deep/outer", "other"]


@pytest.mark.parametrize(
    ("known", "line", "model_id"),
    [
        ({"model": OURS}, f"model_id: {THEIRS}", OURS),
        ({"model": ""}, f"model_id: {THEIRS}", THEIRS),
        ({}, f"model_uuid: {'3a' * 16}", "m-" + "3a" * 16),
        ({}, "model_uuid: of another kind", None),
        ({}, "other: 1", None),
    ],
)
def test_a_model_has_one_id(kept, tmp_path, known, line, model_id):
    text = MLMODEL.replace(f"model_id: {THEIRS}", line)
    files = kept({"model/MLmodel": text, "model/model.pkl": ""})

    (first,), (second,) = (list(models_among(files, tmp_path, known)) for _ in range(2))

    assert first.model_id == second.model_id
    assert len(first.model_id) == len(THEIRS)
    assert model_id in {None, first.model_id}


def test_a_model_of_no_library_and_no_signature_is_told_of(kept, tmp_path):
    text = "flavors:\n  python_function:\n    loader_module: theirs\n"
    files = kept({"model/MLmodel": text})

    (model,) = models_among(files, tmp_path, {})

    assert (model.flavor, model.signature) == ("python_function", None)
