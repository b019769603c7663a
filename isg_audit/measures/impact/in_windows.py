"""Counts by window of time, told so that no small count can be worked out from them.

Imports `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from isg_audit.tally import OverTime
from isg_audit.tally.table import Floats


def smallest_of(over: OverTime, kinds: Floats, starts: Sequence[int]) -> Floats:
    """The smallest count but 0 that could be worked out from the figures of a group and window.

    Of all windows of a group, of those between two declared changes, and of all groups in a
    window the sum is known, or may be. So where one of them is withheld for its small counts, a
    second has to be, the next larger one, and further ones until what is withheld together is no
    small count either. Each place is given the largest least count at which it may be shown.

    Args:
        over: counts by group and window.
        kinds: the counts that are told, shape (groups x windows, kinds).
        starts: the places of windows that begin at a declared change.

    Returns:
        Shape (groups, windows), in persons; infinite where nobody is.
    """
    persons = kinds / over.table.repeats[:, None]
    groups, windows = len(over.whole.groups), len(over.windows)
    place = np.arange(groups * windows).reshape(groups, windows)
    ends = [0, *[one for one in starts if 0 < one < windows], windows]
    lines = [row[start:end] for row in place for start, end in zip(ends, ends[1:], strict=False)]
    lines += [*place] if len(ends) > 2 else []
    lines += [*place.T]
    return over.shaped(least_shown(persons, lines))


def least_shown(kinds: Floats, lines: Sequence[NDArray[np.intp]]) -> Floats:
    """For each cell the largest least count at which it may be shown.

    Args:
        kinds: counts of each kind in each cell, shape (cells, kinds).
        lines: cells whose sum is known, as places of cells.
    """
    own = _least(kinds)
    shown = own.copy()
    # A cell of nobody hides nobody else.
    there = [line[np.isfinite(own[line])] for line in lines]
    orders = [line[np.argsort(own[line], kind="stable")] for line in there if len(line) > 1]
    for order in orders:
        # Whoever knows the sum knows what those withheld before this one are together.
        before = np.cumsum(kinds[order], axis=0)[:-1]
        shown[order[1:]] = np.minimum(shown[order[1:]], _least(before))
    while True:
        old = shown.copy()
        for order in orders:
            # None is withheld alone, for whatever reason: the rest of its line would tell it.
            first, second = order[np.argsort(shown[order], kind="stable")[:2]]
            shown[second] = min(shown[second], shown[first])
        if np.array_equal(old, shown):
            return shown


def _least(kinds: Floats) -> Floats:
    """The smallest count but 0 along the last axis; infinite where there is none."""
    least: Floats = np.where(kinds > 0, kinds, np.inf).min(axis=-1)
    return least


def in_tens(cases: float) -> int:
    """Cases of a window as they are told, so that none can be told from its neighbours' sum."""
    return int(10 * math.floor(cases / 10 + 0.5)) if math.isfinite(cases) else 0


STEPS = tuple(base * 10.0**power for power in (-4, -3, -2, -1) for base in (1, 2, 5))


def step_of(width: float, cases: float) -> float:
    """How coarsely limits are told so that they do not tell cases to ten more or fewer.

    An interval is as wide as one over the root of its cases: ten cases more make it narrower by
    its width times 10/(2 cases).
    """
    due = 10.0 * width / (2.0 * max(cases, 1.0))
    return next((step for step in STEPS if step >= due), STEPS[-1])


def told(value: float, step: float, toward: int = 0) -> float:
    """A value to whole steps; `toward` -1 never up, 1 never down."""
    if not math.isfinite(value):
        return value
    at = round(value / step, 6)
    whole = math.floor(at + 0.5) if not toward else math.ceil(at) if toward > 0 else math.floor(at)
    return round(whole * step, 6) + 0.0


def p_told(p: float) -> float | None:
    """A p-value to two figures."""
    return None if math.isnan(p) else float(f"{p:.2g}")
