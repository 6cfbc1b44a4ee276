"""TensorBoard itself: its reader of event files, and its server on this machine."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
from contextlib import contextmanager
from importlib.util import find_spec

import pytest

# TensorBoard is not among the oldest versions of everything that the other sinks are tested on.
collect_ignore_glob = [] if find_spec("tensorboard") else ["test_*.py"]

STARTS_WITHIN = 120
EVERYTHING = {"scalars": 0, "images": 0, "tensors": 0}


@pytest.fixture(scope="session")
def accumulator():
    """TensorBoard's reader class; importing it warns of what is no business of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    return EventAccumulator


@pytest.fixture(scope="session")
def look(accumulator):
    """What TensorBoard finds in a folder, by the names under which it shows runs."""

    def look(folder):
        places = {file.parent for file in folder.rglob("*tfevents*")}
        return {str(place.relative_to(folder)): read(accumulator, place) for place in places}

    return look


def read(accumulator, place):
    events = accumulator(str(place), size_guidance=EVERYTHING)
    events.Reload()
    tags = events.Tags()
    return {
        "scalars": {
            tag: [(point.step, point.wall_time, point.value) for point in events.Scalars(tag)]
            for tag in tags["scalars"]
        },
        "images": {
            tag: [
                (one.step, one.width, one.height, one.encoded_image_string)
                for one in events.Images(tag)
            ]
            for tag in tags["images"]
        },
        "texts": {
            tag: [
                (one.step, one.tensor_proto.string_val[0].decode()) for one in events.Tensors(tag)
            ]
            for tag in tags["tensors"]
            if not tag.startswith("_hparams_")
        },
        "trial": trial(events, tags["tensors"]),
    }


def trial(events, tags):
    """What the HPARAMS tab is told."""
    from tensorboard.plugins.hparams import metadata

    told = {}
    if metadata.SESSION_START_INFO_TAG in tags:
        content = events.SummaryMetadata(metadata.SESSION_START_INFO_TAG).plugin_data.content
        start = metadata.parse_session_start_info_plugin_data(content)
        told["params"] = {
            name: getattr(value, value.WhichOneof("kind")) for name, value in start.hparams.items()
        }
    if metadata.SESSION_END_INFO_TAG in tags:
        content = events.SummaryMetadata(metadata.SESSION_END_INFO_TAG).plugin_data.content
        told["status"] = metadata.parse_session_end_info_plugin_data(content).status
    return told


class Server:
    """A server, asked as its page asks it."""

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}"

    def get(self, path, **body):
        request = urllib.request.Request(
            f"{self.address}/data/{path}",
            json.dumps(body).encode() if body else None,
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def until(self, is_right, path, **body):
        """The answer, once it is the right one: the server looks for news every second."""
        end = time.monotonic() + 60
        while not is_right(answer := self.get(path, **body)):
            assert time.monotonic() < end, answer
            time.sleep(0.3)
        return answer


@contextmanager
def serving(folder, log_file, *options):
    """Runs TensorBoard's server on a folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "tensorboard.main", "--logdir", str(folder)]
    address = ["--host", "127.0.0.1", "--port", str(port), "--reload_interval", "1"]
    with log_file.open("w+") as log:
        process = subprocess.Popen(
            [*command, *address, *options],
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            stdout=log,
            stderr=log,
        )
        server = Server(port)
        try:
            wait_for(server, process, log)
            yield server
        finally:
            process.terminate()
            process.wait(20)


def wait_for(server, process, log):
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            server.get("environment")
        except OSError:
            time.sleep(0.2)
        else:
            return
    log.seek(0)
    pytest.fail(f"TensorBoard did not start: {log.read()}")


@pytest.fixture(params=["--load_fast=true", "--load_fast=false"])
def serve(request, tmp_path):
    """Serves a folder, read by TensorBoard's reader of files in Rust, and by that in Python."""

    def start(folder):
        return serving(folder, tmp_path / "log", request.param)

    return start
