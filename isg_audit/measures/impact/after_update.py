"""Who fell behind after a declared change. Imports `measures`, this family, `stats`, `tally`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from isg_audit.measures.estimates import LimitsAt
from isg_audit.measures.impact.gap_over_time import enough
from isg_audit.measures.impact.in_windows import in_tens, p_told, step_of, told
from isg_audit.measures.impact.linear import gaps_of
from isg_audit.measures.impact.persistence import two_sided, words
from isg_audit.measures.impact.series import FEWEST, Against, Quantity, Series, series_of
from isg_audit.measures.impact.summaries import summary
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.pairs import difference
from isg_audit.measures.plan import Plan
from isg_audit.stats import bonferroni_confidence, difference_of, holm
from isg_audit.tally import OverTime, Period

TOO_FEW = f"not enough: fewer than {FEWEST} cases before or after it"


@dataclass(frozen=True)
class Change:
    """A declared change.

    Attributes:
        said: day and words.
        at: the place of the first stretch of time after it.
    """

    said: str
    at: int


def after_update(
    quantity: Quantity, over: OverTime, plan: Plan, period: Period, measure: str
) -> Iterator[Measurement | NotMeasured]:
    """What changed for each group when the system or its rules changed.

    For every change that the audit file declares (`[[changes]]`, named in `feature`, in the row of
    the window that begins with it): `change` is a group's rate from
    then until the next change (or the end) minus its rate since the one before (or the start), and
    `change.difference` how much its gap to others changed, a difference in differences. Below 0
    of favourable decisions: the group fell behind. `affected` is how many people of the group
    decided upon after the change that stands for, had nothing else changed meanwhile; who applies
    may have changed too, so that a change in time is no proof of its cause. Square-and-add
    intervals of the Newcombe intervals before and after; persons decided upon before and after
    make them wider than need be. `p_adjusted` is Holm's over groups. With fewer than 30 cases
    before or after, of the group or of the others, there is no figure. Cases are told in tens, and
    figures so coarsely that none follows from them. The row without a window has the change that
    was worst for the group, with limits that allow for how many there are.

    Source:
        Newcombe (1998), Statistics in Medicine 17:873-890; Zou & Donner (2008), Statistics in
        Medicine 27:1693-1702.
    """
    parts, changes = stretches(over, period)
    if not changes:
        reason = "no declared change lies between the first and the last window"
        yield NotMeasured(measure, reason, quantity.name, " × ".join(over.whole.by))
        return
    series = series_of(quantity, over.merged(parts), plan, period, ())
    alone = (None,) if len(over.whole.by) == 1 else ()
    for against in (*alone, *series.several):
        by_group: dict[str, list[Measurement]] = {}
        for change in changes:
            begins = over.windows[parts[change.at][0]].name
            for one in _of_change(series, against, change, plan, measure):
                yield replace(one, window=begins)
                by_group.setdefault(one.group, []).append(one)
        for several in by_group.values():
            yield _worst(several, quantity.better, plan)


def stretches(over: OverTime, period: Period) -> tuple[list[list[int]], list[Change]]:
    """The windows between changes, and the changes that have windows on both sides."""
    begins: list[tuple[int, str]] = []
    for day, what in period.changes:
        after = [
            at for at, window in enumerate(over.windows) if window.start and window.start >= day
        ]
        if after and after[0] > 0:
            begins.append((after[0], f"{day} {what}"))
    starts = sorted({0, *(at for at, _ in begins)})
    ends = [*starts[1:], len(over.windows)]
    parts = [list(range(start, end)) for start, end in zip(starts, ends, strict=True)]
    return parts, [Change(said, starts.index(at)) for at, said in begins]


def _worst(several: list[Measurement], better: int, plan: Plan) -> Measurement:
    """The declared change that was worst for a group, allowing for how many there are."""
    known = [one for one in several if one.value is not None and one.limits is not None]
    if not known:
        return replace(several[0], feature="", note=TOO_FEW)
    worst = min(known, key=lambda one: better * (one.value or 0.0))
    limits = partial(_worst_limits, known, better, len(known) < len(several))
    low, high = limits(plan.confidence)
    p = [one.p_value for one in known if one.p_value is not None]
    said = "" if len(several) == 1 else f"the worst of {len(several)} declared changes: "
    notes = [f"{said}{worst.feature}", worst.note]
    if len(known) < len(several):
        notes.append(f"at {len(several) - len(known)} of them {TOO_FEW}")
    return replace(
        worst,
        feature="",
        low=low,
        high=high,
        limits=limits,
        note="; ".join(filter(None, notes)),
        p_value=p_told(min(1.0, min(p) * len(p))) if p else None,
        p_adjusted=None,
        smallest=min((one.smallest for one in several if one.smallest is not None), default=None),
    )


def _worst_limits(
    known: list[Measurement], better: int, some_unknown: bool, confidence: float
) -> tuple[float, float]:
    """Limits of the worst of several changes: its good end allows for the choice among them.

    Where a change could not be measured the worst may be as bad as can be.
    """
    strict = bonferroni_confidence(confidence, len(known))
    plain = [one.limits(confidence) for one in known if one.limits]
    wide = [one.limits(strict) for one in known if one.limits]
    bound = 2.0 if known[0].versus else 1.0
    if better > 0:
        low = -bound if some_unknown else min(low for low, _ in plain)
        return low, min(high for _, high in wide)
    high = bound if some_unknown else max(high for _, high in plain)
    return max(low for low, _ in wide), high


def _of_change(
    series: Series, against: Against | None, change: Change, plan: Plan, measure: str
) -> Iterator[Measurement]:
    values, errors = gaps_of(series, against)  # errors as they are if nothing changed
    found = series.rate.estimates
    between = found.limits if against is None else difference(found, against.rate.estimates)
    limits = [partial(_ends, between, at) for at in range(values.size)]
    fit = enough(series, against)
    before, after = change.at - 1, change.at
    moved = values[:, after] - values[:, before]
    both = fit[:, after] & fit[:, before]
    with np.errstate(divide="ignore", invalid="ignore"):
        p = two_sided(moved / np.hypot(errors[:, after], errors[:, before]))
    adjusted = holm(np.where(both, p, np.nan))
    width = len(series.windows)
    for at in range(len(series.groups)):
        if against is not None and at == against.at:
            continue
        told_at = partial(
            _change, float(values[at, after]), limits[at * width + after],
            float(values[at, before]), limits[at * width + before], _fewest(series, against, at,
                                                                            (before, after)),
        )  # fmt: skip
        value, cases = math.nan, in_tens(float(series.rate.n[at, after]))
        if both[at]:
            low, high = told_at(plan.confidence)
            step = step_of(high - low, _fewest(series, against, at, (before, after)))
            value = told(float(moved[at]), step)
        smallest = series.smallest[at, [before, after]].min()
        if against is not None and against.at is not None:
            smallest = min(smallest, series.smallest[against.at, [before, after]].min())
        yield summary(
            series, plan, measure,
            f"{series.quantity.name}_{'change' if against is None else 'change.difference'}", at,
            value=value, limits=told_at, versus=against.versus if against else "",
            feature=change.said, n=cases, method="square-and-add" + words(series),
            note=(against.also if against else "") if both[at] else TOO_FEW,
            p_value=float(p[at]), p_adjusted=float(adjusted[at]),
            in_people=-series.quantity.better * float(cases), smallest=float(smallest),
        )  # fmt: skip


def _fewest(series: Series, against: Against | None, at: int, both: tuple[int, int]) -> float:
    fewest = series.rate.n[at, list(both)].min()
    return float(min(fewest, against.rate.n[at, list(both)].min()) if against else fewest)


def _ends(limits: LimitsAt, place: int, confidence: float) -> tuple[float, float]:
    low, high = limits(confidence)
    return float(low[place]), float(high[place])


def _change(
    now: float,
    limits_now: partial[tuple[float, float]],
    before: float,
    limits_before: partial[tuple[float, float]],
    cases: float,
    confidence: float,
) -> tuple[float, float]:
    low, high = difference_of(now, *limits_now(confidence), before, *limits_before(confidence))
    step = step_of(float(high - low), cases)
    return told(float(low), step, -1), told(float(high), step, 1)
