"""Two classifiers on the iris flowers: one line at the top records both."""

from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from autolog import autolog

autolog()

X, y = load_iris(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

for model in (LogisticRegression(max_iter=500), RandomForestClassifier(random_state=0)):
    model.fit(X_train, y_train)
    print(f"{type(model).__name__}: {model.score(X_test, y_test):.3f} on unseen flowers")
