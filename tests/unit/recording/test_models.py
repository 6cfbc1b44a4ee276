"""A model is serialised at once and completed in the background; what cannot be kept is told."""

from __future__ import annotations

import json
import logging
import os
import threading
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from autolog.capture.model.flavor import Serialised
from autolog.config.settings import Settings
from autolog.errors import ModelNotSerialisable, ModelTooLarge
from autolog.events import ArtifactStored, ModelStored, TagsSet
from autolog.recording.automatic import AutomaticRun
from autolog.recording.channel import Channel
from autolog.recording.models import ModelChoices
from autolog.recording.run import Run

ROWS = np.arange(24.0).reshape(8, 3)


@dataclass
class Line:
    """A model that predicts a multiple of the sum of each row, and counts its predictions."""

    slope: float = 2.0
    asked: list = field(default_factory=list)

    def predict(self, rows):
        self.asked.append(len(rows))
        rows *= 0  # whoever hands its data to this had better hand it a copy
        return rows.sum(axis=1) * self.slope


class SilentLine(Line):
    """One that cannot be asked."""

    predict = None


class LineFlavor:
    """Writes lines as JSON."""

    name = "line"

    def __init__(self, error=None):
        self.error = error
        self.limits = []

    def accepts(self, model):
        return isinstance(model, Line)

    def save(self, model, directory, max_bytes):
        self.limits.append(max_bytes)
        (directory / "line.json").write_text(json.dumps(model.slope))
        if self.error is not None:
            raise self.error
        return Serialised("line", {"data": "line.json"}, {}, frozenset({"json"}))

    def load(self, directory, config, *, trusted):
        return Line(json.loads((directory / config["data"]).read_text()))

    def predict_method(self, model):
        return getattr(model, "predict", None)


@pytest.fixture
def events():
    return []


@pytest.fixture
def channel(events, tmp_path):
    return Channel(events.append, tmp_path, clock=lambda: 7, new_run_id=lambda: "0" * 32)


@pytest.fixture
def run(channel):
    return Run.start(channel, name="trial")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / ("0" * 32)


def stored(channel, events):
    """What was told of models, when all is done."""
    assert channel.background.wait(60)
    return [event for event in events if isinstance(event, ModelStored)]


def test_a_model_is_there_when_the_call_returns_and_whole_soon_after(run, channel, events, folder):
    run.log_model(Line(), LineFlavor(), inputs=ROWS)
    written = sorted(path.name for path in (folder / "model").iterdir())

    first, whole = stored(channel, events)

    assert "line.json" in written
    assert (first.name, first.flavor, first.files) == ("model", "line", {})
    assert (whole.name, whole.model_id) == ("model", first.model_id)
    assert set(whole.files) == {path.name for path in (folder / "model").iterdir()}
    assert {"MLmodel", "line.json", "requirements.txt"} <= set(whole.files)
    assert whole.size_bytes == sum(path.stat().st_size for path in (folder / "model").iterdir())


def test_every_file_of_a_model_is_an_artifact(run, channel, events, folder):
    run.log_model(Line(), LineFlavor(), name="models/first")

    (_, whole) = stored(channel, events)

    kept = {event.path: event.size_bytes for event in events if isinstance(event, ArtifactStored)}
    assert kept == {
        f"models/first/{path}": (folder / "models/first" / path).stat().st_size
        for path in whole.files
    }


def test_a_later_change_of_the_model_is_not_kept(run, channel, folder):
    model = Line(slope=2.0)

    run.log_model(model, LineFlavor())
    model.slope = 3.0

    channel.background.wait(60)
    assert (folder / "model/line.json").read_text() == "2.0"


