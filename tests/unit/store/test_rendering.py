"""Files that are made of a stored model when somebody looks at them."""

from __future__ import annotations

import pytest

from autolog.capture.model.directory import sha256_of
from autolog.errors import ModelDamaged, ModelNotLoadable
from autolog.store import rendering
from autolog.store.recorded import RecordedModel

MLMODEL = "flavors:\n  toy:\n    data: model.txt\n"


class ToyFlavor:
    """Renders a model's only file."""

    name = "toy"

    def accepts(self, model):
        return False

    def configured(self, options):
        return self

    def save(self, model, directory, max_bytes):
        raise NotImplementedError

    def load(self, directory, config, *, trusted):
        raise NotImplementedError

    def predict_method(self, model):
        return None

    def render(self, directory, config, name):
        return f"{name} of {(directory / config['data']).read_text()}"


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A stored model whose flavor is the toy."""
    monkeypatch.setattr(rendering, "find_flavor", lambda name: ToyFlavor())
    directory = tmp_path / "model"
    directory.mkdir()
    (directory / "MLmodel").write_text(MLMODEL)
    (directory / "model.txt").write_text("a toy")
    files = {path.name: sha256_of(path) for path in directory.iterdir()}
    return RecordedModel("model", "m-1", "toy", 9, None, files, directory, None, None)


def test_a_file_is_what_the_flavor_makes_of_the_model(model, tmp_path):
    rendering.render(model, tmp_path, tmp_path / "summary.txt")

    assert (tmp_path / "summary.txt").read_text() == "summary.txt of a toy"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "summary.txt"]


def test_a_model_that_was_changed_is_not_asked(model, tmp_path):
    (model.directory / "model.txt").write_text("another")

    with pytest.raises(ModelDamaged, match="not what was stored"):
        rendering.render(model, tmp_path, tmp_path / "summary.txt")


def test_a_model_that_was_never_whole_is_not_asked(model, tmp_path):
    whole = RecordedModel("model", "m-1", "toy", 9, None, {}, model.directory, None, None)

    with pytest.raises(ModelDamaged, match=r"summary\.txt cannot be made"):
        rendering.render(whole, tmp_path, tmp_path / "summary.txt")


def test_a_model_outside_of_its_run_is_not_asked(model, tmp_path):
    with pytest.raises(ModelDamaged, match=r"summary\.txt cannot be made"):
        rendering.render(model, tmp_path / "run", tmp_path / "summary.txt")


def test_a_flavor_that_makes_no_files_says_so(model, tmp_path, monkeypatch):
    class Plain:
        name = "toy"

    monkeypatch.setattr(rendering, "find_flavor", lambda name: Plain())

    with pytest.raises(ModelNotLoadable, match="a model of toy"):
        rendering.render(model, tmp_path, tmp_path / "summary.txt")
