"""autolog's integration for statsmodels: every fit is a run, with its figures and its summary.

PYTEST_DONT_REWRITE: see `autolog/__init__.py`.
"""
