"""What the integrations of the libraries for gradient boosting have in common."""
