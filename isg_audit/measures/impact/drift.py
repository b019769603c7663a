"""Have scores and decisions of a group moved away from what they were? Imports this family."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from isg_audit.measures.impact.in_windows import in_tens, least_shown, p_told
from isg_audit.measures.impact.series import FEWEST
from isg_audit.measures.impact.summaries import outwards
from isg_audit.measures.measurement import Measurement
from isg_audit.measures.plan import Plan
from isg_audit.stats import holm, merged_bins, stability_index, stability_limits
from isg_audit.stats.drift import Drift
from isg_audit.tally import OverTime
from isg_audit.tally.table import JOINT, Floats

FIRST = 0.25
"""Share of the windows, at least one, that everything later is held against."""

TOO_FEW = f"not enough: fewer than {FEWEST} cases in the first windows or in these"


def drift(over: OverTime, plan: Plan, measure: str) -> Iterator[Measurement]:
    """Have the scores and the decisions of a group moved away from what they were at first?

    The population stability index of each later window against the first quarter of the windows,
    and, without a window, of the last quarter of them: `score_drift` over tenths of everybody's
    scores, `decision_drift` over favourable, unfavourable and no decision. By custom 0.10 is
    little and 0.25 much; but a small group has as much by chance alone. So the interval is that of
    the noncentral chi square, and begins above 0 only where chance does not explain the value; the
    note has the value that chance rarely exceeds. Bins in which nobody was are merged with
    their neighbour; nothing is put in for 0. Weights: effective cases; where persons repeat, cases
    are divided by the most decisions about one (the worst case). `p_adjusted` is Holm's over
    windows and groups. Everybody, and single attributes.

    Source:
        Siddiqi (2006), Credit Risk Scorecards; Yurdakul & Naranjo (2020), Journal of Risk Model
        Validation 14(4):89-100.
    """
    windows = len(over.windows)
    first = max(1, math.floor(FIRST * windows))
    cases = over.shaped(over.table.cases)
    if over.table.task in ("binary", "classes"):
        good = 0 if over.table.positive_is_favourable else 1
        decided = over.shaped(over.table.weight).sum(axis=2)[:, :, [good, 1 - good, 2]]
        yield from _rows("decision_drift", decided, cases.sum(axis=(2, 3)), over, first, plan,
                         measure)  # fmt: skip
    if over.scores.sum() > 0 and over.scores.shape[2] > 1:
        yield from _rows("score_drift", over.scores, over.scores.sum(axis=2), over, first, plan,
                         measure)  # fmt: skip


def _rows(
    metric: str, bins: Floats, people: Floats, over: OverTime, first: int, plan: Plan, measure: str
) -> Iterator[Measurement]:
    groups, windows = bins.shape[:2]
    places = list(range(first, windows))
    last = max(1, math.floor(FIRST * windows))
    shown = _shown(people / over.whole.repeats[:, None], groups, windows)
    scale = _effective(over)
    for at in range(groups):
        start = bins[at, :first].sum(axis=0) * scale[at]
        cuts = [[one] for one in places]
        if windows - last >= first:
            cuts.append(list(range(windows - last, windows)))
        found = [_index(start, bins[at, cut].sum(axis=0) * scale[at], plan) for cut in cuts]
        p = [_p(one, start.sum(), bins[at, cut].sum() * scale[at])
             for one, cut in zip(found, cuts, strict=True)]  # fmt: skip
        alone = np.array(p[: len(places)])
        # Over all windows and groups: each group's windows are one share of them.
        adjusted = np.minimum(1.0, holm(alone) * groups)
        for number, (one, cut) in enumerate(zip(found, cuts, strict=True)):
            summary = len(cut) > 1 or number >= len(places)
            cases = float(people[at, cut].sum())
            least = float(shown[at, [*range(first), *cut]].min()) if not summary else math.inf
            yield _row(
                metric, one, over, at, plan, measure, (float(start.sum()),
                float(bins[at, cut].sum() * scale[at])), cases,
                window="" if summary else over.windows[cut[0]].name,
                p=(p[number], math.nan if summary else float(adjusted[number])), least=least,
                note=f"the last {len(cut)} windows against the first {first}" if summary
                else f"against the first {first} windows",
            )  # fmt: skip


def _index(before: Floats, after: Floats, plan: Plan) -> Drift | None:
    if min(before.sum(), after.sum()) < FEWEST:
        return None
    first, second = merged_bins(before, after)
    if len(first) < 2:
        return None
    return stability_index(first, second, plan.confidence)


def _p(found: Drift | None, before: float, after: float) -> float:
    from scipy.special import chdtrc

    if found is None:
        return math.nan
    return float(chdtrc(found.bins - 1, found.value * before * after / (before + after)))


def _row(
    metric: str, found: Drift | None, over: OverTime, at: int, plan: Plan, measure: str,
    sizes: tuple[float, float], cases: float, *, window: str, p: tuple[float, float], least: float,
    note: str,
) -> Measurement:  # fmt: skip
    limits = None if found is None else partial(_limits, found, sizes)
    low, high = limits(plan.confidence) if limits else (None, None)
    words = note if found is None else f"{note}; chance rarely gives above {found.critical:.2g}"
    return Measurement(
        measure=measure,
        metric=metric,
        value=None if found is None else round(found.value, 3) + 0.0,
        low=low,
        high=high,
        confidence=plan.confidence,
        n=in_tens(cases),
        by=JOINT.join(over.whole.by),
        group=over.whole.groups[at],
        window=window,
        p_value=p_told(p[0]),
        p_adjusted=p_told(p[1]),
        unit="index",
        method="noncentral chi square",
        note=words if found is not None else f"{TOO_FEW}; {note}",
        limits=limits,
        smallest=None if math.isinf(least) else least,
    )


def _limits(found: Drift, sizes: tuple[float, float], confidence: float) -> tuple[float, float]:
    low, high = stability_limits(found.value, found.bins, *sizes, confidence)
    return outwards(float(low), float(high))


def _effective(over: OverTime) -> Floats:
    """Independent cases for each unit of weight, shape (groups,)."""
    weight, squares = over.whole.weight.sum(axis=(1, 2)), over.whole.squares.sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        effective: Floats = np.where(squares > 0, weight / squares, 1.0) / over.whole.repeats
    return effective


def _shown(people: Floats, groups: int, windows: int) -> Floats:
    """The largest least count at which each window may be shown: its size is all that it tells."""
    place = np.arange(groups * windows).reshape(groups, windows)
    shown = least_shown(people.reshape(-1, 1), [*place, *place.T])
    return shown.reshape(groups, windows)
