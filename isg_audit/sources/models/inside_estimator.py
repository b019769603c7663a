"""What a fitted scikit-learn classifier is made of: seen through searches and pipelines.

Imports this room and numpy; scikit-learn inside the functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.sources.models.inside import Inside, Linear, Trees
from isg_audit.sources.models.split_trees import averaged, boosted, boosted_by_histogram

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Opened:
    """A pipeline taken apart.

    Attributes:
        final: the fitted last step.
        before: the fitted steps that prepare its columns.
    """

    final: Any
    before: tuple[Any, ...]

    def prepared(self, columns: Any) -> Floats:
        """What the last step is handed, shape (rows, columns), of what the pipeline is handed."""
        for step in self.before:
            columns = step.transform(columns)
        dense = columns.toarray() if hasattr(columns, "toarray") else columns
        return np.asarray(dense, dtype=np.float64)


def opened(fitted: Any) -> Opened:
    """The last step of a search or pipeline, however deep, and the steps before it."""
    from sklearn.pipeline import Pipeline

    before: list[Any] = []
    while True:
        if hasattr(fitted, "best_estimator_"):  # a search hands everything on to its best
            fitted = fitted.best_estimator_
        elif isinstance(fitted, Pipeline):
            before += [step for _, step in fitted.steps[:-1] if step not in (None, "passthrough")]
            fitted = fitted[-1]
        else:
            break
    if getattr(fitted, "_preprocessor", None) is not None:  # native categories, coded and moved
        before.append(fitted._preprocessor)
    return Opened(fitted, tuple(before))


def inside_of(fitted: Any) -> Inside | None:
    """Weights or trees of a fitted classifier; None where it is made of something else."""
    found = opened(fitted)
    if _is_forest(found.final):
        return Inside(_forest(found.final), "probability", direct=not found.before)
    if _is_boosted(found.final):
        trees = _boosted(found.final)
        return None if trees is None else Inside(trees, "log-odds", direct=not found.before)
    line = _linear(found.final)
    if line is None or not _gives_log_odds(found.final):
        return None
    scores = hasattr(found.final, "predict_proba")
    return Inside(line, "log-odds" if scores else "decision function", direct=not found.before)


def margins_of(fitted: Any, inputs: Any) -> Floats:
    """What `inside_of` takes apart, shape (rows, outputs), by the classifier's own arithmetic."""
    final = opened(fitted).final
    if _is_forest(final):
        shares = np.asarray(fitted.predict_proba(inputs), dtype=np.float64)
        return shares[:, 1:] if shares.shape[1] == 2 else shares
    found = np.asarray(fitted.decision_function(inputs), dtype=np.float64) * _half(final)
    return found.reshape(len(found), -1)


def _is_forest(final: Any) -> bool:
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
    from sklearn.tree import DecisionTreeClassifier

    return isinstance(final, (RandomForestClassifier, ExtraTreesClassifier, DecisionTreeClassifier))


def _is_boosted(final: Any) -> bool:
    from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier

    return isinstance(final, (GradientBoostingClassifier, HistGradientBoostingClassifier))


def _forest(final: Any) -> Trees:
    places = [1] if len(final.classes_) == 2 else list(range(len(final.classes_)))
    trees = [(tree, at) for at, place in enumerate(places) for tree in averaged(final, place)]
    return Trees(
        trees=tuple(tree for tree, _ in trees),
        output=np.array([at for _, at in trees], dtype=np.int64),
        base=np.zeros(len(places)),
    )


def _boosted(final: Any) -> Trees | None:
    """None where boosting starts from another model, which is no sum of leaves."""
    if hasattr(final, "_predictors"):
        pairs = list(boosted_by_histogram(final))
        base = np.ravel(final._baseline_prediction).astype(np.float64)
    else:
        starts_from = final.init_
        if starts_from != "zero" and type(starts_from).__name__ != "DummyClassifier":
            return None
        pairs = list(boosted(final, _half(final)))
        nobody = np.zeros((1, final.n_features_in_), dtype=np.float32)
        base = np.ravel(final._raw_predict_init(nobody)).astype(np.float64) * _half(final)
    return Trees(
        trees=tuple(tree for tree, _ in pairs),
        output=np.array([output for _, output in pairs], dtype=np.int64),
        base=base,
    )


def _half(final: Any) -> float:
    """Boosting by exponential loss adds up half of the log-odds (Friedman et al. 2000, lemma 1)."""
    return 2.0 if getattr(final, "loss", "") == "exponential" else 1.0


def _linear(final: Any) -> Linear | None:
    weights = getattr(final, "coef_", None)
    line = hasattr(final, "intercept_") and hasattr(final, "decision_function")
    if not line or not isinstance(weights, np.ndarray):
        return None
    rows = weights.astype(np.float64).reshape(-1, weights.shape[-1])
    classes = len(final.classes_)
    if len(rows) != (1 if classes == 2 else classes):
        return None
    start = np.broadcast_to(np.ravel(final.intercept_).astype(np.float64), (len(rows),))
    return Linear(weights=rows, intercept=start.copy())


def _gives_log_odds(final: Any) -> bool:
    """Whether probabilities, where it gives them, are the logistic of its weighted sums."""
    if not hasattr(final, "predict_proba"):
        return True
    if hasattr(final, "kernel"):  # a support vector machine calibrates them apart
        return False
    several = len(final.classes_) > 2
    return not hasattr(final, "loss") or (final.loss == "log_loss" and not several)