def test_the_signature_is_inferred_from_five_rows_that_stay_as_they_are(run, channel, events):
    model, rows = Line(), ROWS.copy()

    run.log_model(model, LineFlavor(), inputs=rows)

    signature = json.loads(stored(channel, events)[0].signature)
    (tensor,) = json.loads(signature["inputs"])
    assert tensor["tensor-spec"] == {"dtype": "float64", "shape": [-1, 3]}
    (tensor,) = json.loads(signature["outputs"])
    assert tensor["tensor-spec"] == {"dtype": "float64", "shape": [-1]}
    assert np.array_equal(rows, ROWS)


def test_a_model_whose_predictions_are_known_is_not_asked_for_them(run, channel, events):
    run.log_model(SilentLine(), LineFlavor(), inputs=ROWS, outputs=np.ones((3, 2), dtype="int8"))

    signature = json.loads(stored(channel, events)[0].signature)
    (tensor,) = json.loads(signature["outputs"])
    assert tensor["tensor-spec"] == {"dtype": "int8", "shape": [-1, 2]}


def test_asking_for_the_signature_leaves_no_trace_in_the_model(run, channel):
    model = Line(asked=[])
    before = model.asked

    run.log_model(model, LineFlavor(), inputs=ROWS)

    assert model.asked is before
    assert model.asked == []


def test_a_model_that_cannot_predict_has_a_signature_of_its_inputs(run, channel, events):
    run.log_model(SilentLine(), LineFlavor(), inputs=ROWS)

    signature = json.loads(stored(channel, events)[0].signature)
    assert signature["inputs"] is not None
    assert signature["outputs"] is None


def test_inputs_without_a_schema_leave_a_note_and_no_signature(run, channel, events):
    run.log_model(SilentLine(), LineFlavor(), inputs=pd.DataFrame([[1, 2]], columns=["a", "a"]))

    assert stored(channel, events)[-1].signature is None
    (tags,) = (event.tags for event in events if isinstance(event, TagsSet))
    assert tags.keys() == {"autolog.signature_missing"}


def test_a_model_that_cannot_be_serialised_costs_one_warning_and_a_tag(
    run, channel, events, folder, caplog
):
    error = ModelNotSerialisable("a Line holds a lock, which cannot be written")

    with caplog.at_level(logging.WARNING, "autolog"):
        run.log_model(Line(), LineFlavor(error))
        run.log_model(Line(), LineFlavor(error))

    assert stored(channel, events) == []
    assert [record.getMessage() for record in caplog.records] == [
        "autolog does not keep this model: a Line holds a lock, which cannot be written"
    ]
    tags = [event.tags for event in events if isinstance(event, TagsSet)]
    assert tags[0] == {"autolog.model_skipped": str(error)}
    assert list(folder.iterdir()) == []


def test_a_model_that_is_too_large_is_skipped_with_a_record(run, channel, events, folder, caplog):
    flavor = LineFlavor(ModelTooLarge("the model has more than 10 bytes"))

    with caplog.at_level(logging.WARNING, "autolog"):
        AutomaticRun(run, Settings(max_model_bytes=10)).log_model(Line(), flavor)

    assert flavor.limits == [10]
    assert stored(channel, events) == []
    assert caplog.records == []
    (tags,) = (event.tags for event in events if isinstance(event, TagsSet))
    assert tags == {"autolog.model_skipped": "the model has more than 10 bytes"}
    assert list(folder.iterdir()) == []


def test_a_place_outside_the_run_is_refused(run):
    with pytest.raises(ValueError, match="stays inside the run's folder"):
        run.log_model(Line(), LineFlavor(), name="../model")


def test_models_can_be_left_out(run, channel, events):
    AutomaticRun(run, Settings(log_models=False)).log_model(Line(), LineFlavor())

    assert stored(channel, events) == []


def test_signatures_can_be_left_out(run, channel, events):
    automatic = AutomaticRun(run, Settings(log_signatures=False))

    automatic.log_model(Line(), LineFlavor(), inputs=ROWS)

    assert stored(channel, events)[-1].signature is None


