"""autolog's integration for LightGBM: every training is a run, by either of its interfaces."""
