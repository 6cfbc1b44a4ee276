"""Turns what integrations and users report of a run into events."""
