"""No secret in the URI of a sink comes out anywhere, however it is written and whatever fails."""

from __future__ import annotations

import re
import traceback
import warnings
from importlib.util import find_spec
from urllib.parse import quote, unquote

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from autolog.errors import AutologError
from autolog.events import ArtifactStored, RunStarted
from autolog.sinks.base import Batch
from autolog.sinks.registry import check_uri, without_secrets
from autolog.sinks.secrets import hide_secrets

# Nothing that is public is written in these letters.
LETTERS = "QXZJVK789"
PIECE = re.compile(f"[{LETTERS}]{{3,}}")
CLOSED = "127.0.0.1:1"
"""Where nobody listens."""

words = st.text(LETTERS, min_size=4, max_size=8)
separators = st.sampled_from([*"/@?#:%&=+ '\"\\;,[]!$", "://", "%4", "%2F", ""])
secrets = st.builds(
    lambda first, rest: first + "".join(map("".join, rest)),
    words,
    st.lists(st.tuples(separators, words), max_size=3),
)
FORMS = [
    "postgresql://user:{}@host.example:5432/runs?sslmode=require",
    "postgresql://:{}@host.example/runs",
    "postgresql://host.example/runs?user=me&password={}",
    "mysql://user:{}@host.example/runs?passwd={}",
    "mlflow+http://user:{}@host.example:5000",
    "mlflow+https://{}@host.example",
    "mlflow+http:user:{}@host.example",
    "mlflow+http:/user:{}@host.example",
    "mlflow+http:///user:{}@host.example",
    "mlflow+postgresql://user:{}@host.example/mlflow?experiment=churn",
    "artifacts+ftp://user:{}@host.example/folder",
    "postgresql:user:{}@host.example/runs",
]


def pieces(secret):
    """What must be in no message: the parts of a secret between characters that end parts."""
    return {piece for form in (secret, unquote(secret)) for piece in PIECE.findall(form)}


def leaks(said, secret):
    return sorted(piece for piece in pieces(secret) if piece in said)


def uri_of(form, secret, is_quoted):
    return form.replace("{}", quote(secret, safe="") if is_quoted else secret)


def is_understood(form, secret):
    """Whether a secret that is not quoted can be told from the rest of the URI."""
    if "={}" in form:
        return not set("&#@").intersection(secret)
    return ":{}" in form or not set("/?#:@").intersection(secret)


def told(error):
    """All that is told of an error, with what it stems from."""
    return "".join(traceback.format_exception(error)) if error is not None else ""


def refusal(function, *arguments):
    """The error of a call, which is one of autolog's own; None where it succeeds."""
    try:
        function(*arguments)
    except AutologError as error:
        return error
    return None


@pytest.mark.parametrize("form", FORMS)
@given(secret=secrets)
def test_a_uri_is_shown_without_them(form, secret):
    shown = without_secrets(uri_of(form, secret, is_quoted=True))

    assert leaks(shown, secret) == []
    assert "host.example" in shown


@pytest.mark.parametrize("form", FORMS)
@given(secret=secrets, is_quoted=st.booleans())
def test_a_text_that_repeats_the_uri_or_its_password_loses_them(form, secret, is_quoted):
    assume(is_quoted or is_understood(form, secret))
    uri = uri_of(form, secret, is_quoted)
    said = (
        f"{uri}: {uri!r} cannot be read; {secret}, {secret!r}, {quote(secret)}, {quote(secret, '')}"
    )

    cleaned = hide_secrets(said, uri)

    assert leaks(cleaned, secret) == []
    assert cleaned.endswith("***")


@pytest.mark.parametrize("form", [form for form in FORMS if ":{}@" in form])
@pytest.mark.parametrize(
    "secret", ["7777?8888=9999", "QQQ?XXX=ZZZ", "777/888?999=QQQ", "QQQ@ZZZ?XXX=VVV"]
)
def test_a_password_that_looks_like_a_query_is_not_shown(form, secret):
    assert leaks(without_secrets(uri_of(form, secret, is_quoted=False)), secret) == []


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("postgresql://db.example/runs?user=me&password=QQQ@ZZZ", "postgresql://db.example/runs"),
        ("postgresql://db.example:5432/runs?password=QQQ@ZZZ", "postgresql://db.example"),
        ("mlflow+http://db.example:5000?experiment=a@b", "mlflow+http://db.example"),
        ("mlflow+http://QQQ@db.example?experiment=a@b", "mlflow+http://"),
        ("mlflow+http://QQQ?ZZZ=VVV@db.example", "mlflow+http://"),
    ],
)
def test_an_at_sign_in_a_query_shows_no_more_than_is_public_for_certain(uri, shown):
    assert without_secrets(uri) == shown


