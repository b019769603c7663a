"""Measures of who is not in the data that a checklist may ask for, as `known` tells them.

Imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Mapping

_ALONE, _REST = frozenset({""}), frozenset({"rest"})

BOUNDED = ("base_rate", "true_positive_rate", "false_negative_rate", "false_positive_rate",
           "precision")  # fmt: skip
"""Figures that have bounds where outcomes were not seen."""


def _compared(*metrics: str, by: str = "difference") -> dict[str, frozenset[str]]:
    """Metrics by group, and each compared with everybody else."""
    return dict.fromkeys(metrics, _ALONE) | {f"{name}.{by}": _REST for name in metrics}


ABSENT: Mapping[str, Mapping[str, frozenset[str]]] = {
    "coverage.representation": {
        "representation_ratio": _ALONE,
        "representation_difference": _ALONE,
        "population_chi_square": _ALONE,
        "population_divergence": _ALONE,
    },
    "coverage.per_population": _compared(
        "decisions_per_thousand", "unfavourable_per_thousand", by="ratio"
    ),
    "coverage.uncovered": {"uncovered_combinations": _ALONE, "expected_but_uncovered": _ALONE},
    "coverage.missing_inputs": {
        **_compared("missing_input_rate", "any_missing_input_rate"),
        "any_missing_input_rate.range": _ALONE,
        "largest_missing_gap": _ALONE,
        "missing_by_decision": _ALONE,
    },
    "coverage.unprocessed": _compared("unprocessed_rate"),
    "coverage.selective_labels": {
        "known_outcome_rate": _ALONE,
        "known_outcome_gap": _ALONE,
        **_compared(*(f"{name}_bounds" for name in BOUNDED)),
    },
}
"""Measure id to its metrics, each with the `versus` it comes with."""
