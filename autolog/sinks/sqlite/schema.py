"""The tables of the database, as the ordered steps that lead from any older version to today's."""

from __future__ import annotations

# A metric point is a row of `metric` and of nothing else: no index, so that it takes 34 bytes and
# the fastest insert there is. A series knows between which rows its points lie.
_FIRST = """
CREATE TABLE environment (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    packages TEXT NOT NULL
);
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL UNIQUE,
    parent_run_id TEXT,
    experiment TEXT,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    start_ns INTEGER NOT NULL,
    end_ns INTEGER,
    error_type TEXT,
    error_message TEXT,
    error_traceback TEXT,
    environment INTEGER REFERENCES environment (id)
);
CREATE INDEX run_by_parent ON run (parent_run_id) WHERE parent_run_id IS NOT NULL;
CREATE INDEX run_by_start ON run (start_ns);
CREATE TABLE param (
    run INTEGER NOT NULL REFERENCES run (id),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run, key)
) WITHOUT ROWID;
CREATE TABLE tag (
    run INTEGER NOT NULL REFERENCES run (id),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run, key)
) WITHOUT ROWID;
CREATE TABLE artifact (
    run INTEGER NOT NULL REFERENCES run (id),
    path TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    PRIMARY KEY (run, path)
) WITHOUT ROWID;
CREATE TABLE dropped (
    run INTEGER NOT NULL,  -- 0: of the whole process
    reason TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (run, reason)
) WITHOUT ROWID;
CREATE TABLE cursor (
    journal TEXT PRIMARY KEY,
    position INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE metric_name (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run (id),
    name INTEGER NOT NULL REFERENCES metric_name (id),
    points INTEGER NOT NULL,
    first_row INTEGER NOT NULL,
    last_row INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    last_time INTEGER NOT NULL,
    last_value REAL,
    UNIQUE (run, name)
);
CREATE TABLE metric (
    id INTEGER PRIMARY KEY,  -- named, because VACUUM renumbers rows that are not
    series INTEGER NOT NULL,
    step INTEGER NOT NULL,
    time INTEGER NOT NULL,   -- milliseconds since the epoch
    value REAL               -- NULL: not a number
);
CREATE VIEW metric_history AS
    SELECT run.run_id, metric_name.name AS key, metric.step, metric.value, metric.time
    FROM metric
    JOIN series ON series.id = metric.series
    JOIN metric_name ON metric_name.id = series.name
    JOIN run ON run.id = series.run;
"""

# The texts of a data set, and `files`, are JSON.
_MODELS_AND_DATASETS = """
ALTER TABLE artifact ADD COLUMN drawn_from TEXT;
CREATE TABLE dataset (
    run INTEGER NOT NULL REFERENCES run (id),
    name TEXT NOT NULL,
    context TEXT NOT NULL,
    digest TEXT NOT NULL,
    source_type TEXT NOT NULL,
    source TEXT NOT NULL,
    schema TEXT NOT NULL,
    profile TEXT NOT NULL,
    PRIMARY KEY (run, name, context)
) WITHOUT ROWID;
CREATE TABLE model (
    run INTEGER NOT NULL REFERENCES run (id),
    name TEXT NOT NULL,
    model_id TEXT NOT NULL,
    flavor TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    signature TEXT,
    files TEXT NOT NULL,
    PRIMARY KEY (run, name)
) WITHOUT ROWID;
"""

# A version of a registered model stays when its model goes, so that no number is given twice; only
# those whose model is there count.
_REGISTERED_MODELS = """
CREATE TABLE model_version (
    model_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (name, version)
) WITHOUT ROWID;
CREATE INDEX model_by_id ON model (model_id);
"""

# Files that stay where the user's code has put them, and by which their run is found.
_REFERENCES = """
ALTER TABLE artifact ADD COLUMN location TEXT;
CREATE INDEX artifact_by_location ON artifact (location) WHERE location IS NOT NULL;
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _MODELS_AND_DATASETS, _REGISTERED_MODELS, _REFERENCES)
"""The script at place n brings a database from version n to n + 1; released ones never change."""

VERSION = len(MIGRATIONS)
"""The version that this autolog reads and writes; SQLite keeps it as `user_version`."""
