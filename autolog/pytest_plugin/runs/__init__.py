"""The runs of sessions, tests and fixtures."""
