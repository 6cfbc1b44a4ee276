"""autolog's integration for LightGBM: every training is a run, by either of its interfaces.

PYTEST_DONT_REWRITE: see `autolog/__init__.py`.
"""
