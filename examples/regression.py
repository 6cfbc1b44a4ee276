"""A regression on the diabetes data, whose run is read back in the same script."""

from sklearn.datasets import load_diabetes
from sklearn.ensemble import HistGradientBoostingRegressor

import autolog

autolog.autolog(tags={"team": "examples"})

X, y = load_diabetes(return_X_y=True)
HistGradientBoostingRegressor(max_iter=50, learning_rate=0.05).fit(X, y)

recorded = autolog.last_run()
print(f"{recorded.name} with learning_rate={recorded.params['learning_rate']}")
for name, value in recorded.metrics.items():
    print(f"  {name} = {value:.3f}")
