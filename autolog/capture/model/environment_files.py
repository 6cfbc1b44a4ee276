"""The files that say what a model needs, in the three forms that MLflow and pip read."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from autolog.capture.model.yaml_text import to_yaml
from autolog.installed import installed_version

if TYPE_CHECKING:
    from collections.abc import Sequence

REQUIREMENTS_FILE = "requirements.txt"
CONDA_FILE = "conda.yaml"
PYTHON_FILE = "python_env.yaml"


def environment_files(packages: Sequence[str]) -> dict[str, str]:
    """The contents of `requirements.txt`, `conda.yaml` and `python_env.yaml`, by name.

    Args:
        packages: The requirements, as pip reads them.
    """
    python = platform.python_version()
    pip = installed_version("pip")
    conda = {
        "channels": ["conda-forge"],
        "dependencies": [
            f"python={python}",
            "pip" if pip is None else f"pip<={pip}",
            {"pip": list(packages)},
        ],
        "name": "mlflow-env",
    }
    python_env = {
        "python": python,
        "build_dependencies": [_as_installed(name) for name in ("pip", "setuptools", "wheel")],
        "dependencies": [f"-r {REQUIREMENTS_FILE}"],
    }
    return {
        REQUIREMENTS_FILE: "".join(f"{package}\n" for package in packages),
        CONDA_FILE: to_yaml(conda),
        PYTHON_FILE: to_yaml(python_env),
    }


def _as_installed(name: str) -> str:
    version = installed_version(name)
    return name if version is None else f"{name}=={version}"
