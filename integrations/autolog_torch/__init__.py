"""autolog's integration for PyTorch: a training loop that nobody instrumented is a run.

PYTEST_DONT_REWRITE: see `autolog/__init__.py`.
"""
