"""autolog's integration for PyTorch: a training loop that nobody instrumented is a run."""
