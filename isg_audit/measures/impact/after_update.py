"""Who fell behind after a declared change. Imports `measures`, this family, `stats`, `tally`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from isg_audit.measures.estimates import LimitsAt
from isg_audit.measures.impact.gap_over_time import enough
from isg_audit.measures.impact.in_windows import in_tens, step_of, told
from isg_audit.measures.impact.linear import gaps_of
from isg_audit.measures.impact.persistence import two_sided, words
from isg_audit.measures.impact.series import FEWEST, Against, Quantity, Series, series_of
from isg_audit.measures.impact.summaries import summary
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.pairs import difference
from isg_audit.measures.plan import Plan
from isg_audit.stats import difference_of, holm
from isg_audit.tally import OverTime, Period
from isg_audit.tally.table import Floats

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

    For every change that the audit file declares (`[[changes]]`): `change` is a group's rate from
    then until the next change (or the end) minus its rate since the one before (or the start), and
    `change.difference` how much its gap to others changed, a difference in differences. Below 0
    of favourable decisions: the group fell behind. `affected` is how many people of the group
    decided upon after the change that stands for, had nothing else changed meanwhile; who applies
    may have changed too, so that a change in time is no proof of its cause. Square-and-add
    intervals of the Newcombe intervals before and after; persons decided upon before and after
    make them wider than need be. `p_adjusted` is Holm's over groups. With fewer than 30 cases
    before or after, of the group or of the others, there is no figure. Cases are told in tens, and
    figures so coarsely that none follows from them.

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
    for change in changes:
        if len(over.whole.by) == 1:
            yield from _of_rates(series, change, plan, measure)
        for against in series.several:
            yield from _of_gaps(series, against, change, plan, measure)


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


def _of_rates(series: Series, change: Change, plan: Plan, measure: str) -> Iterator[Measurement]:
    found = series.rate.estimates
    fit = enough(series)
    error = _errors(series, None)
    yield from _rows(
        series, None, change, plan, measure, series.rate.value, error,
        [_at(found.limits, at, series) for at in range(series.rate.value.size)], fit,
    )  # fmt: skip


def _of_gaps(
    series: Series, against: Against, change: Change, plan: Plan, measure: str
) -> Iterator[Measurement]:
    gap, _ = gaps_of(series, against)
    limits = difference(series.rate.estimates, against.rate.estimates)
    yield from _rows(
        series, against, change, plan, measure, gap, _errors(series, against),
        [_at(limits, at, series) for at in range(gap.size)], enough(series, against),
    )  # fmt: skip


def _errors(series: Series, against: Against | None) -> Floats:
    """Standard errors that hold if nothing changed: each group's rate over both sides."""
    return gaps_of(series, against)[1]


def _rows(
    series: Series,
    against: Against | None,
    change: Change,
    plan: Plan,
    measure: str,
    values: Floats,
    errors: Floats,
    limits: Sequence[partial[tuple[float, float]]],
    fit: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
) -> Iterator[Measurement]:
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


def _at(limits: LimitsAt, place: int, series: Series) -> partial[tuple[float, float]]:
    return partial(_ends, limits, place)


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
