"""Writes recorded runs as files that other programs read."""
