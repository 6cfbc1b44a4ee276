"""A disk that refuses costs one warning and, at worst, metrics; training goes on."""

from __future__ import annotations

import json
import shutil
import subprocess

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


def check(result):
    assert result["arrived"] + result["dropped"] == 50_000
    assert result["lost"] == result["dropped"]
    assert result["waiting"] == 0
    assert len(result["said"]) == 1
    assert "cannot write its journal" in result["said"][0]


@pytest.mark.parametrize("limit", [1, 100_000, 1_000_000])
def test_a_limit_on_file_sizes_is_survived(launch, limit):
    process = launch(_LOG_PAST_THE_LIMIT, str(limit))

    output, errors = process.communicate(timeout=120)

    assert process.returncode == 0, errors
    check(json.loads(output))


def with_small_disk(path):
    """A command that runs another one with a disk of one MiB at `path`, seen by nobody else."""
    mount = f'mount -t tmpfs -o size=1m none "{path}" && exec "$@"'
    return ["unshare", "--mount", "--map-root-user", "sh", "-c", mount, "sh"]


def can_mount():
    if shutil.which("unshare") is None:
        return False
    probe = [*with_small_disk("/mnt"), "true"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="needs the right to mount a tmpfs")
def test_a_full_disk_is_survived(launch, directory):
    directory.mkdir()

    process = launch(_LOG_PAST_THE_LIMIT, "0", command=with_small_disk(directory))

    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    check(json.loads(output))
