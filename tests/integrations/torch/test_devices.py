"""Losses that lie on a device are read in batches, and nobody waits for them."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from autolog.testing import record
from autolog_torch.losses import value_of
from autolog_torch.transfer import Reading

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU of CUDA's")


def test_numbers_and_tensors_are_read_together_in_their_order():
    reading = Reading([1.0, torch.tensor(2.0), torch.tensor([3.0])])

    assert reading.has_arrived
    assert reading.read() == [1.0, 2.0, 3.0]


def test_what_has_no_value_is_no_loss():
    assert value_of(torch.ones((), device="meta")) is None
    assert value_of(torch.ones(2)) is None


def test_a_loss_is_taken_as_it_is_now():
    loss = torch.ones(())

    value = value_of(loss)
    loss.mul_(2)

    assert value == 1.0


@pytest.mark.gpu
@needs_gpu
def test_a_loss_on_a_gpu_stays_there():
    loss = torch.ones((), device="cuda", requires_grad=True)

    value = value_of(loss)

    assert value.is_cuda
    assert not value.requires_grad
    assert value.data_ptr() != loss.data_ptr()


@pytest.mark.gpu
@needs_gpu
def test_numbers_of_a_gpu_arrive_after_what_it_has_to_compute():
    reading = Reading([torch.full((), 1.5, device="cuda"), 2.0, torch.ones((), device="cuda")])

    assert reading.read() == [1.5, 2.0, 1.0]
    assert reading.has_arrived


@pytest.mark.gpu
@needs_gpu
def test_a_loop_on_a_gpu_is_recorded_without_a_synchronisation():
    model = nn.Linear(4, 1, device="cuda")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    inputs = torch.ones(8, 4, device="cuda")
    losses = []

    def step():
        optimizer.zero_grad()
        loss = model(inputs).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach().clone())

    with record() as runs:
        step()
        torch.cuda.set_sync_debug_mode("error")
        try:
            for _ in range(5):
                step()
        finally:
            torch.cuda.set_sync_debug_mode("default")

        found = [point.value for point in runs.only.metric_history("loss")]
    assert found == [loss.item() for loss in losses]
