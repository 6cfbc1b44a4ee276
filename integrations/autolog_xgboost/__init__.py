"""Records what is trained with XGBoost."""
