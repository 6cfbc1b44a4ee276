"""Writes the input examples of MLflow's for the inputs of all cases into a folder for each."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

from mlflow.exceptions import MlflowException
from mlflow.models import Model
from mlflow.models.utils import _save_example

CASES = runpy.run_path(str(Path(__file__).with_name("cases.py")))["CASES"]


def main(folder: Path) -> None:
    said = {}
    for number, (name, case) in enumerate(CASES.items()):
        place = folder / str(number)
        place.mkdir()
        model = Model()
        try:
            _save_example(model, case()[0], str(place))
        except (MlflowException, TypeError, ValueError):
            continue  # MLflow refuses such an example
        said[name] = [str(place), model.saved_input_example_info]
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
