"""A password is nowhere but in the journal's folder, which only its owner can read."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SECRET = "s3cr3t/w%rd"
QUOTED = "s3cr3t%2Fw%25rd"
DATABASE = "secrets"

SCRIPT = """
import autolog
with autolog.run("script") as run:
    run.log_metrics({"loss": 0.5})
autolog.flush(timeout=2)
"""


@pytest.fixture(scope="module")
def refused(server, tmp_path_factory):
    """What a script and the commands say whose server refuses the password, and where they ran."""
    server.create(DATABASE)
    server.psql("CREATE ROLE forgetful LOGIN SUPERUSER PASSWORD 'another'")
    uri = f"postgresql://forgetful:{QUOTED}@{server.address}/{DATABASE}"
    directory = tmp_path_factory.mktemp("secrets") / ".autolog"
    variables = {
        "AUTOLOG_DIR": str(directory),
        "AUTOLOG_SINK": f"{uri},sqlite:",
        "AUTOLOG_SILENT": "0",
    }
    said = said_by(["-c", SCRIPT], variables)
    for command in (["doctor"], ["runs", "--store", uri]):
        said += said_by(["-m", "autolog", *command], variables)
    return said, directory, variables


def said_by(arguments, variables):
    done = subprocess.run(
        [sys.executable, *arguments],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr


def test_no_message_has_it(refused, server):
    said, _, _ = refused

    assert "password authentication failed" in said
    assert f"postgresql://{server.address}/{DATABASE}" in said
    assert "s3cr3t" not in said


def test_no_file_has_it_but_the_journals_list_of_sinks(refused):
    _, directory, _ = refused

    having = [file for file in directory.rglob("*") if file.is_file() and has_secret(file)]

    assert [file.name for file in having] == ["sinks.json"]
    assert having[0].parent.stat().st_mode & 0o077 == 0


def test_what_waited_is_delivered_once_the_password_is_right(refused, server):
    _, directory, variables = refused
    server.psql(f"ALTER ROLE forgetful PASSWORD '{SECRET}'")

    said_by(["-m", "autolog", "sync"], variables)

    assert server.psql("SELECT name, status FROM run", DATABASE) == [["script", "FINISHED"]]
    assert list((directory / "journal").iterdir()) == []
    host, port = server.address.split(":")
    of_server = ["-h", host, "-p", port, "-U", "forgetful"]
    dumped = subprocess.run(
        [server.programs / "pg_dump", *of_server, DATABASE],
        env=os.environ | {"PGPASSWORD": SECRET},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "script" in dumped.stdout
    assert "s3cr3t" not in dumped.stdout


def has_secret(file):
    return b"s3cr3t" in file.read_bytes()
