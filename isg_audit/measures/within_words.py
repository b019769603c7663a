"""What is said beside a gap within strata. Imports nothing of ours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

DISAGREE = 0.05
"""Below this p of Breslow and Day, one figure for all strata misleads."""

ROUNDED = 4
"""Decimals that are given: with all digits, counts within strata could be worked out."""


class Gap(NamedTuple):
    """A difference and its interval."""

    value: float
    low: float
    high: float

    @property
    def shows(self) -> bool:
        """Whether the interval leaves out no difference."""
        return self.low > 0 or self.high < 0


def cases_note(factors: Sequence[str], strata: int, here: int, of: int) -> str:
    """How many strata and cases bear on a comparison, and whose choice they are."""
    named = " × ".join(factors)
    said = (
        f"{strata:,} {'stratum' if strata == 1 else 'strata'} of {named}, the auditor's choice; "
        f"{here:,} of {of:,} cases of the group bear on it"
    )
    if here == of:
        return said
    return f"{said}, the others are in strata without anybody to compare with"


def agreement_note(p: float) -> str:
    """Whether strata agree, by the p of Breslow, Day and Tarone."""
    if math.isnan(p):
        return ""
    if p < DISAGREE:
        return f"strata disagree, {said_p(p)}: read them one by one"
    return f"no sign that strata disagree, {said_p(p)}"


def turn_note(plain: Gap, within: Gap) -> str:
    """Simpson's check: where the gap within strata tells something else than the gap as it is."""
    if any(math.isnan(one) for one in (*plain, *within)):
        return ""
    both = f"{points(plain.value)} as it is, {points(within.value)} within strata"
    if plain.shows and within.shows and plain.value * within.value < 0:
        return f"the gap turns round: {both}"
    if plain.shows and not within.shows:
        return f"the gap cannot be told from chance within strata: {both}"
    if within.shows and not plain.shows:
        return f"the gap shows only within strata: {both}"
    return ""


def points(gap: float) -> str:
    """A difference in percentage points."""
    return f"{100 * gap:+.1f} points"


def said_p(p: float) -> str:
    """A p-value as a note has it."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def rounded(value: float, toward: int = 0, decimals: int = ROUNDED) -> float:
    """To a few decimals; `toward` -1 never up, 1 never down."""
    if not math.isfinite(value):
        return value
    if not toward:
        return round(value, decimals) + 0.0
    scale = 10.0**decimals
    at = round(value * scale, 6)
    return (math.ceil(at) if toward > 0 else math.floor(at)) / scale + 0.0


def rounded_p(p: float) -> float | None:
    """To three figures."""
    return None if math.isnan(p) else float(f"{p:.3g}")
