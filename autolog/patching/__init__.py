"""Putting wrappers around other people's functions, and taking them off again exactly."""
