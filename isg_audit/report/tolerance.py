"""A requirement's limit in words, on a scale, and as a depth of colour.

Imports `evidence` for the noun. Decides nothing: verdicts come ready.
"""

from __future__ import annotations

from dataclasses import replace

from isg_audit.evidence import JudgedGroup, Tolerance
from isg_audit.report.numbers import Form
from isg_audit.report.wording import Words

Ends = tuple[float | None, float | None]


def allowed(tolerance: Tolerance | None) -> Ends:
    """The ends within which a value meets the requirement; None where there is no end."""
    if tolerance is None:
        return None, None
    if tolerance.within is not None:
        return tolerance.within
    return tolerance.at_least, tolerance.at_most


def required(tolerance: Tolerance | None, form: Form, words: Words) -> str:
    """`at least 0.80`, `between −5.0 and +5.0 points`; empty where there is no limit."""
    low, high = allowed(tolerance)
    numbers = words.numbers
    if low is not None and high is not None:
        return words.say(
            "between %(low)s and %(high)s",
            low=numbers.bare(low, form),
            high=numbers.said(high, form),
        )
    if low is not None:
        return words.say("at least %(limit)s", limit=numbers.limit(low, form))
    if high is not None:
        return words.say("at most %(limit)s", limit=numbers.limit(high, form))
    return ""


def sides(tolerance: Tolerance | None, form: Form, words: Words) -> tuple[str, str]:
    """What stands left and right of the line in a chart; the unit stands in the panel's head."""
    low, high = allowed(tolerance)
    bare = replace(form, suffix="%" if form.suffix == "%" else "")
    numbers = words.numbers
    if low is not None and high is not None:
        return (
            words.say("Below %(low)s: fails", low=numbers.limit(low, bare)),
            words.say("Above %(high)s: fails", high=numbers.limit(high, bare)),
        )
    if low is not None:
        limit = numbers.limit(low, bare)
        return words.say("Below %(limit)s: fails", limit=limit), words.say(
            "%(limit)s or above: passes", limit=limit
        )
    if high is not None:
        limit = numbers.limit(high, bare)
        return words.say("%(limit)s or below: passes", limit=limit), words.say(
            "Above %(limit)s: fails", limit=limit
        )
    return "", ""


def depth(value: float, tolerance: Tolerance | None) -> float:
    """How far inside (to 1) or outside (to −1) the limit a value lies; 0 without a limit."""
    low, high = allowed(tolerance)
    if low is None and high is None:
        return 0.0
    room = min(
        value - low if low is not None else float("inf"),
        high - value if high is not None else float("inf"),
    )
    reach = max(abs(high - low) / 2 if low is not None and high is not None else 0.25, 1e-9)
    return max(-1.0, min(1.0, room / reach))


def nearest_limit(value: float, tolerance: Tolerance | None) -> float | None:
    """The limit that a value has to be told apart from."""
    ends = [one for one in allowed(tolerance) if one is not None]
    return min(ends, key=lambda one: abs(one - value), default=None)


def deciding(one: JudgedGroup) -> tuple[float | None, float | None]:
    """The interval that decided: for a fail the one allowing for all comparisons."""
    if one.word == "fail" and one.fail_low is not None:
        return one.fail_low, one.fail_high
    return one.low, one.high
