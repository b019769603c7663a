"""How the score orders and lies by group: mean, and order (AUC).

Imports this family, `measures.clustering`, `measures.estimates`, `stats`, `tally`. Each function's
docstring is its manual page.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from isg_audit import stats
from isg_audit.measures.clustering import LeftOut, effect_on, independent, kish
from isg_audit.measures.estimates import Estimates, remembered, weighted_words
from isg_audit.measures.fairness.means import mean_of, people_scored
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import NEGATIVE, POSITIVE, Folds, Table


def mean_score(table: Table) -> Estimates:
    """Mean score of the people who have one, whatever their outcome.

    fairlearn: `mean_prediction`. Student's t interval from sums of scores and squared scores.
    """
    cases, total, squares = (
        one.sum(axis=1) for one in (table.scored, table.score_sum, table.score_squares)
    )
    return mean_of(
        table, "mean_score", (total, squares, cases),
        lambda folds: (folds.score_sum.sum(axis=2), folds.scored.sum(axis=2)),
    )  # fmt: skip


def roc_auc(table: Table) -> Estimates:
    """Chance that a person with a positive outcome scores above one with a negative outcome.

    scikit-learn: `roc_auc_score`, a tie counting half; exact where each score is its own bin (up
    to 20,000 different scores), else the note gives the bounds that binning leaves. Interval:
    DeLong's standard error on the logit scale; none below 10 positives or negatives.
    """
    ones, zeros = table.binned[:, POSITIVE], table.binned[:, NEGATIVE]
    plain = stats.roc_auc(ones, zeros)
    factor = independent(table, effect_on(table, "roc_auc", partial(_area_without, table)))

    def limits(confidence: float) -> Bounds:
        scale = factor(confidence)[:, None]
        error = stats.roc_auc(ones * scale, zeros * scale).standard_error
        many, few = (ones * scale).sum(axis=1), (zeros * scale).sum(axis=1)
        return stats.auc_interval(plain.value, error, many, few, confidence)

    notes = tuple(
        f"between {low:.4f} and {high:.4f} without bins"
        if len(table.score_edges) and low < high
        else ""
        for low, high in zip(plain.low_bound, plain.high_bound, strict=True)
    )
    return Estimates(
        value=plain.value,
        n=people_scored(table),
        limits=remembered(limits),
        method="delong, logit" + weighted_words(table),
        notes=notes,
    )


def _area_without(table: Table, folds: Folds) -> LeftOut:
    """The area without each fold, in coarse bins: they serve the standard error alone."""
    every = folds.binned.sum(axis=1)
    less = np.moveaxis(every[:, None] - folds.binned, 1, 0)
    scale = kish(table)[:, None]
    whole = stats.roc_auc(every[:, POSITIVE] * scale, every[:, NEGATIVE] * scale)
    parts = [stats.roc_auc(one[:, POSITIVE], one[:, NEGATIVE]).value for one in less]
    present = folds.binned[:, :, [POSITIVE, NEGATIVE]].sum(axis=(2, 3)).T > 0
    return LeftOut(whole.value, np.array(parts), present, whole.standard_error**2)
