"""What the plots of a fitted estimator show, as small JSON: drawn elsewhere, once looked at."""
