"""What is built, and what it is built and tested with."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PIN = re.compile(r"[\w.-]+==[\w.]+( ; python_full_version [<>=]+ '[\d.]+')?")
CONSTRAINTS = (ROOT / "constraints.txt").read_text()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.iterdir()
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_the_wheel_holds_the_packages_and_nothing_else(wheel):
    tops = {name.partition("/")[0] for name in wheel.namelist()}

    integrations = {path.name for path in (ROOT / "integrations").glob("autolog_*")}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"autolog", *integrations}


def test_the_wheel_holds_every_module_and_the_marker_of_types(wheel):
    shipped = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("autolog/**/*.py")}

    assert shipped | {"autolog/py.typed"} <= set(wheel.namelist())


def test_the_wheel_offers_the_command_the_integrations_and_the_sinks(wheel):
    (name,) = (name for name in wheel.namelist() if name.endswith("/entry_points.txt"))

    text = wheel.read(name).decode()

    assert "autolog = autolog.cli.main:main" in text
    for path in (ROOT / "integrations").glob("autolog_*"):
        library = path.name.removeprefix("autolog_")
        assert f"{library} = {path.name}.patches:integration" in text
    assert "sqlite = autolog.sinks.sqlite:open_sink" in text
    assert "[pytest11]\nautolog = autolog.pytest_plugin" in text


def test_the_core_depends_on_five_distributions():
    names = {Requirement(text).name for text in PROJECT["project"]["dependencies"]}

    assert names == {"click", "msgspec", "packaging", "rich", "wrapt"}


def test_every_integration_has_an_extra_of_its_librarys_name():
    integrations = PROJECT["project"]["entry-points"]["autolog.integrations"]

    assert set(integrations) <= set(PROJECT["project"]["optional-dependencies"])


def test_every_distribution_that_is_used_is_pinned():
    pinned = {
        canonicalize_name(name) for name in re.findall(r"^([\w.-]+)==", CONSTRAINTS, re.MULTILINE)
    }

    assert used_distributions() <= pinned


def test_the_pins_name_no_host_and_no_local_build():
    lines = [line for line in CONSTRAINTS.splitlines() if line and not line.startswith("#")]

    assert [line for line in lines if not PIN.fullmatch(line)] == []


def test_all_but_what_the_tools_bring_is_installed_for_the_tests():
    makefile = (ROOT / "Makefile").read_text()
    lists = re.findall(r"^(?:TORCH_)?EXTRAS := (.*)$", makefile, re.MULTILINE)

    (everything,) = map(Requirement, PROJECT["project"]["optional-dependencies"]["all"])
    # XGBoost's build for CPUs, the whole of MLflow, of which the extra needs a part, and sinks
    brought = {"xgboost", "mlflow", "artifacts", "mysql", "parquet", "pytest", "s3", "tensorboard"}
    brought |= {"wandb"}
    assert {*",".join(lists).split(","), *brought} == everything.extras


def used_distributions() -> set[str]:
    """Everything that the project, its extras and its tools bring in, as installed here."""
    groups = PROJECT["dependency-groups"].values()
    extras = PROJECT["project"]["optional-dependencies"].values()
    texts = [*PROJECT["project"]["dependencies"], *chain(*groups, *extras)]
    waiting = [Requirement(text) for text in texts]
    used: set[str] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in used or name == "autolog-ml" or not applies(requirement):
            continue
        used.add(name)
        installed = "xgboost-cpu" if name == "xgboost" else name
        waiting += [Requirement(text) for text in metadata.requires(installed) or ()]
    return used


def applies(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})
