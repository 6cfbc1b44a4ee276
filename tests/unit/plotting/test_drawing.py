"""Drawing plots from their data."""

from __future__ import annotations

import builtins
import subprocess
import sys
import warnings

import matplotlib as mpl
import matplotlib.image
import matplotlib.style
import numpy as np
import pytest

from autolog.capture.classification import confusion_of
from autolog.capture.plots.classification import confusion_plots, curve_plots
from autolog.capture.plots.features import feature_plot
from autolog.capture.plots.plot import ConfusionMatrix, Plot
from autolog.capture.plots.regression import regression_plots
from autolog.capture.plots.residuals import autocorrelation_plots, quantile_plots
from autolog.capture.plots.scores import score_plots
from autolog.errors import PlottingUnavailable
from autolog.plotting import draw

RNG = np.random.default_rng(0)
TRUTH, SCORES = RNG.integers(2, size=100), RNG.random(100)
FOLDS = RNG.random((3, 5))
PLOTS = {
    plot.name: plot.to_json()
    for plot in [
        *confusion_plots(confusion_of(TRUTH, SCORES > 0.5)),
        *curve_plots(TRUTH, SCORES, 1),
        *regression_plots(TRUTH + SCORES, SCORES),
        *score_plots("over_numbers", "C", [0.01, 1, 100], train=FOLDS, test=FOLDS / 2),
        *score_plots("over_names", "kernel", ["rbf", "$", 1], train=FOLDS, test=FOLDS / 2),
        *quantile_plots(SCORES),
        *autocorrelation_plots(SCORES),
        *feature_plot("coefficients", list("abcdefghij"), RNG.normal(size=(1, 10)), 30),
    ]
}


def matrix_of(*classes):
    counts = np.eye(len(classes)).tolist()
    return Plot("matrix", ConfusionMatrix(classes=list(classes), counts=counts)).to_json()


@pytest.mark.parametrize("name", PLOTS)
def test_every_plot_becomes_a_picture(name, tmp_path):
    draw(PLOTS[name], tmp_path / "plot.png")

    picture = matplotlib.image.imread(tmp_path / "plot.png")
    assert picture.shape[:2] == (675, 900)
    assert len(np.unique(picture)) > 50
    assert [path.name for path in tmp_path.iterdir()] == ["plot.png"]


@pytest.mark.parametrize("name", PLOTS)
def test_the_same_data_are_the_same_picture(name, tmp_path):
    (tmp_path / "plot.json").write_bytes(PLOTS[name])

    draw(PLOTS[name], tmp_path / "one.png")
    draw(tmp_path / "plot.json", tmp_path / "other.png")

    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "other.png").read_bytes()


def test_an_earlier_picture_is_replaced(tmp_path):
    (tmp_path / "plot.png").write_text("old")

    draw(PLOTS["training_roc_curve"], tmp_path / "plot.png")

    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "classes",
    [
        (r"$\frac{", "$x$", "^_", "%s{}"),
        ("猫", "كلب", "🐱"),
        ("", " "),
        tuple(f"class {number}" for number in range(9)),
        tuple(map(str, range(50))),
    ],
)
def test_classes_may_have_any_names_and_be_many(classes, tmp_path):
    draw(matrix_of(*classes), tmp_path / "plot.png")

    assert (tmp_path / "plot.png").stat().st_size > 1000


@pytest.mark.parametrize(
    ("truth", "predicted"),
    [
        ([1.0], [1.0]),
        ([0.0, 0.0], [0.0, 0.0]),
        ([1e300, -1e300], [1e-300, 2e-300]),
        ([1e9, 1e9 + 1e-6], [1e9, 1e9]),
        ([5e-324, 0.0], [0.0, 5e-324]),
    ],
)
def test_values_may_be_of_any_size(truth, predicted, tmp_path):
    for plot in regression_plots(truth, predicted):
        draw(plot.to_json(), tmp_path / "plot.png")

        assert (tmp_path / "plot.png").exists()


def test_a_class_that_never_was_true_has_no_shares(tmp_path):
    data = ConfusionMatrix(classes=["no", "yes"], counts=[[3, 1], [0, 0]])

    draw(Plot("matrix", data).to_json(), tmp_path / "plot.png")

    assert (tmp_path / "plot.png").exists()


def test_the_settings_of_the_user_are_left_alone(tmp_path):
    settings = dict(mpl.rcParams)
    filters = list(warnings.filters)

    draw(PLOTS["training_residuals"], tmp_path / "plot.png")

    assert dict(mpl.rcParams) == settings
    assert list(warnings.filters) == filters


@pytest.mark.parametrize("name", PLOTS)
def test_a_style_of_the_users_does_not_show(name, tmp_path):
    draw(PLOTS[name], tmp_path / "plain.png")

    with mpl.style.context("dark_background"):
        draw(PLOTS[name], tmp_path / "styled.png")

    assert (tmp_path / "styled.png").read_bytes() == (tmp_path / "plain.png").read_bytes()


def test_pyplot_is_not_imported(tmp_path):
    (tmp_path / "plot.json").write_bytes(PLOTS["training_roc_curve"])
    program = (
        "import sys; from pathlib import Path; from autolog.plotting import draw;"
        "assert 'matplotlib' not in sys.modules;"
        f"draw(Path({str(tmp_path / 'plot.json')!r}), Path({str(tmp_path / 'plot.png')!r}));"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", program], check=True)


def test_without_matplotlib_it_says_what_to_install(monkeypatch, tmp_path):
    def import_without_matplotlib(name, *args):
        if name.startswith("matplotlib"):
            raise ModuleNotFoundError(name)
        return importing(name, *args)

    importing = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", import_without_matplotlib)

    with pytest.raises(PlottingUnavailable, match=r"pip install autolog-ml\[plots\]"):
        draw(PLOTS["training_roc_curve"], tmp_path / "plot.png")

    assert not (tmp_path / "plot.png").exists()


def test_a_picture_that_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "plot.png").mkdir()

    with pytest.raises(OSError, match=r"plot\.png"):
        draw(PLOTS["training_roc_curve"], tmp_path / "plot.png")

    assert [path.name for path in tmp_path.iterdir()] == ["plot.png"]
