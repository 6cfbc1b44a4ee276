"""What a process takes is told as a tensor."""

from __future__ import annotations

import pytest
import torch

from autolog.capture.torch.usage import USAGE, Usage

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU of CUDA's")


def test_each_number_has_its_name():
    names, taken = Usage().taken(torch.device("cpu"))

    assert names == USAGE
    assert taken.shape == (len(names),)
    assert (taken > 0).all()


@pytest.mark.gpu
@needs_gpu
def test_the_memory_of_a_gpu_is_told_too():
    kept = torch.ones(1000, device="cuda")

    names, taken = Usage().taken(kept.device)

    assert names[-1] == "peak_gpu_bytes"
    assert taken[-1] >= 4000
