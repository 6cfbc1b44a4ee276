"""What a model takes and gives, in the form that MLflow writes and enforces."""
