"""The data of plots, which may come from anywhere."""

from __future__ import annotations

import json

import pytest

from autolog.capture.plots.plot import ConfusionMatrix, Plot
from autolog.errors import PlotDamaged
from autolog.plotting.reading import read_plot_data

MATRIX = {"kind": "confusion_matrix", "version": 1, "classes": ["no"], "counts": [[3]]}


def test_data_are_read_back_as_they_were_written(tmp_path):
    data = ConfusionMatrix(classes=["no"], counts=[[3]])
    (tmp_path / "plot.json").write_bytes(Plot("matrix", data).to_json())

    assert read_plot_data(tmp_path / "plot.json") == data


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps(MATRIX)[:-3].encode(),
        *(
            json.dumps(MATRIX | change).encode()
            for change in [
                {"kind": "__import__"},
                {"version": "1"},
                {"classes": "no"},
                {"classes": []},
                {"classes": ["no"] * 51, "counts": [[1] * 51] * 51},
                {"counts": [[1, 2]]},
                {"counts": [[-1]]},
                {"counts": [[float("nan")]]},
                {"counts": [["3"]]},
                {"counts": [[10**400]]},
            ]
        ),
        b'{"kind":"confusion_matrix","version":1,"classes":["no"],"counts":[[1e999]]}',
        b'{"kind":"roc_curve","version":1,"positive_class":"1","area":2,"false_positive_rate":[0]}',
    ],
)
def test_broken_data_are_named_as_such(payload):
    with pytest.raises(PlotDamaged, match="the data of a plot: cannot be drawn"):
        read_plot_data(payload)


def test_data_of_a_later_version_ask_for_an_upgrade():
    payload = json.dumps({"kind": "hologram", "version": 2}).encode()

    with pytest.raises(PlotDamaged, match="upgrade autolog-ml"):
        read_plot_data(payload)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PlotDamaged, match=r"nothing\.json: cannot be drawn"):
        read_plot_data(tmp_path / "nothing.json")


def test_a_file_that_is_far_too_large_is_not_read(tmp_path):
    path = tmp_path / "plot.json"
    with path.open("wb") as file:
        file.truncate(10_000_000_000)

    with pytest.raises(PlotDamaged, match="no plot has as much data"):
        read_plot_data(path)
