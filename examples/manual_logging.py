"""A training loop of one's own: a metric logged at each step becomes a curve."""

import numpy as np
from sklearn.datasets import load_diabetes

import autolog

X, y = load_diabetes(return_X_y=True)
X, y = X / X.std(axis=0), (y - y.mean()) / y.std()


@autolog.run("gradient descent", experiment="by hand")
def train(learning_rate: float, steps: int) -> float:
    autolog.log_params({"learning_rate": learning_rate, "steps": steps})
    weights = np.zeros(X.shape[1])
    for step in range(steps):
        errors = X @ weights - y
        weights -= learning_rate * X.T @ errors / len(y)
        autolog.log_metrics(
            {"loss": np.mean(errors**2), "weight_norm": np.linalg.norm(weights)}, step=step
        )
    return np.mean(errors**2)


print(f"loss after 200 steps: {train(learning_rate=0.1, steps=200):.4f}")
print(f"loss at first: {autolog.last_run().metric_history('loss')[0].value:.4f}")
