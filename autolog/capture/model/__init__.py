"""Models as directories in MLflow's format: written, verified, and loaded again."""
