"""The most likely moment at which a rate or a gap changed. Imports this family, `stats`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.impact.linear import gaps_of
from isg_audit.measures.impact.persistence import TOO_FEW, known, words
from isg_audit.measures.impact.series import FEWEST, Against, Series
from isg_audit.measures.impact.summaries import outwards, summary
from isg_audit.measures.impact.trend import FEW_WINDOWS
from isg_audit.measures.measurement import Measurement
from isg_audit.measures.plan import Plan
from isg_audit.stats import (
    FEWEST_WINDOWS,
    ChangePoint,
    change_of_means,
    change_of_shares,
    holm,
)
from isg_audit.stats.resampling import generator_of
from isg_audit.tally.table import Floats

DRAWS = 1999

MOST_DEALT = 10**8
"""Cases up to which they are dealt to the windows anew; for more a normal draw is as good."""


def change_point(series: Series, plan: Plan, measure: str) -> Iterator[Measurement]:
    """The most likely change of a group's rate, and of its gap to others, over all windows.

    Every split between two windows is tried, with two windows and 30 cases at least on either
    side, from six windows on; the one with the greatest standardised change is given, and
    the note names the window from which it holds. The p-value allows for the search: of a rate,
    cases are dealt to the windows anew 1,999 times, hits and window sizes kept, and the whole
    search is repeated; of a gap (and where cases are weighted or persons repeat), series without
    a change are drawn with the standard errors of the windows. The interval holds for all splits
    at once. `p_adjusted` is Holm's over groups. That a moment is the most likely one does not say
    why something changed, nor that it changed at once.

    Source:
        James, James & Siegmund (1987), Biometrika 74:71-83; Antoch & Huskova (2001), Statistics &
        Probability Letters 53:37-46.
    """
    if len(series.by.split(" × ")) > 1:
        return
    for against in (None, *(one for one in series.several if one.versus == "rest")):
        yield from _changes(series, against, plan, measure)


def _changes(
    series: Series, against: Against | None, plan: Plan, measure: str
) -> Iterator[Measurement]:
    people = known(series, against) if against else series.rate.n.sum(axis=1) >= FEWEST
    values, errors = gaps_of(series, against)
    fit = np.isfinite(values).sum(axis=1) >= FEWEST_WINDOWS
    found: list[ChangePoint | None] = [
        _one(series, at, against, plan) if people[at] and fit[at] else None
        for at in range(len(series.groups))
    ]
    adjusted = holm(np.array([math.nan if one is None else one.p_value for one in found]))
    name = "change.difference" if against else "change"
    for at, one in enumerate(found):
        why = TOO_FEW if fit[at] else FEW_WINDOWS
        if people[at] and fit[at]:
            why = "not estimable: no split has two windows and people enough on either side"
        yield summary(
            series, plan, measure, f"{series.quantity.name}_{name}", at,
            value=one.change if one else math.nan,
            limits=partial(_limits, one, 2.0 if against else 1.0) if one else None,
            versus=against.versus if against else "",
            method="greatest of all splits" + words(series),
            note=f"from {series.windows[one.at].name}" if one else why,
            p_value=one.p_value if one else math.nan,
            p_adjusted=float(adjusted[at]),
        )  # fmt: skip


def _one(series: Series, at: int, against: Against | None, plan: Plan) -> ChangePoint | None:
    names = (series.quantity.name, series.by, series.groups[at], against.versus if against else "")
    generator = generator_of(plan.seed, *names)
    hits, cases = series.rate.hits[at], series.rate.cases[at]
    whole = np.array_equal(np.rint(cases), cases) and np.array_equal(np.rint(hits), hits)
    allowed = _enough(series.rate.n[at])
    if against is not None:
        allowed &= _enough(against.rate.n[at])
    if against is None and whole and cases.sum() < MOST_DEALT:
        return change_of_shares(hits, cases, generator, DRAWS, allowed)
    values, errors = gaps_of(series, against)
    return change_of_means(values[at], errors[at], generator, DRAWS, allowed)


def _enough(cases: Floats) -> NDArray[np.bool_]:
    """Windows with which a change may begin: people enough before it and from it on."""
    before = np.cumsum(cases) - cases
    return np.asarray((before >= FEWEST) & (cases.sum() - before >= FEWEST))


def _limits(found: ChangePoint, most: float, confidence: float) -> tuple[float, float]:
    reach = found.reach(confidence)
    return outwards(max(found.change - reach, -most), min(found.change + reach, most))
