"""What is recorded for TensorBoard, as its own reader and its server show it."""

from __future__ import annotations

import math
import os
import subprocess
import sys

import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV

import autolog
from autolog.events import (
    ArtifactStored,
    MetricsLogged,
    ParamsLogged,
    RunEnded,
    RunError,
    RunStarted,
    Status,
)
from autolog.sinks.base import Batch
from autolog.sinks.registry import open_sink

X, Y = load_iris(return_X_y=True)
RUN = "a" * 32
NAME = f"x/trial-{RUN[:12]}"
SUCCESS, FAILURE = 1, 2
STATUSES = ["STATUS_UNKNOWN", "STATUS_SUCCESS", "STATUS_FAILURE", "STATUS_RUNNING"]
TRIALS = {"experimentName": "", "allowedStatuses": STATUSES, "startIndex": 0, "sliceSize": 100}


@pytest.fixture
def recording(tmp_path):
    """Switches recording for TensorBoard on; gives the folder."""

    def switch_on(**options):
        uri = f"tensorboard:{tmp_path}/logs"
        autolog.autolog(sink=uri, silent=True, log_environment=False, sync="fit", **options)
        return tmp_path / "logs"

    return switch_on


@pytest.fixture
def sink(tmp_path):
    return open_sink("tensorboard:logs", tmp_path / ".autolog")


def batch(*events, first=0, journal="host-1"):
    positions = tuple(range(first, first + len(events)))
    return Batch(journal, events, positions, first + len(events))


def started(run_id=RUN, name="trial", parent=None):
    return RunStarted(run_id, 0, 1_700_000_000_250_000_000, name, "x", parent)


def loss(step, value=0.5, run_id=RUN):
    return MetricsLogged(run_id, step + 1, 1_700_000_001 * 10**9 + step, step, {"loss": value})


def params(**values):
    return ParamsLogged(RUN, 1, 1_700_000_001 * 10**9, {k: str(v) for k, v in values.items()})


def test_a_fit_has_its_numbers_its_params_and_its_figures(recording, look):
    folder = recording()

    model = LogisticRegression(C=0.5, max_iter=500).fit(X, Y)
    accuracy = accuracy_score(Y, model.predict(X))
    autolog.shutdown()

    ((name, found),) = look(folder).items()
    assert name.startswith("default/LogisticRegression-")
    ((step, _, score),) = found["scalars"]["training_score"]
    assert (step, score) == (0, pytest.approx(model.score(X, Y)))
    assert found["scalars"]["accuracy_score_X"][0][2] == pytest.approx(accuracy)
    assert found["trial"]["status"] == SUCCESS
    assert found["trial"]["params"]["C"] == 0.5
    assert found["trial"]["params"]["fit_intercept"] is True
    assert found["trial"]["params"]["random_state"] == "None"
    assert found["images"].keys() >= {"training_confusion_matrix", "coefficients"}
    assert "| C | 0.5 |" in found["texts"]["params"][0][1]


def test_a_file_that_was_left_where_it_is_is_told_of(sink, look, tmp_path):
    left = ArtifactStored(RUN, 1, 2, "best.ckpt", 7, None, "/data/epoch.ckpt")

    sink.write(batch(started(), left))

    ((_, found),) = look(tmp_path / "logs").items()
    assert found["texts"]["reference/best.ckpt"][0][1] == "/data/epoch.ckpt"


def test_a_figure_that_was_logged_is_shown_as_it_is(recording, look, tmp_path):
    from matplotlib.figure import Figure

    folder = recording()
    file = tmp_path / "curve.png"
    figure = Figure(figsize=(3, 2), dpi=100)
    figure.savefig(file)

    with autolog.run("by hand") as current:
        current.log_artifact(file)
    autolog.shutdown()

    ((_, found),) = look(folder).items()
    ((_, width, height, png),) = found["images"]["curve"]
    assert (width, height, png) == (300, 200, file.read_bytes())


def test_only_the_candidates_of_a_search_are_trials(recording, look):
    folder = recording()

    GridSearchCV(LogisticRegression(max_iter=500), {"C": [0.1, 1.0]}, cv=2).fit(X, Y)
    autolog.shutdown()

    found = look(folder)
    (parent,) = [name for name, one in found.items() if "best_cv_score" in one["scalars"]]
    children = [name for name in found if name.startswith(f"{parent}/")]
    assert found[parent]["trial"] == {}
    assert {found[name]["trial"]["params"]["C"] for name in children} == {0.1, 1.0}
    assert len(found) == 3


