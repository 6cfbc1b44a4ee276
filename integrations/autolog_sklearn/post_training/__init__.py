"""What becomes of a recorded model after its fit: scores and metrics go to its run."""