def test_a_text_without_them_stays_as_it_is():
    said = "no route to the host of user me"

    assert hide_secrets(said, "postgresql://me@host/runs") == said
    assert hide_secrets(said, "postgresql://me:s3cr3t@host/runs") == said
    assert hide_secrets(said, None) == said


@pytest.mark.parametrize("form", FORMS)
@given(secret=secrets, is_quoted=st.booleans())
def test_a_uri_that_is_refused_is_not_repeated_with_them(form, secret, is_quoted):
    said = told(refusal(check_uri, uri_of(form, secret, is_quoted)))

    assert leaks(said, secret) == []


def write_sql(uri, directory):
    from autolog.sinks.sql.location import address
    from autolog.sinks.sql.sink import SQLSink

    del directory
    SQLSink(address(uri)).write(BATCH)


def read_sql(uri, directory):
    from autolog.store.opening import store_at

    store_at(uri, directory).runs()


def write_mlflow(uri, directory):
    from autolog.sinks.mlflow.location import location
    from autolog.sinks.mlflow.opening import opened

    opened(location(uri, directory), directory / "artifacts").write(BATCH)


def read_mlflow(uri, directory):
    from autolog.importing.mlflow_store import MLflowStore

    MLflowStore(uri, directory).experiments()


def upload(uri, directory):
    from autolog.sinks.artifacts.uploads import open_here

    folder = directory / "artifacts"
    (folder / RUN).mkdir(parents=True, exist_ok=True)
    (folder / RUN / "file").write_text("x")
    open_here(uri, str(folder)).write(BATCH)


def fetch_file(uri, directory):
    from autolog.store.fetching import fetch

    with pytest.MonkeyPatch.context() as variables:
        variables.setenv("AUTOLOG_ARTIFACTS", uri)
        fetch(f"{without_secrets(uri)}/{'0' * 64}", directory / "fetched")


RUN = "a" * 32
EVENTS = (
    RunStarted(RUN, 0, 1, "x", "x"),
    ArtifactStored(RUN, 1, 2, "file", 1, location=f"ftp://{CLOSED}/{'0' * 64}"),
)
BATCH = Batch("journal", EVENTS, (0, 1), 2)
USES = [
    (write_sql, "postgresql://user:{}@" + CLOSED + "/runs", "psycopg"),
    (write_sql, "postgresql://" + CLOSED + "/runs?password={}", "psycopg"),
    (read_sql, "postgresql://user:{}@" + CLOSED + "/runs", "psycopg"),
    (read_sql, "mysql://user:{}@" + CLOSED + "/runs", "pymysql"),
    (write_mlflow, "mlflow+http://user:{}@" + CLOSED, "mlflow"),
    (write_mlflow, "mlflow+http://{}@" + CLOSED, "mlflow"),
    (read_mlflow, "mlflow+http://user:{}@" + CLOSED, "mlflow"),
    (upload, "ftp://user:{}@" + CLOSED + "/folder", "fsspec"),
    (fetch_file, "ftp://user:{}@" + CLOSED + "/folder", "fsspec"),
    (fetch_file, "http://user:{}@" + CLOSED + "/folder", "aiohttp"),
]
"""What uses a URI, and what it needs, which is not among the oldest versions of everything."""


@pytest.mark.parametrize(
    ("use", "form"),
    [
        pytest.param(use, form, id=f"{use.__name__}-{form.partition(':')[0]}-{number}")
        for number, (use, form, needed) in enumerate(USES)
        if find_spec(needed)
    ],
)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(secret=secrets, is_quoted=st.booleans())
def test_what_fails_tells_of_none(use, form, tmp_path, monkeypatch, secret, is_quoted):
    assume(is_quoted or is_understood(form, secret))
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries
        error = refusal(use, uri_of(form, secret, is_quoted), tmp_path)

    assert error is not None
    assert leaks(str(error), secret) == []
    if use not in {write_sql, write_mlflow, upload}:  # whose process tells the message alone
        assert leaks(told(error), secret) == []
