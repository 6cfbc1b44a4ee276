"""The public signatures, as type checkers see them; checked, never run."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_type

import autolog
from autolog.integration import Call, HookSteps, Integration, Patch, Run

if TYPE_CHECKING:
    import pandas as pd

    from autolog.store import RecordedRun

autolog.autolog()
autolog.autolog(sink="sqlite:", experiment="churn", tags={"team": "risk"}, sklearn=False)
autolog.autolog(artifacts="s3://bucket/prefix")
autolog.autolog(sink=["sqlite:", "memory:"], sklearn={"training_metrics": False})

with autolog.run("tune", tags={"rounds": 3}) as current:
    assert_type(current, Run)
    current.log_metrics({"loss": 0.5}, step=3)
    assert_type(current.child("fold 1"), Run)


@autolog.run()
def train(rate: float) -> int:
    """Keeps its signature."""
    return int(rate)


@autolog.run("nightly")
async def train_later(rate: float) -> int:
    """Keeps its signature."""
    return int(rate)


assert_type(train(0.1), int)
assert_type(autolog.active_run(), Run | None)
assert_type(autolog.last_run().metrics["loss"], float)
assert_type(autolog.flush(timeout=1.0), bool)


def tables() -> tuple[pd.DataFrame, list[RecordedRun]]:
    """Searches in both forms."""
    return autolog.search_runs("metrics.loss < 1"), autolog.search_runs(
        output="list", store="postgresql://host/runs"
    )


def describe(call: Call, run: Run) -> HookSteps:
    """A hook."""
    run.log_params({"rounds": call.get("rounds", 10)})
    model = yield
    run.set_tags({"model": type(model).__name__})


integration = Integration(patches=(Patch("lab:train", describe),))
