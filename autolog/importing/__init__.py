"""Takes runs over from other trackers."""
