"""A pipeline on handwritten digits: one run, with the params of every step."""

from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

import autolog

autolog.autolog()

X, y = load_digits(return_X_y=True)
pipeline = make_pipeline(StandardScaler(), PCA(n_components=30), SVC(C=5))
pipeline.fit(X[:1000], y[:1000])
autolog.log_metric("test_accuracy", pipeline.score(X[1000:], y[1000:]))

recorded = autolog.last_run()
print(f"{recorded.name}: {len(recorded.params)} params, such as svc__C={recorded.params['svc__C']}")
print(f"test_accuracy = {recorded.metrics['test_accuracy']:.3f}")
