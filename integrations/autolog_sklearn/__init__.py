"""autolog's integration for scikit-learn: every fit of an estimator is a run.

PYTEST_DONT_REWRITE: see `autolog/__init__.py`.
"""
