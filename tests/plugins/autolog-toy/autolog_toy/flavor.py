"""toylearn's models as files."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from toylearn import Slope

from autolog.integration import Serialised


class SlopeFlavor:
    """Writes a `Slope` as JSON, which runs no code when it is loaded."""

    name = "toylearn"

    def accepts(self, model: object) -> bool:
        """Whether it is a `Slope`."""
        return isinstance(model, Slope)

    def configured(self, options: Any) -> "SlopeFlavor":
        """There is one way to write a `Slope`."""
        return self

    def save(self, model: Slope, directory: Path, max_bytes: int | None) -> Serialised:
        """Writes `slope.json`."""
        (directory / "slope.json").write_text(json.dumps(vars(model)))
        return Serialised(self.name, {"data": "slope.json"}, {}, frozenset({"toylearn"}))

    def load(self, directory: Path, config: Mapping[str, Any], *, trusted: bool) -> Slope:
        """Makes the `Slope` again."""
        model = Slope()
        vars(model).update(json.loads((directory / config["data"]).read_text()))
        return model

    def predict_method(self, model: Slope) -> Callable[[Any], Any]:
        """What its signature is inferred from."""
        return model.predict
