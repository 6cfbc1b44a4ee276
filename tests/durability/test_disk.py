"""A disk that refuses costs one warning and, at worst, metrics; training goes on."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

_LOG_PAST_THE_LIMIT = """
import json, logging, resource

class Keeping:
    exit_timeout = 30.0
    steps = []
    dropped = 0
    def write(self, batch):
        for event in batch.events:
            if isinstance(event, MetricsLogged):
                self.steps.append(event.step)
            self.dropped += getattr(event, "count", 0)
    def close(self):
        pass

said = []
class Said(logging.Handler):
    def emit(self, record):
        said.append(record.getMessage())
logging.getLogger("autolog").addHandler(Said())

sink = Keeping()
delivery = Delivery(directory, ["keeping:"], open_sink=lambda *_: sink)
limit = int(sys.argv[2])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
start("a" * 32)
for step in range(50_000):
    log("a" * 32, step)
end("a" * 32, 50_001)
left = delivery.close(timeout=60)
tell(json.dumps({
    "arrived": sink.steps == sorted(set(sink.steps)) and len(sink.steps),
    "dropped": sink.dropped,
    "lost": left[0].lost,
    "waiting": left[0].waiting,
    "said": said,
}))
"""


_TRAIN_UNTIL_THE_DISK_IS_FULL = """
import autolog
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

autolog.autolog()
with autolog.run("long"):
    for step in range(60_000):
        autolog.log_metrics({f"loss/{part}": step / 3 for part in range(5)}, step=step)
model = LogisticRegression(max_iter=500).fit(*load_iris(return_X_y=True))
print(model.predict([[5.1, 3.5, 1.4, 0.2]]))
"""


_COUNT = (
    r"autolog: (?:1 record|(?!1 )[1-9]\d* records) for the sink 'sqlite:' "
    r"(?P<fate>left in|lost).* is full; .*"
)


def check(result):
    assert result["arrived"] + result["dropped"] == 50_000
    assert result["lost"] == result["dropped"]
    assert result["waiting"] == 0
    assert len(result["said"]) == 1


@pytest.mark.parametrize("limit", [1, 100_000, 1_000_000])
def test_a_limit_on_file_sizes_is_survived(launch, limit):
    process = launch(_LOG_PAST_THE_LIMIT, str(limit))

    output, errors = process.communicate(timeout=120)

    assert process.returncode == 0, errors
    result = json.loads(output)
    check(result)
    assert "cannot write its journal" in result["said"][0]


def with_small_disk(path, size="1m"):
    """A command that runs another one with a small disk at `path`, seen by nobody else."""
    mount = f'mount -t tmpfs -o size={size} none "{path}" && exec "$@"'
    return ["unshare", "--mount", "--map-root-user", "sh", "-c", mount, "sh"]


def can_mount():
    if shutil.which("unshare") is None:
        return False
    probe = [*with_small_disk("/mnt"), "true"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


needs_tmpfs = pytest.mark.skipif(not can_mount(), reason="needs the right to mount a tmpfs")


@needs_tmpfs
def test_a_full_disk_is_survived(launch, directory):
    directory.mkdir()

    process = launch(_LOG_PAST_THE_LIMIT, "0", command=with_small_disk(directory))

    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    result = json.loads(output)
    check(result)
    assert f"the disk at {directory} is full" in result["said"][0]


# Journal and store fill the disk together, and which of them meets its end first differs.
@needs_tmpfs
@pytest.mark.parametrize("size", ["100k", "200k", "1m", "5m", "6m", "9m", "12m"])
def test_a_script_that_fills_the_disk_says_so_once_and_counts_what_it_misses(
    directory, size, tmp_path
):
    directory.mkdir()
    script = tmp_path / "train.py"
    script.write_text(_TRAIN_UNTIL_THE_DISK_IS_FULL)
    environment = {name: os.environ[name] for name in os.environ if name != "AUTOLOG_STRICT"}

    finished = subprocess.run(
        [*with_small_disk(directory, size), sys.executable, script],
        env={**environment, "AUTOLOG_DIR": str(directory)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    warning, *counts = finished.stderr.splitlines()
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == "[0]\n"
    assert f"the disk at {directory} is full" in warning
    fates = [re.fullmatch(_COUNT, line) for line in counts]
    assert fates, finished.stderr
    assert all(fates), finished.stderr
    assert len({fate["fate"] for fate in fates}) == len(fates)