def test_a_training_imports_neither_tensorboard_nor_matplotlib(tmp_path):
    script = f"""
import sys
from autolog import autolog, shutdown
autolog(sink="tensorboard:{tmp_path}/logs", silent=True, exit_timeout=60)
from sklearn.linear_model import LogisticRegression
LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1])
shutdown()
print({{"matplotlib", "tensorboard", "tensorboardX", "google"}} & sys.modules.keys())
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        capture_output=True,
        text=True,
        env=os.environ | {"AUTOLOG_DIR": str(tmp_path / "script")},
        timeout=120,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("set()\n", "")
    assert list((tmp_path / "logs").rglob("*tfevents*"))


def test_the_server_shows_a_run_while_it_goes_on(sink, serve, tmp_path):
    begun = [started(), params(rate=0.1), *(loss(step, 1 / (step + 1)) for step in range(10))]
    sink.write(batch(*begun))

    with serve(tmp_path / "logs") as server:
        path = f"plugin/scalars/scalars?tag=loss&run={NAME}"
        server.until(lambda tags: NAME in tags, "plugin/scalars/tags")
        before = server.until(lambda points: len(points) == 10, path)
        later = [loss(10, 0.0), RunEnded(RUN, 20, 1_700_000_100 * 10**9, Status.FINISHED)]
        sink.write(batch(*later, first=len(begun)))
        after = server.until(lambda points: len(points) == 11, path)
        (trial,) = server.until(is_over, "plugin/hparams/session_groups", **TRIALS)["sessionGroups"]

    assert before == after[:10]
    assert [(step, value) for _, step, value in after] == [
        *((step, pytest.approx(1 / (step + 1))) for step in range(10)),
        (10, 0.0),
    ]
    assert after[3][0] == pytest.approx(1_700_000_001)
    assert (trial["name"], trial["hparams"]) == (NAME, {"rate": 0.1})
    assert [(one["name"]["tag"], one["value"]) for one in trial["metricValues"]] == [("loss", 0.0)]


def is_over(answer):
    (trial,) = answer["sessionGroups"]
    return trial["sessions"][0]["status"] == "STATUS_SUCCESS"


def test_the_server_shows_a_search_as_trials(recording, serve):
    folder = recording()
    GridSearchCV(LogisticRegression(max_iter=500), {"C": [0.1, 1.0, 10.0]}, cv=2).fit(X, Y)
    autolog.shutdown()

    with serve(folder) as server:
        found = server.until(
            lambda answer: len(answer.get("sessionGroups", [])) == 3,
            "plugin/hparams/session_groups",
            **TRIALS,
        )
        experiment = server.get("plugin/hparams/experiment", experimentName="")
        images = server.until(bool, "plugin/images/tags")

    assert {trial["hparams"]["C"] for trial in found["sessionGroups"]} == {0.1, 1.0, 10.0}
    differing = {one["name"] for one in experiment["hparamInfos"] if one["differs"]}
    assert "C" in differing
    assert "mean_test_score" in {one["name"]["tag"] for one in experiment["metricInfos"]}
    assert "training_confusion_matrix" in next(iter(images.values()))


def test_params_that_come_late_are_told_to_who_looks_then(sink, look, tmp_path):
    sink.write(batch(started(), params(rate=0.1), loss(0)))
    sink.write(batch(params(depth=3), loss(1), first=3))

    found = look(tmp_path / "logs")[NAME]

    assert found["trial"]["params"] == {"rate": 0.1, "depth": 3}
    assert [step for step, _, _ in found["scalars"]["loss"]] == [0, 1]


def test_a_run_that_fails_is_a_failed_trial_with_its_traceback(sink, look, tmp_path):
    error = RunError("ValueError", "no", "Traceback\n  line | 1\nValueError: no")

    sink.write(batch(started(), params(rate=0.1), RunEnded(RUN, 2, 10**18, Status.FAILED, error)))

    found = look(tmp_path / "logs")[NAME]
    assert found["trial"] == {"params": {"rate": 0.1}, "status": FAILURE}
    assert "    ValueError: no" in found["texts"]["end"][0][1].splitlines()


def test_numbers_that_are_none_or_too_large_for_32_bits_are_shown_as_such(sink, look, tmp_path):
    values = [math.nan, math.inf, -math.inf, 1e300, -1e300, 1e-300]

    sink.write(batch(started(), *(loss(step, value) for step, value in enumerate(values))))

    found = [value for _, _, value in look(tmp_path / "logs")[NAME]["scalars"]["loss"]]
    assert math.isnan(found[0])
    assert found[1:] == [math.inf, -math.inf, math.inf, -math.inf, 0.0]


def test_steps_and_texts_of_all_kinds_arrive(sink, look, tmp_path):
    steps = [-(2**63) + 1, -1, 0, 127, 128, 2**63 - 1]
    texts = {"note": "a | b \\ ü \n second", "": ""}

    sink.write(batch(started(), ParamsLogged(RUN, 1, 10**18, texts), *map(loss_of_step, steps)))

    found = look(tmp_path / "logs")[NAME]
    assert [step for step, _, _ in found["scalars"]["loss"]] == steps
    assert "| note | a \\| b \\\\ ü   second |" in found["texts"]["params"][0][1]
    assert found["trial"]["params"]["note"] == "a | b \\ ü \n second"


def loss_of_step(step):
    return MetricsLogged(RUN, 5, 10**18, step, {"loss": 0.5})


def test_what_another_process_logs_into_a_run_is_shown_with_it(sink, look, tmp_path):
    sink.write(batch(started(), loss(0)))
    other = open_sink("tensorboard:logs", tmp_path / ".autolog")

    other.write(batch(MetricsLogged(RUN, 0, 10**18, 7, {"worker": 1.0}), journal="host-2"))

    found = look(tmp_path / "logs")[NAME]
    assert found["scalars"].keys() == {"loss", "worker"}


def test_children_lie_below_their_parents_also_those_that_other_processes_began(
    sink, look, tmp_path
):
    sink.write(batch(started(), started("b" * 32, "child", RUN), loss(0, run_id="b" * 32)))
    other = open_sink("tensorboard:logs", tmp_path / ".autolog")

    other.write(batch(started("c" * 32, "other", RUN), loss(0, run_id="c" * 32), journal="host-2"))

    assert look(tmp_path / "logs").keys() == {
        NAME,
        f"{NAME}/child-{'b' * 12}",
        f"{NAME}/other-{'c' * 12}",
    }
