"""What a module was given and gave, as arrays."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
import torch

from autolog.capture.torch.examples import as_arrays, named_inputs
from autolog.capture.torch.loaders import loader_params
from autolog.capture.torch.scalars import read_scalars


class Pair(NamedTuple):
    logits: Any
    state: Any


class Net(torch.nn.Module):
    def forward(self, words, *, mask=None, scale=1.0):
        return words


def test_one_tensor_is_one_array_of_its_first_rows():
    rows = torch.arange(14.0).reshape(7, 2)

    found = named_inputs(Net(), (rows,), {})

    assert np.array_equal(found, rows[:5].numpy())
    rows.zero_()
    assert found[1, 1] == 3.0


def test_several_are_named_after_the_parameters():
    found = named_inputs(Net(), (torch.ones(2),), {"mask": torch.zeros(2), "scale": 2.0})

    assert list(found) == ["words", "mask"]


def test_a_dictionary_of_tensors_keeps_its_names_below_the_parameters():
    found = named_inputs(Net(), ({"a": torch.ones(2), "b": [torch.ones(1)]},), {})

    assert list(found) == ["words.a", "words.b.0"]


def test_outputs_are_numbered_or_named():
    assert list(as_arrays((torch.ones(1), torch.ones(1)))) == ["output_0", "output_1"]
    assert list(as_arrays(Pair(torch.ones(1), torch.ones(1)))) == ["logits", "state"]
    assert as_arrays("nothing") is None


@pytest.mark.parametrize(
    ("tensor", "dtype"),
    [
        (torch.ones(2, dtype=torch.bfloat16), "float32"),
        (torch.ones(2, dtype=torch.float16), "float16"),
        (torch.tensor(3), "int64"),
        (torch.ones(2, requires_grad=True), "float32"),
        (torch.ones(2, dtype=torch.complex64).conj(), "complex64"),
    ],
)
def test_tensors_of_every_kind_become_arrays(tensor, dtype):
    assert as_arrays(tensor).dtype == dtype


def test_what_is_no_array_is_left_out():
    assert as_arrays(torch.eye(2).to_sparse()) is None


def test_numbers_are_read_wherever_they_are():
    values = [torch.tensor(1.5), 2, np.float32(2.5), torch.ones(1, dtype=torch.int32)]

    assert read_scalars(values) == [1.5, 2.0, 2.5, 1.0]


def test_what_is_no_number_is_nan():
    assert all(np.isnan(read_scalars([torch.ones(2), "x", None])))


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_numbers_on_a_gpu_are_brought_over_together():
    values = [torch.tensor(1.5, device="cuda"), 2.0, torch.tensor(3, device="cuda")]

    assert read_scalars(values) == [1.5, 2.0, 3.0]
    assert as_arrays(torch.ones(2, device="cuda")).tolist() == [1.0, 1.0]


def test_a_loader_tells_its_batch_size():
    rows = torch.utils.data.TensorDataset(torch.ones(4, 1))
    sampler = torch.utils.data.BatchSampler(range(4), batch_size=2, drop_last=False)

    assert loader_params(torch.utils.data.DataLoader(rows, batch_size=3)) == {"batch_size": 3}
    assert loader_params(torch.utils.data.DataLoader(rows, batch_sampler=sampler), "val_") == {
        "val_batch_size": 2
    }
    assert loader_params([1, 2]) == {}
