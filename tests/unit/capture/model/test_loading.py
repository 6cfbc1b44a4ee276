"""A model is given back after every check, and by nobody's code but a trusted one's."""

from __future__ import annotations

import numpy as np
import pytest
import yaml

from autolog.capture.model.loading import load_directory
from autolog.errors import ModelDamaged, ModelError, ModelNotLoadable, ModelUntrusted
from autolog_sklearn.flavor import SklearnFlavor


class Evil:
    """Whoever loads it makes a file."""

    def __init__(self, canary):
        self.canary = canary

    def __reduce__(self):
        return (open, (str(self.canary), "w"))


@pytest.fixture
def canary(tmp_path):
    return tmp_path / "canary"


@pytest.fixture
def evil(directory, finish, canary):
    """The hashes of a directory that does harm when it is loaded."""
    return finish(SklearnFlavor().save(Evil(canary), directory, None))


def find_flavor(name):
    if name != "sklearn":
        raise ModelNotLoadable(f"no flavor {name}")
    return SklearnFlavor()


def load(directory, **how):
    return load_directory(directory, find_flavor, **how)


def test_what_was_saved_is_given_back(model, directory, hashes):
    loaded = load(directory, hashes=hashes, trusted=True)

    np.testing.assert_equal(loaded.coef_, model.coef_)


def test_a_pickle_does_nothing_unless_it_is_trusted(directory, evil, canary):
    with pytest.raises(ModelUntrusted, match="pickle"):
        load(directory)

    assert not canary.exists()


def test_the_canary_sings_when_it_is_trusted(directory, evil, canary):
    load(directory, trusted=True).close()

    assert canary.exists()


def traverse(directory):
    (directory / "model.pkl").rename(directory.parent / "model.pkl")
    text = (directory / "MLmodel").read_text()
    (directory / "MLmodel").write_text(text.replace("model.pkl", "../model.pkl"))


def link_out(directory):
    (directory / "model.pkl").rename(directory.parent / "model.pkl")
    (directory / "model.pkl").symlink_to(directory.parent / "model.pkl")


def use_a_tag(directory):
    canary = directory.parent / "canary"
    text = f"flavors: !!python/object/apply:os.system ['touch {canary}']\n"
    (directory / "MLmodel").write_text(text)


def lose_a_file(directory):
    (directory / "model.pkl").unlink()


def cut_mlmodel_short(directory):
    text = (directory / "MLmodel").read_text()
    (directory / "MLmodel").write_text(text[: text.index("sklearn:")])


@pytest.mark.parametrize("harm", [traverse, link_out, use_a_tag, lose_a_file, cut_mlmodel_short])
def test_a_hostile_directory_executes_nothing_even_if_it_is_trusted(directory, evil, canary, harm):
    harm(directory)

    with pytest.raises(ModelError):
        load(directory, trusted=True)

    assert not canary.exists()


def test_nothing_runs_of_a_model_that_was_exchanged(directory, hashes, canary, tmp_path):
    (tmp_path / "evil").mkdir()
    SklearnFlavor().save(Evil(canary), tmp_path / "evil", None)
    (tmp_path / "evil" / "model.pkl").replace(directory / "model.pkl")

    with pytest.raises(ModelDamaged, match="not what was stored"):
        load(directory, hashes=hashes, trusted=True)

    assert not canary.exists()


def test_a_flavor_that_nobody_knows_is_named(directory, hashes):
    text = (directory / "MLmodel").read_text()
    (directory / "MLmodel").write_text(text.replace("  sklearn:", "  catboost:"))

    with pytest.raises(ModelNotLoadable, match="catboost"):
        load(directory, trusted=True)


def test_a_model_of_no_librarys_own_is_for_mlflow(directory):
    text = yaml.safe_dump({"flavors": {"python_function": {"loader_module": "mine"}}})
    (directory / "MLmodel").write_text(text)

    with pytest.raises(ModelNotLoadable, match=r"mlflow\.pyfunc\.load_model"):
        load(directory, trusted=True)
