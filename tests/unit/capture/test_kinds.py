"""Kinds of data, told without importing their libraries."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import scipy.sparse

from autolog.capture.kinds import is_array, is_instance, is_sparse


def test_a_value_is_known_by_the_classes_of_a_library():
    class Subclass(pd.DataFrame):
        pass

    assert is_instance(Subclass(), "pandas", "Series", "DataFrame")
    assert not is_instance(pd.Series([1]), "pandas", "DataFrame")


def test_classes_that_a_version_of_the_library_lacks_are_passed_over():
    assert is_instance(pd.DataFrame(), "pandas", "NoSuchClass", "DataFrame")


def test_arrays_and_sparse_matrices_are_known():
    assert is_array(np.zeros(1))
    assert is_sparse(scipy.sparse.csr_array(np.eye(2)))
    assert is_sparse(scipy.sparse.coo_matrix(np.eye(2)))
    assert not is_sparse(np.eye(2))


def test_no_library_is_imported_to_tell_a_kind():
    script = """
import sys
from autolog.capture.rows import first_rows
from autolog.capture.signature.inference import infer_signature
signature = infer_signature(first_rows([{"a": 1, "b": ["x"]}]), 0.5)
assert signature.inputs is not None
print(sorted(sys.modules.keys() & {"numpy", "pandas", "polars", "pyarrow", "scipy", "sklearn"}))
"""
    finished = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )

    assert finished.stdout == "[]\n"
