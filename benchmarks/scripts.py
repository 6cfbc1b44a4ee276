"""Scripts that train one model, of which the whole time is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Python's full garbage collections come when the number of objects has grown by a quarter. A script
# meets them at moments of its own, and an import more or less shifts them, for some 20 ms either
# way. Objects of the script's own, as many in each kind of a round, spread the moments.
UNRECORDED = """
own = [[] for _ in range({own})]
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
inputs, targets = load_iris(return_X_y=True)
model = LogisticRegression(max_iter=500).fit(inputs, targets)
"""

BY_AUTOLOG = f"from autolog import autolog\nautolog()\n{UNRECORDED}"

BY_MLFLOW = f"""
import mlflow
mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.sklearn.autolog()
{UNRECORDED}
"""

BY_HAND = (
    UNRECORDED
    + """
import hashlib, json, os, pickle, sqlite3
os.makedirs("model")
written = pickle.dumps(model)
with open("model/model.pkl", "wb") as file:
    file.write(written)
params, metrics = json.dumps(model.get_params()), json.dumps([model.score(inputs, targets)])
database = sqlite3.connect("runs.db")
database.execute("PRAGMA journal_mode = WAL")
database.execute("CREATE TABLE run (params TEXT, metrics TEXT, digest TEXT)")
digest = hashlib.sha256(written).hexdigest()
database.execute("INSERT INTO run VALUES (?, ?, ?)", (params, metrics, digest))
database.commit()
database.close()
"""
)

WITH_EMPTY_MODULES = (
    f"import msgspec, sqlite3, wrapt\nimport empty_modules.everything\n{UNRECORDED}"
)
"""Loads what autolog is built on, and the modules of `make_empty_modules`."""

COUNTING_MODULES = (
    BY_AUTOLOG
    + """
import autolog, sys
autolog.flush()
owners = [name.partition(".")[0] for name in sys.modules]
print(owners.count("autolog") + owners.count("autolog_sklearn"))
"""
)
"""Prints how many modules recording the script loads."""


def make_empty_modules(folder: Path, count: int) -> None:
    """Makes `empty_modules.everything`, which loads modules with nothing but a docstring.

    Args:
        folder: What is to be on `sys.path`.
        count: How many are loaded, itself and its package among them.
    """
    package = folder / "empty_modules"
    package.mkdir()
    names = [f"module_{place}" for place in range(count - 2)]
    for name in ("__init__", *names):
        (package / f"{name}.py").write_text('"""A module."""\n', encoding="utf-8")
    imports = "".join(f"import empty_modules.{name}\n" for name in names)
    (package / "everything.py").write_text(imports, encoding="utf-8")
