"""A process of its own for a sink whose client is nothing to import into a training."""
