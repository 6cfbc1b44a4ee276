"""What the results were measured on, and with: the machine, the versions, and the commit."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.apart import ROOT, apart

_DISTRIBUTIONS = (
    "mlflow",
    "wandb",
    "tensorboardX",
    "trackio",
    "aim",
    "scikit-learn",
    "xgboost-cpu",
    "lightgbm",
    "statsmodels",
    "torch",
    "lightning",
    "numpy",
)


def described() -> dict[str, Any]:
    """Everything but what would name the machine."""
    return {
        "machine": {
            "system": f"{platform.system()} {platform.release().partition('-')[0]}",
            "processor": _processor(),
            "cores": os.cpu_count(),
            "memory GiB": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
            "python": platform.python_version(),
        },
        "versions": {**versions(), **apart(versions, peers=True)},
        "commit": commit(),
    }


def versions() -> dict[str, str]:
    """The versions of what is measured, as far as it is installed for this interpreter."""
    found = {}
    for name in _DISTRIBUTIONS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def commit() -> str:
    """The commit of the working tree, with a + where something has changed since."""
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--abbrev=9", "--dirty=+", "--exclude=*"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return told.stdout.strip()


def stolen_seconds() -> float:
    """CPU time that other machines on the same host have taken from this one, on all cores."""
    try:
        line = Path("/proc/stat").read_text(encoding="utf-8").splitlines()[0]
    except FileNotFoundError:
        return 0.0
    return int(line.split()[8]) / os.sysconf("SC_CLK_TCK")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
