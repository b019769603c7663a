"""Measures of impact and coverage that a checklist may ask for, as `known` tells them.

Imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Mapping

ALONE, REST = frozenset({""}), frozenset({"rest"})
COMPARED = frozenset({"best", "rest", "reference"})

IMPACT: Mapping[str, Mapping[str, frozenset[str]]] = {
    "coverage.unknown_group": {"unknown_share": ALONE},
    "coverage.group_size": {"group_size": ALONE},
    **{
        f"impact.{twin}gap_decomposition": {
            "composition.difference": COMPARED,
            "rates.difference": COMPARED,
            "standardised_rate.difference": COMPARED,
            "disparity": REST,
            "conditional_disparity": REST,
            "simpson_reversal": COMPARED,
        }
        for twin in ("", "model_")
    },
}
"""Measure id to its metrics, each with the `versus` it comes with."""
