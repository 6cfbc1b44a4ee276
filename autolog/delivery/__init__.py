"""Carries events from the call that logged them to every sink, whatever happens in between."""