def test_rows_of_the_inputs_are_kept_only_on_request(run, channel, events, folder):
    AutomaticRun(run, Settings()).log_model(Line(), LineFlavor(), name="without", inputs=ROWS)
    asked = AutomaticRun(run, Settings(log_input_examples=True))
    asked.log_model(Line(), LineFlavor(), name="with", inputs=ROWS)

    stored(channel, events)

    assert not (folder / "without/input_example.json").exists()
    assert json.loads((folder / "with/input_example.json").read_text()) == ROWS[:5].tolist()


def test_a_model_that_is_registered_says_so_both_times(run, channel, events):
    choices = ModelChoices(registered_name="churn")
    run.log_model(Line(), LineFlavor(), name="best", choices=choices)

    assert [event.registered_name for event in stored(channel, events)] == ["churn", "churn"]


@pytest.mark.parametrize(("name", "registered"), [("model", "churn"), ("best_estimator", None)])
def test_of_what_a_fit_keeps_its_model_is_registered(run, channel, events, name, registered):
    automatic = AutomaticRun(run, Settings(registered_model_name="churn"))
    automatic.log_model(Line(), LineFlavor(), name=name)

    assert {event.registered_name for event in stored(channel, events)} == {registered}


def test_a_model_takes_the_place_of_an_earlier_one_of_its_name(run, channel, events, folder):
    for slope in (2.0, 3.0, 4.0):
        run.log_model(Line(slope=slope), LineFlavor(), inputs=ROWS)

    whole = stored(channel, events)[-1]

    assert (folder / "model/line.json").read_text() == "4.0"
    assert whole.files.keys() == {path.name for path in (folder / "model").iterdir()}
    assert f"model_id: {whole.model_id}\n" in (folder / "model/MLmodel").read_text()
    assert [path.name for path in folder.iterdir()] == ["model"]


def test_models_of_one_name_from_several_threads_leave_one_that_is_whole(run, channel, folder):
    threads = [
        threading.Thread(target=run.log_model, args=(Line(slope=float(number)), LineFlavor()))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert channel.background.wait(60)
    assert [path.name for path in folder.iterdir()] == ["model"]
    assert {"MLmodel", "line.json"} <= {path.name for path in (folder / "model").iterdir()}


@pytest.mark.parametrize("name", ["model/inner", "model/line.json"])
def test_a_model_within_another_is_refused(run, name):
    run.log_model(Line(), LineFlavor())

    with pytest.raises(ValueError, match="within the model"):
        run.log_model(Line(), LineFlavor(), name=name)


def test_a_model_does_not_take_the_place_of_other_files(run, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    run.log_artifact(tmp_path / "notes.txt", "report/notes.txt")

    with pytest.raises(ValueError, match="where other files are"):
        run.log_model(Line(), LineFlavor(), name="report")


def test_a_model_that_ends_the_process_when_it_is_asked_does_not_end_it(run, channel, events):
    class Quitting(Line):
        def predict(self, rows):
            raise SystemExit

    run.log_model(Quitting(), LineFlavor(), inputs=ROWS)

    signature = json.loads(stored(channel, events)[0].signature)
    assert (signature["inputs"] is None, signature["outputs"]) == (False, None)
    (tags,) = (event.tags for event in events if isinstance(event, TagsSet))
    assert "SystemExit" in tags["autolog.signature_missing"]


def test_inputs_that_cannot_be_looked_at_do_not_cost_the_model(run, channel, events, monkeypatch):
    monkeypatch.delenv("AUTOLOG_STRICT")
    endless = []
    endless.append(endless)

    run.log_model(Line(), LineFlavor(), inputs=endless)

    assert stored(channel, events)[-1].signature is None


def test_a_child_that_is_forked_while_a_model_is_replaced_keeps_its_own(run, channel):
    with channel.replacing:
        child = os.fork()
        if child == 0:
            channel.start_anew()
            run.log_model(Line(), LineFlavor())
            os._exit(0 if channel.background.wait(10) else 1)
        _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
