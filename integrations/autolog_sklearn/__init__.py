"""autolog's integration for scikit-learn: every fit of an estimator is a run."""
