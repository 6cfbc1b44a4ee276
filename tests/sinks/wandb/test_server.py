"""W&B's client lets no run begin whose server fails: it is begun once that is over."""

from __future__ import annotations

import pytest

from autolog.errors import SinkUnavailable
from autolog.events import MetricsLogged, RunEnded, RunStarted, Status
from autolog.sinks.base import Batch
from autolog.testing import Answer, FaultyProxy

RUN = "a" * 32
NOW = 1_700_000_000 * 10**9
KEY = "k" * 40
EVENTS = (
    RunStarted(RUN, 0, NOW, "trial", "x"),
    *(
        MetricsLogged(RUN, step + 1, NOW + step, step, {"loss": 1 / (step + 1)})
        for step in range(3)
    ),
    RunEnded(RUN, 4, NOW + 9, Status.FINISHED),
)
FAULTS = {
    "refuses the key": lambda proxy: proxy.answering(Answer(401)),
    "is busy": lambda proxy: proxy.answering(Answer(429, {"Retry-After": "1"})),
    "fails": lambda proxy: proxy.answering(Answer(500)),
    "hangs": lambda proxy: proxy.hanging(),
    "is down": lambda proxy: proxy.down(),
}


@pytest.fixture
def proxy(offline):
    import wandb

    wandb.teardown()  # the client reads its variables once
    with FaultyProxy("127.0.0.1:1") as proxy:
        yield proxy
    wandb.teardown()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_run_begins_once_its_server_lets_it(
    fault, proxy, in_this_process, told, tmp_path, monkeypatch
):
    variables = {"BASE_URL": proxy.address, "API_KEY": KEY, "INIT_TIMEOUT": "2", "MODE": "online"}
    for name, value in variables.items():
        monkeypatch.setenv(f"WANDB_{name}", value)
    sink = in_this_process("wandb:churn", tmp_path / ".autolog")
    batch = Batch("host-1", EVENTS, tuple(range(len(EVENTS))), len(EVENTS))

    with FAULTS[fault](proxy), pytest.raises(SinkUnavailable, match="cannot begin a run") as caught:
        sink.write(batch)
    monkeypatch.setenv("WANDB_MODE", "offline")
    sink.write(batch)
    sink.close()

    assert KEY not in str(caught.value)
    run = told()[RUN]
    assert run.history("loss") == [(0, 1.0), (1, 1 / 2), (2, 1 / 3)]
    assert (run.name, run.exit_code) == ("trial", 0)
