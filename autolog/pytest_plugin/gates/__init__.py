"""Baselines, and what fails a test whose metrics are worse."""
