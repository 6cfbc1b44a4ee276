"""YAML that somebody else may have written does no harm."""

from __future__ import annotations

import sys

import pytest

from autolog.capture.model import yaml_reading
from autolog.capture.model.yaml_reading import read_yaml
from autolog.errors import ModelDamaged, ModelNotLoadable


@pytest.fixture
def file(tmp_path):
    return tmp_path / "MLmodel"


def test_plain_data_are_read(file):
    file.write_text("flavors:\n  sklearn: {code: null}\nruns: [1, 2]\n")

    assert read_yaml(file) == {"flavors": {"sklearn": {"code": None}}, "runs": [1, 2]}


def test_a_tag_creates_no_object(file, tmp_path):
    canary = tmp_path / "canary"
    file.write_text(f"flavors: !!python/object/apply:os.system ['touch {canary}']\n")

    with pytest.raises(ModelDamaged, match="not plain YAML"):
        read_yaml(file)

    assert not canary.exists()


def test_aliases_which_multiply_data_are_refused(file):
    lines = ["a0: &a0 [x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    file.write_text("\n".join(lines))

    with pytest.raises(ModelDamaged, match="alias"):
        read_yaml(file)


def test_deep_nesting_is_refused(file):
    file.write_text("[" * 500 + "]" * 500)

    with pytest.raises(ModelDamaged, match="levels deep"):
        read_yaml(file)


@pytest.mark.parametrize(
    "contents",
    [b"flavors: [", b"a: b: c", b"\x00", b"\xff\xfe\x00", b"a: 2026-99-99", b"--- 1\n--- 2\n"],
)
def test_what_is_no_yaml_is_told(file, contents):
    file.write_bytes(contents)

    with pytest.raises(ModelDamaged, match="not plain YAML"):
        read_yaml(file)


def test_a_file_that_is_far_too_large_is_not_read(file, monkeypatch):
    monkeypatch.setattr(yaml_reading, "_LARGEST", 10)
    file.write_text("flavors: {}")

    with pytest.raises(ModelDamaged, match="11 bytes"):
        read_yaml(file)


def test_without_pyyaml_it_is_said_what_to_install(file, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    file.write_text("flavors: {}")

    with pytest.raises(ModelNotLoadable, match="pip install"):
        read_yaml(file)
