"""autolog's integration for statsmodels: every fit is a run, with its figures and its summary."""
