"""Data sets that a run was trained on: recognised, read beside the training, and described."""
