"""Tells from a metric's name whether more of it is better."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LOWER = _words(
    "aic bic brier bytes cer davies deviance distance divergence error errors fid fnr fpr hqic "
    "inertia l1 l2 latency logloss loss losses mae mape mase medae memory merror mlogloss mpe mphe "
    "mse msle nll nloglik perplexity ppl rmse rmsle seconds smape ter time wer"
)
_HIGHER = _words(
    "acc accuracy ap auc aucpr auprc auroc bleu dice f1 f2 fbeta gini homogeneity iou jaccard "
    "kappa likelihood llf map mcc mrr ndcg ppv precision purity r2 recall rocauc rouge rsquared "
    "score sensitivity silhouette specificity throughput tnr tpr"
)
# How a metric scatters, where a training has stopped: neither end of that is better.
_NEITHER = _words("best count iteration sd std stopped var variance")
_SECOND = _words("s sec second")
_WORD = re.compile(r"[a-z]+\d?|\d+")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])")


def higher_is_better(metric: str) -> bool | None:
    """Whether a higher value is better, as names of metrics in this field have it.

    The last word that says so decides, as in `brier_score_loss` and `d2_absolute_error_score`.

    Args:
        metric: The metric's name, such as `training_log_loss` or `valid_0-auc`.

    Returns:
        None where the name does not tell.

    Example:
        >>> higher_is_better("training_accuracy_score"), higher_is_better("val_loss")
        (True, False)
    """
    words = _WORD.findall(_CAPITAL.sub("_", metric).lower())
    if _NEITHER.intersection(words):
        return None
    if "per" not in words:
        return _told(words)
    place = words.index("per")  # seconds per epoch, samples per second
    told = _told(words[:place])
    if told is None and not _SECOND.isdisjoint(words[place:]):
        return True
    return told


def _told(words: list[str]) -> bool | None:
    told = next((word for word in reversed(words) if word in _LOWER or word in _HIGHER), None)
    if told is None:
        return None
    # scikit-learn's scorers of errors are negative, so that more is better
    return "neg" in words or (told in _HIGHER and "davies" not in words)
