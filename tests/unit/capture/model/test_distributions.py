"""Modules are traced to what was installed, and to nothing else."""

from __future__ import annotations

import json
import sys
from importlib.metadata import packages_distributions, version

import pytest
import sklearn

from autolog.capture.model.distributions import owner_of, pinned


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder that packages are installed into, and imported from."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    for name in [name for name, module in sys.modules.items() if is_in(folder, module)]:
        del sys.modules[name]


def is_in(folder, module):
    return str(getattr(module, "__file__", None) or "").startswith(str(folder))


def install(site, module, *, metadata="dist-info", lists=True, name="Toy.Learn", url=None):
    file = site / module
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("")
    folder = site / f"{name.replace('.', '_')}-1.2+cpu.{metadata}"
    folder.mkdir(exist_ok=True)
    described = folder / ("METADATA" if metadata == "dist-info" else "PKG-INFO")
    described.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2+cpu\n")
    if lists:
        with (folder / "RECORD").open("a") as record:
            record.write(f"{module},sha256=x,0\n")
    if url is not None:
        (folder / "direct_url.json").write_text(json.dumps(url))
    return folder


def imported(name):
    __import__(name)
    return name


@pytest.mark.parametrize(
    "module", ["sklearn.linear_model._logistic", "sklearn", "sklearn.tree._tree"]
)
def test_a_module_is_of_the_distribution_that_installed_its_package(module):
    imported(module)

    owner = owner_of(module)

    assert owner.requirement == f"scikit-learn=={sklearn.__version__}"
    assert owner.file.name == "sklearn"


def test_the_distributions_are_those_that_the_standard_library_finds():
    expected = {
        module: names[0]
        for module, names in packages_distributions().items()
        if len(set(names)) == 1
    }
    loaded = {
        name: module
        for name, module in sys.modules.items()
        if name in expected and "site-packages" in (getattr(module, "__file__", None) or "")
    }

    found = {name: owner_of(name).requirement for name in loaded}

    assert len(found) > 10
    assert found == {name: pinned(expected[name], version(expected[name])) for name in loaded}


@pytest.mark.parametrize("module", ["json", "_pickle", "builtins", "__main__", "no_such_module"])
def test_the_standard_library_and_the_script_have_no_owner(module):
    assert owner_of(module) is None


def test_a_local_part_of_the_version_is_left_out(site):
    install(site, "toylocal/__init__.py")

    assert owner_of(imported("toylocal")).requirement == "toy-learn==1.2"


def test_a_single_file_is_a_module_too(site):
    install(site, "toylearn_file.py")

    assert owner_of(imported("toylearn_file")).requirement == "toy-learn==1.2"


def test_parts_of_a_namespace_may_come_from_different_distributions(site):
    install(site, "toyspace/one/__init__.py", name="toy-one")
    install(site, "toyspace/two/__init__.py", name="toy-two")

    one, two = owner_of(imported("toyspace.one")), owner_of(imported("toyspace.two"))

    assert (one.requirement, two.requirement) == ("toy-one==1.2", "toy-two==1.2")


def test_a_list_of_top_level_names_will_do(site):
    folder = install(site, "toyegg/__init__.py", metadata="egg-info", lists=False)
    (folder / "top_level.txt").write_text("other\ntoyegg\n")

    assert owner_of(imported("toyegg")).requirement == "toy-learn==1.2"


def test_a_file_that_no_distribution_installed_is_local(site):
    install(site, "toylearn/__init__.py")
    (site / "toyscript.py").write_text("")

    owner = owner_of(imported("toyscript"))

    assert owner.requirement is None
    assert owner.file == site / "toyscript.py"


def test_what_was_installed_from_a_folder_is_local(site):
    install(site, "toyproject/__init__.py", url={"url": "file:///home", "dir_info": {}})

    owner = owner_of(imported("toyproject"))

    assert owner.requirement is None
    assert owner.file == site / "toyproject"


def test_what_was_installed_from_an_archive_is_pinned(site):
    install(site, "toywheel.py", url={"url": "https://host/toy.whl", "archive_info": {}})

    assert owner_of(imported("toywheel")).requirement == "toy-learn==1.2"


def test_sources_beside_their_own_metadata_are_local(tmp_path, monkeypatch):
    source = tmp_path / "src"
    folder = install(source, "toysource/__init__.py", metadata="egg-info", lists=False)
    (folder / "top_level.txt").write_text("toysource\n")
    monkeypatch.syspath_prepend(str(source))

    owner = owner_of(imported("toysource"))

    del sys.modules["toysource"]
    assert owner.requirement is None
    assert owner.file == source / "toysource"


def test_a_module_in_an_archive_is_local(tmp_path, monkeypatch):
    from zipfile import ZipFile

    with ZipFile(tmp_path / "code.zip", "w") as archive:
        archive.writestr("toyarchived.py", "")
    monkeypatch.syspath_prepend(str(tmp_path / "code.zip"))

    owner = owner_of(imported("toyarchived"))

    del sys.modules["toyarchived"]
    assert owner.requirement is None
