"""The model is as good as it was: `autolog_fail` in pyproject.toml guards what is logged here."""

from __future__ import annotations

from sklearn.metrics import recall_score, roc_auc_score


def test_it_generalises(model, data, autolog_run):
    scores = model.predict_proba(data.X_test)[:, 1]

    autolog_run.log_metrics(
        {
            "holdout_accuracy": model.score(data.X_test, data.y_test),
            "holdout_auc": roc_auc_score(data.y_test, scores),
        }
    )


def test_it_finds_what_is_not_harmless(model, data, autolog_run):
    found = recall_score(data.y_test, model.predict(data.X_test), pos_label=0)

    autolog_run.log_metric("holdout_recall", found)

    assert found > 0.9  # whatever the baseline is
