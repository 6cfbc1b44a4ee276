"""Records what is trained with XGBoost.

PYTEST_DONT_REWRITE: see `autolog/__init__.py`.
"""
