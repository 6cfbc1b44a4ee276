"""A comparison on the breast cancer data: a run for each model, all of them below one."""

from sklearn.datasets import load_breast_cancer
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

import autolog

autolog.autolog(experiment="breast cancer")

X, y = load_breast_cancer(return_X_y=True)
models = (GaussianNB(), KNeighborsClassifier(), DecisionTreeClassifier(max_depth=3))

with autolog.run("compare models") as comparison:
    for model in models:
        with autolog.run(type(model).__name__):
            model.fit(X[:400], y[:400])
            autolog.log_metric("test_accuracy", model.score(X[400:], y[400:]))

children = autolog.get_run(comparison.run_id).children
for child in sorted(children, key=lambda child: -child.metrics["test_accuracy"]):
    print(f"{child.name}: {child.metrics['test_accuracy']:.3f} on unseen cases")
