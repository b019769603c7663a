"""Measures over windows of time that a checklist may ask for, as `known` tells them.

Rows of one window are left out of verdicts. Imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Mapping

_ALONE = frozenset({""})
_COMPARED = frozenset({"best", "rest", "reference"})
_RATES = ("favourable_rate", "wrong_denial_rate")

OVER_TIME: Mapping[str, Mapping[str, frozenset[str]]] = {
    "impact.persistence": {
        f"{rate}_{name}": _COMPARED
        for rate in _RATES
        for name in ("pooled.difference", "so_far.difference", "worse_windows", "longest_run")
    },
    "impact.trend": {
        **{f"{rate}_per_year": _ALONE for rate in _RATES},
        **{f"{rate}_per_year.difference": _COMPARED for rate in _RATES},
    },
    "impact.change_point": {
        **{f"{rate}_change": _ALONE for rate in _RATES},
        **{f"{rate}_change.difference": frozenset({"rest"}) for rate in _RATES},
    },
    "impact.after_update": {
        **{f"{rate}_change": _ALONE for rate in _RATES},
        **{f"{rate}_change.difference": _COMPARED for rate in _RATES},
    },
    "impact.control_chart": {
        f"{rate}_{name}": _ALONE for rate in _RATES for name in ("windows_outside", "cusum")
    },
    "impact.drift": {"decision_drift": _ALONE, "score_drift": _ALONE},
}
"""Measure id to its metrics, each with the `versus` it comes with."""
