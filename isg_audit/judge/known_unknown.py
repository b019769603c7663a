"""Measures of people of unknown group that a checklist may ask for, as `known` tells them.

Imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Mapping

_ALONE, _REST = frozenset({""}), frozenset({"rest"})
_COMPARED = frozenset({"best", "rest", "reference"})
_BY_OUTCOME = frozenset({"rest", "reference"})


def _bounds(metric: str, compared: frozenset[str]) -> dict[str, frozenset[str]]:
    return {metric: _ALONE, f"{metric}.difference": compared, f"{metric}.ratio": compared}


UNKNOWN: Mapping[str, Mapping[str, frozenset[str]]] = {
    "impact.unobserved": {
        **_bounds("favourable_rate_unobserved", _BY_OUTCOME),
        **_bounds("true_positive_rate_unobserved", _BY_OUTCOME),
        **_bounds("false_positive_rate_unobserved", _BY_OUTCOME),
        "signals_unknown": _ALONE,
    },
    "coverage.unknown_imputed": {
        **_bounds("favourable_rate_imputed", _COMPARED),
        **_bounds("true_positive_rate_imputed", _BY_OUTCOME),
        **_bounds("false_positive_rate_imputed", _BY_OUTCOME),
    },
    **{
        f"coverage.{twin}{measure}": metrics
        for twin in ("", "model_")
        for measure, metrics in {
            "unknown_bounds": {
                **_bounds("favourable_rate_bounds", _COMPARED),
                **_bounds("true_positive_rate_bounds", _BY_OUTCOME),
                **_bounds("false_positive_rate_bounds", _BY_OUTCOME),
                "gaps_that_hold": _ALONE,
            },
            "unknown_different": {
                f"{metric}_of_unknown{comparison}": versus
                for metric in ("favourable_rate", "base_rate")
                for comparison, versus in (("", _ALONE), (".difference", _REST))
            },
        }.items()
    },
}
"""Measure id to its metrics, each with the `versus` it comes with."""
