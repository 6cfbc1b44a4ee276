"""Carries runs that are over, or well under way, from where they were recorded to a sink."""
