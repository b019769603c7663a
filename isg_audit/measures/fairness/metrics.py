"""The fairness metrics and how groups are compared by each. Imports this family and `metric`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from isg_audit.measures.estimates import Estimates
from isg_audit.measures.fairness import calibration, numbers, rates, scores
from isg_audit.measures.metric import Better, Metric, Need
from isg_audit.tally.table import Table

DECISION: frozenset[Need] = frozenset({"decision"})
OUTCOME: frozenset[Need] = frozenset({"outcome"})
BOTH: frozenset[Need] = frozenset({"decision", "outcome"})
SCORE: frozenset[Need] = frozenset({"score"})
SCORE_AND_OUTCOME: frozenset[Need] = frozenset({"score", "outcome"})
PROBABILITY: frozenset[Need] = frozenset({"score", "probability", "outcome"})

RISES: tuple[Better, Better] = ("high", "low")
"""Better when higher for a favourable positive, when lower for a risk flag."""
FALLS: tuple[Better, Better] = ("low", "low")
ZERO: tuple[Better, Better] = ("near zero", "near zero")


ERRORS: frozenset[Need] = frozenset({"score", "outcome", "amounts"})
TRUE_NUMBERS: frozenset[Need] = frozenset({"outcome", "amounts"})

OUTCOMES = frozenset({"binary", "classes", "score"})
BINARY_OUTCOMES = frozenset({"binary", "score"})
SCORES = frozenset({"binary", "score", "number"})
NUMBERS = frozenset({"number"})
"""What a metric can be measured of: see `Table.task`."""


def _metric(of: Callable[[Table], Estimates], needs: frozenset[Need], **more: Any) -> Metric:
    return Metric("fairness", of.__name__, of, needs, **more)


METRICS: tuple[Metric, ...] = (
    _metric(rates.favourable_rate, DECISION, in_people=(True, True)),
    _metric(rates.selection_rate, DECISION, better=RISES, in_people=(True, True)),
    _metric(rates.base_rate, OUTCOME, better=RISES, tasks=OUTCOMES),
    _metric(rates.true_positive_rate, BOTH, in_people=(True, False)),
    _metric(rates.false_positive_rate, BOTH, better=FALLS, in_people=(False, True)),
    _metric(rates.false_negative_rate, BOTH, better=FALLS, in_people=(True, False)),
    _metric(rates.true_negative_rate, BOTH, in_people=(False, True)),
    _metric(rates.precision, BOTH),
    _metric(rates.negative_predictive_value, BOTH),
    _metric(rates.accuracy, BOTH),
    _metric(rates.balanced_accuracy, BOTH),
    _metric(rates.f1_score, BOTH),
    _metric(scores.mean_score, SCORE, better=RISES, unit="score", tasks=SCORES),
    _metric(scores.roc_auc, SCORE_AND_OUTCOME, unit="area", tasks=BINARY_OUTCOMES),
    _metric(
        calibration.brier_score,
        PROBABILITY,
        better=FALLS,
        unit="squared error",
        tasks=BINARY_OUTCOMES,
    ),
    _metric(
        calibration.calibration_in_the_large,
        PROBABILITY,
        better=ZERO,
        unit="difference",
        ratio=False,
        tasks=BINARY_OUTCOMES,
    ),
    _metric(
        calibration.expected_calibration_error,
        PROBABILITY,
        better=FALLS,
        unit="difference",
        ratio=False,
        tasks=BINARY_OUTCOMES,
    ),
    _metric(
        numbers.mean_error,
        ERRORS,
        better=ZERO,
        unit="number",
        ratio=False,
        tasks=NUMBERS,
    ),
    _metric(numbers.mean_absolute_error, ERRORS, better=FALLS, unit="number", tasks=NUMBERS),
    _metric(
        numbers.root_mean_squared_error,
        ERRORS,
        better=FALLS,
        unit="number",
        tasks=NUMBERS,
    ),
    _metric(numbers.mean_outcome, TRUE_NUMBERS, better=RISES, unit="number", tasks=NUMBERS),
)
