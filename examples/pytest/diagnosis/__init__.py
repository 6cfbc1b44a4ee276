"""Tells tumours that are harmless from those that are not."""
