"""Writes the tables in tests/parity: what the installed MLflow makes of the same cases."""
