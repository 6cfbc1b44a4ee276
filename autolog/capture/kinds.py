"""What kind of data a value is, told without importing the library that it would come from."""

from __future__ import annotations

import sys


def is_instance(value: object, module: str, *classes: str) -> bool:
    """Whether a value is an instance of a library's class; false where that was never imported.

    Args:
        value: Anything.
        module: The module that has the classes, such as `pandas`.
        classes: Their names in the module; one that it does not have is passed over.

    Example:
        >>> is_instance([1, 2], "pandas", "DataFrame", "Series")
        False
    """
    loaded = sys.modules.get(module)
    if loaded is None:
        return False
    # While another thread imports the module it may be there, but not yet its classes.
    return isinstance(value, tuple(getattr(loaded, name, ()) for name in classes))


def is_array(value: object) -> bool:
    """Whether a value is a NumPy array."""
    return is_instance(value, "numpy", "ndarray")


def is_sparse(value: object) -> bool:
    """Whether a value is a sparse matrix or array of SciPy's, of any format."""
    return is_instance(value, "scipy.sparse", "spmatrix", "sparray")
