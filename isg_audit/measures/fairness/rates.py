"""Shares of people by group: selection, outcomes, errors. Imports `measures.estimates`, `tally`.

Each function's docstring is its manual page. "Positive" is the textbook positive that the audit
file declares: the favourable decision, or the unfavourable one for risk flags. All shares share
these traits: Wilson interval; nobody in the denominator gives no value, never 0; weights give
Kish's effective cases; people without the decision or outcome that a share needs are left out of
it and counted by the coverage measures. What is made of both decisions has no value for a group
of whom no outcome is known after one of them: of those seen, all were decided alike.
"""

from __future__ import annotations

import numpy as np

from isg_audit.measures.estimates import Estimates, remembered, share, weighted_words
from isg_audit.measures.unseen_outcomes import of_both_decisions
from isg_audit.stats import mean_of_two
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import NEGATIVE, POSITIVE, UNKNOWN, Table

TP, FN = (POSITIVE, POSITIVE), (POSITIVE, NEGATIVE)
FP, TN = (NEGATIVE, POSITIVE), (NEGATIVE, NEGATIVE)
DECIDED_POSITIVE = [TP, FP, (UNKNOWN, POSITIVE)]
DECIDED_NEGATIVE = [FN, TN, (UNKNOWN, NEGATIVE)]
OUTCOME_POSITIVE = [TP, FN, (POSITIVE, UNKNOWN)]
OUTCOME_NEGATIVE = [FP, TN, (NEGATIVE, UNKNOWN)]


def selection_rate(table: Table) -> Estimates:
    """Share of decided cases that got the positive decision.

    fairlearn: `selection_rate`. Where the positive is the unfavourable decision this is the share
    flagged; `favourable_rate` always speaks of the decision that is good for the person.
    """
    return share(table, DECIDED_POSITIVE, DECIDED_POSITIVE + DECIDED_NEGATIVE)


def favourable_rate(table: Table) -> Estimates:
    """Share of decided cases that got the decision that is good for the person.

    Equal to `selection_rate` where the positive is favourable, and 1 minus it for risk flags. The
    impact ratio of 29 CFR 1607.4(D) is this rate's ratio to the best-off group.
    """
    favourable = DECIDED_POSITIVE if table.positive_is_favourable else DECIDED_NEGATIVE
    return share(table, favourable, DECIDED_POSITIVE + DECIDED_NEGATIVE)


def base_rate(table: Table) -> Estimates:
    """Share of cases with a known outcome whose outcome is positive.

    It describes people, not the system: groups that differ here cannot have equal error rates
    and an equally calibrated score at once (Chouldechova 2017; Kleinberg et al. 2016).
    """
    return share(table, OUTCOME_POSITIVE, OUTCOME_POSITIVE + OUTCOME_NEGATIVE)


def true_positive_rate(table: Table) -> Estimates:
    """Of the people whose outcome is positive, the share that got the positive decision.

    fairlearn: `true_positive_rate`; scikit-learn: recall. Undecided cases are left out.
    """
    return of_both_decisions(table, share(table, [TP], [TP, FN]))


def false_negative_rate(table: Table) -> Estimates:
    """Of the people whose outcome is positive, the share that got the negative decision.

    fairlearn: `false_negative_rate`. Where the positive is favourable: people wrongly refused.
    """
    return of_both_decisions(table, share(table, [FN], [TP, FN]))


def false_positive_rate(table: Table) -> Estimates:
    """Of the people whose outcome is negative, the share that got the positive decision.

    fairlearn: `false_positive_rate`. Where the positive is a risk flag: people wrongly accused.
    """
    return of_both_decisions(table, share(table, [FP], [FP, TN]))


def true_negative_rate(table: Table) -> Estimates:
    """Of the people whose outcome is negative, the share that got the negative decision.

    fairlearn: `true_negative_rate`; also called specificity.
    """
    return of_both_decisions(table, share(table, [TN], [FP, TN]))


def precision(table: Table) -> Estimates:
    """Of the people who got the positive decision, the share whose outcome is positive.

    scikit-learn: `precision_score`. People with an unknown outcome are left out: where outcomes
    are known only for those who were let through, read this with the missing-outcome rates.
    """
    return share(table, [TP], [TP, FP])


def negative_predictive_value(table: Table) -> Estimates:
    """Of the people who got the negative decision, the share whose outcome is negative."""
    return share(table, [TN], [TN, FN])


def accuracy(table: Table) -> Estimates:
    """Share of cases with decision and outcome in which the decision was right.

    scikit-learn: `accuracy_score`.
    """
    return of_both_decisions(table, share(table, [TP, TN], [TP, FN, FP, TN]))


def balanced_accuracy(table: Table) -> Estimates:
    """Mean of true positive rate and true negative rate; no value unless both have one.

    scikit-learn: `balanced_accuracy_score`. Interval: MOVER over the two Wilson intervals, which
    rest on different people (Zou & Donner 2008).
    """
    sensitivity, specificity = true_positive_rate(table), true_negative_rate(table)

    def limits(confidence: float) -> Bounds:
        one, other = sensitivity.limits(confidence), specificity.limits(confidence)
        return mean_of_two(
            sensitivity.value, one.low, one.high, specificity.value, other.low, other.high
        )

    return Estimates(
        value=(sensitivity.value + specificity.value) / 2,
        n=sensitivity.n + specificity.n,
        limits=remembered(limits),
        method="mover over wilson" + weighted_words(table),
        notes=sensitivity.notes,
        blind=sensitivity.blind,
    )


def f1_score(table: Table) -> Estimates:
    """Harmonic mean of precision and true positive rate: 2TP / (2TP + FP + FN).

    scikit-learn: `f1_score`, but no value where there is neither a positive decision nor a
    positive outcome (there: 0). Interval: Wilson for TP / (TP + FP + FN), a share J of people,
    carried over by F1 = 2J / (1 + J), which is increasing.
    """
    overlap = of_both_decisions(table, share(table, [TP], [TP, FP, FN]))

    def limits(confidence: float) -> Bounds:
        low, high = overlap.limits(confidence)
        return Bounds(np.asarray(2 * low / (1 + low)), np.asarray(2 * high / (1 + high)))

    return Estimates(
        value=2 * overlap.value / (1 + overlap.value),
        n=overlap.n,
        limits=remembered(limits),
        method="wilson of the overlap" + weighted_words(table),
        notes=overlap.notes,
        blind=overlap.blind,
    )
