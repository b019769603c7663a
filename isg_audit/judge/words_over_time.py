"""Names of quantities over windows of time, as a sentence has them. Imports nothing."""

from __future__ import annotations

_RATES = {
    "favourable_rate": "the share who got the favourable decision",
    "wrong_denial_rate": "the share wrongly refused among people with the favourable outcome",
}

OVER_TIME = {
    **{f"{rate}_change": f"the change of {said}" for rate, said in _RATES.items()},
    **{f"{rate}_per_year": f"the yearly change of {said}" for rate, said in _RATES.items()},
    **{f"{rate}_pooled": f"{said}, over all windows of time," for rate, said in _RATES.items()},
    **{f"{rate}_so_far": f"{said} so far" for rate, said in _RATES.items()},
    "score_drift": "how far scores have moved (stability index)",
    "decision_drift": "how far decisions have moved (stability index)",
    **{
        f"{rate}_worse_windows": f"the number of windows in which {said} was worse"
        for rate, said in _RATES.items()
    },
    **{
        f"{rate}_longest_run": f"the most windows in a row in which {said} was worse"
        for rate, said in _RATES.items()
    },
    **{
        f"{rate}_windows_outside": f"the number of windows in which {said} left its limits"
        for rate, said in _RATES.items()
    },
    **{f"{rate}_cusum": f"the cumulative sum of {said}" for rate, said in _RATES.items()},
}
"""All of them."""
