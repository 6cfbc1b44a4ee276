"""What `torch.save` writes of a model is an artifact of the run, by reference."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from autolog.events import ArtifactStored
from autolog.testing import record


def references(runs):
    found = [event for event in runs.events if isinstance(event, ArtifactStored)]
    return {event.path: event.location for event in found if event.location}


@pytest.mark.parametrize("kind", ["state", "module", "checkpoint"])
def test_a_checkpoint_is_referred_to(net, fit, tmp_path, kind):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    path = tmp_path / "net.pt"

    with record() as runs:
        fit(net, optimizer)
        saved = {
            "state": net.state_dict(),
            "module": net,
            "checkpoint": {"epoch": 2, "model": net.state_dict()},
        }[kind]
        torch.save(saved, path)

        assert references(runs) == {"checkpoints/net.pt": str(path)}
    assert path.exists()


def test_a_file_that_is_open_is_referred_to(net, fit, tmp_path):
    path = tmp_path / "net.pt"

    with record() as runs:
        fit(net, torch.optim.SGD(net.parameters(), lr=0.1))
        with path.open("wb") as file:
            torch.save(net.state_dict(), file)

        assert references(runs) == {"checkpoints/net.pt": str(path)}


def test_a_checkpoint_keeps_its_folder(net, fit, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kept").mkdir()

    with record() as runs:
        fit(net, torch.optim.SGD(net.parameters(), lr=0.1))
        torch.save(net.state_dict(), "kept/net.pt")

        assert list(references(runs)) == ["checkpoints/kept/net.pt"]


def test_other_files_are_no_checkpoints(net, fit, tmp_path):
    import io

    with record() as runs:
        fit(net, torch.optim.SGD(net.parameters(), lr=0.1))
        torch.save(torch.ones(2), tmp_path / "rows.pt")
        torch.save({"epoch": 1}, tmp_path / "epoch.pt")
        torch.save(net.state_dict(), io.BytesIO())

        assert references(runs) == {}


def test_a_checkpoint_before_any_training_belongs_to_no_run(tmp_path):
    with record() as runs:
        torch.save(nn.Linear(2, 1).state_dict(), tmp_path / "net.pt")

        assert list(runs) == []


def test_a_save_that_fails_fails_as_without_autolog(net, fit, tmp_path):
    with record() as runs:
        fit(net, torch.optim.SGD(net.parameters(), lr=0.1))
        with pytest.raises(RuntimeError, match="does not exist"):
            torch.save(net.state_dict(), tmp_path / "nowhere" / "net.pt")

        assert references(runs) == {}
