"""skops files of models: what they name, and what they are trusted with."""

from __future__ import annotations

import sys
import threading

import numpy as np
import pytest
import skops
from packaging.version import Version
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from autolog.capture.model.skops_files import read_skops, write_skops
from autolog.errors import ModelNotLoadable, ModelNotSerialisable, ModelTooLarge, ModelUntrusted

TREE = "sklearn.tree._tree.Tree"
tree_is_untrusted = pytest.mark.skipif(
    Version(skops.__version__) < Version("0.15"),
    reason="skops trusts the trees of scikit-learn before 0.15",
)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "model.skops"


@pytest.fixture
def linear():
    return LogisticRegression().fit([[0.0], [1.0]], [0, 1])


@pytest.fixture
def forest():
    return RandomForestClassifier(2).fit([[0.0], [1.0]], [0, 1])


def test_a_model_comes_back_as_it_was(file, linear):
    written = write_skops(linear, file)

    assert written.trusted_types == []
    assert {"numpy", "sklearn.linear_model._logistic"} <= written.modules
    np.testing.assert_equal(read_skops(file, trusted=False).coef_, linear.coef_)


@tree_is_untrusted
def test_types_that_skops_does_not_trust_are_told(file, forest):
    written = write_skops(forest, file)

    assert TREE in written.trusted_types
    assert "sklearn.tree._tree" in written.modules


@tree_is_untrusted
def test_such_types_are_loaded_only_if_they_are_trusted(file, forest):
    write_skops(forest, file)

    with pytest.raises(ModelUntrusted, match=TREE):
        read_skops(file, trusted=False)

    assert read_skops(file, trusted=True).predict([[0.0]]) == forest.predict([[0.0]])


def test_a_file_that_is_too_large_is_not_left_behind(file, linear):
    with pytest.raises(ModelTooLarge, match="100 bytes"):
        write_skops(linear, file, max_bytes=100)

    assert not file.exists()


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ((number for number in ()), r"cannot pickle 'generator' object|builtins\.generator"),
        (threading.Lock(), r"'lock'|_thread\.lock"),
        (lambda: None, "<lambda>"),
    ],
    ids=["generator", "lock", "lambda"],
)
def test_what_skops_could_not_read_again_is_told(file, part, reason):
    with pytest.raises(ModelNotSerialisable, match=reason):
        write_skops(LogisticRegression(C=part), file)

    assert not file.exists()


def test_a_file_that_is_cut_short_is_told(file, linear):
    write_skops(linear, file)
    file.write_bytes(file.read_bytes()[:-30])

    with pytest.raises(ModelNotLoadable, match=str(file)):
        read_skops(file, trusted=True)


def test_without_skops_it_is_said_what_to_install(file, linear, monkeypatch):
    monkeypatch.setitem(sys.modules, "skops.io", None)

    with pytest.raises(ModelNotSerialisable, match=r"pip install 'autolog-ml\[skops\]'"):
        write_skops(linear, file)
