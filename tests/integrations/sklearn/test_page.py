"""The page of a fitted estimator."""

from __future__ import annotations

import re
import threading
import warnings
from html.parser import HTMLParser

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier, StackingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.validation import check_is_fitted

from autolog_sklearn.page import page_source

X, Y = load_iris(return_X_y=True)


class Client(BaseEstimator):
    """Has params of any kind."""

    def __init__(self, api_key=None, note="", parts=()):
        self.api_key = api_key
        self.note = note
        self.parts = parts

    def fit(self, X, y=None):
        self.is_fitted_ = True
        return self


class Balance(HTMLParser):
    """Checks that each tag is closed."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def text_of(page):
    """The page's text, a line per element."""
    body = page[page.index("<body>") :]
    return [text for text in re.split(r"\s*<[^>]*>\s*", body) if text]


def classes_on(page):
    return re.findall(r'<span class="kind">(\w+)</span>', page)


def columns_of_two():
    scaled = ColumnTransformer(
        [("first", StandardScaler(), [0, 1]), ("last", "drop", [3])], remainder=MinMaxScaler()
    )
    return make_pipeline(scaled, LogisticRegression(max_iter=500))


def test_params_and_what_was_learnt_are_shown():
    model = LogisticRegression(C=0.5).fit(X[:, :2], Y > 0)

    text = text_of(page_source(model)())

    assert text[:2] == ["LogisticRegression", "sklearn.linear_model._logistic"]
    assert text[text.index("C") + 1] == "0.5"
    assert text[text.index("n_features_in_") + 1] == "2"
    assert text[text.index("coef_") + 1].startswith("ndarray of (1, 2) float64: [[")


class KeptElsewhere(BaseEstimator):
    """Keeps its param under a name of its own."""

    def __init__(self, size=1):
        self._size = size

    @property
    def size(self):
        return self._size

    def fit(self, X, y=None):
        return self


def test_a_param_that_is_kept_elsewhere_is_shown_as_the_estimator_tells_it():
    text = text_of(page_source(KeptElsewhere(7))())

    assert text[text.index("size") + 1] == "7"


def test_params_that_are_not_as_by_default_stand_out():
    page = page_source(LogisticRegression(C=0.5, tol=float("1e-4")).fit(X, Y))()

    assert re.findall(r"<tr class=changed><th>(\w+)</th>", page) == ["C"]


def test_the_parts_of_a_search_are_shown_as_fitted():
    search = GridSearchCV(columns_of_two(), {"logisticregression__C": [0.1, 0.7]}, cv=2)

    page = page_source(search.fit(X, Y))()

    assert classes_on(page) == [
        "GridSearchCV",
        "Pipeline",
        "ColumnTransformer",
        "StandardScaler",
        "drop",
        "MinMaxScaler",
        "LogisticRegression",
    ]
    assert page.count('class="parts sequence"') == 1
    assert "columns [0, 1]" in page
    text = text_of(page)
    assert float(text[text.index("C") + 1]) == search.best_params_["logisticregression__C"]
    assert "data_max_" in text


@pytest.mark.parametrize("kind", [VotingClassifier, StackingClassifier])
def test_the_members_of_an_ensemble_are_shown_as_fitted(kind):
    model = kind([("one", DecisionTreeClassifier()), ("other", LogisticRegression(max_iter=500))])

    page = page_source(model.fit(X, Y))()

    assert classes_on(page)[1:3] == ["DecisionTreeClassifier", "LogisticRegression"]
    assert "one:" in text_of(page)
    assert "tree_" in text_of(page)


def test_a_union_is_no_sequence():
    page = page_source(make_union(StandardScaler(), MinMaxScaler()).fit(X))()

    assert classes_on(page) == ["FeatureUnion", "StandardScaler", "MinMaxScaler"]
    assert "parts sequence" not in page


def test_later_changes_do_not_show():
    model = make_pipeline(StandardScaler(), SGDClassifier(random_state=0)).fit(X, Y)
    expected = page_source(model)()
    render = page_source(model)

    model.set_params(sgdclassifier__alpha=9.0)
    model[-1].coef_ *= 2
    model[-1].partial_fit(X, Y)
    model.steps.append(("more", StandardScaler()))

    assert render() == expected


def test_the_estimator_is_left_as_it_is():
    model = columns_of_two().fit(X, Y)
    before = {name: id(value) for name, value in vars(model[0]).items()}

    page_source(model)()

    check_is_fitted(model)
    assert {name: id(value) for name, value in vars(model[0]).items()} == before


def test_a_page_is_rendered_in_any_thread_without_a_word():
    render = page_source(RandomForestClassifier(3).fit(X, Y))
    pages = []
    filters = list(warnings.filters)

    thread = threading.Thread(target=lambda: pages.append(render()))
    thread.start()
    thread.join()

    assert "RandomForestClassifier" in pages[0]
    assert list(warnings.filters) == filters


def test_properties_are_not_computed():
    class Curious(LogisticRegression):
        @property
        def importance_(self):
            raise AssertionError("nobody asked")

    page = page_source(Curious(max_iter=500).fit(X, Y))()

    assert "importance_" not in page


@pytest.mark.parametrize("hostile", ["</td><script>alert(1)</script>", "{title}", "a & b"])
def test_whatever_params_say_is_text(hostile):
    page = page_source(Client(note=hostile).fit(X))()

    assert "<script" not in page
    parser = Balance()
    parser.feed(page)
    assert parser.open == []


def test_secrets_are_masked():
    page = page_source(Client(api_key="abc123").fit(X))()

    assert "abc123" not in page
    assert "[redacted]" in page


@pytest.mark.parametrize(
    "parts",
    [[("a", [1])], [("a", "b")], [("a", np.eye(2), 3)], {"a": 1}, [()], [("a", Client)]],
    ids=str,
)
def test_params_that_only_look_like_parts_are_params(parts):
    page = page_source(Client(parts=parts).fit(X))()

    assert classes_on(page) == ["Client"]
    assert "<th>parts</th>" in page


def test_of_very_many_parts_some_are_shown():
    members = [(f"number {place}", DecisionTreeClassifier(max_depth=1)) for place in range(60)]

    page = page_source(VotingClassifier(members).fit(X, Y))()

    assert classes_on(page).count("DecisionTreeClassifier") == 50
    assert "and 10 more" in text_of(page)


def test_a_part_that_is_no_scikit_learn_estimator_is_shown_by_name():
    class Plain:
        __slots__ = ()

        def fit(self, X, y=None):
            return self

    page = page_source(Client(parts=Plain()).fit(X))()

    assert classes_on(page) == ["Client", "Plain"]
