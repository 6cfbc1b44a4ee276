"""Options: what they are, where their values come from, and which counts."""
