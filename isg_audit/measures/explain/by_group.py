"""Figures of everybody and of each group, with their intervals, as the checks of this family give.

Imports this family, `stats`, numpy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.explaining import FEWEST_PEOPLE, Explaining
from isg_audit.measures.explain.shares import counted
from isg_audit.measures.measurement import Limits, Measurement, NotMeasured
from isg_audit.stats import mean_difference, mean_interval, newcombe, wilson

JOINT = " × "

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class About:
    """What a figure is.

    Attributes:
        measure: its id.
        metric: its name.
        feature: the input it is about; empty if of none.
        unit: of means; shares are proportions.
        method: how it came about; the interval is named behind it.
        note: what a reader must know besides.
        drawn: how many people were drawn from the log, of whom those looked at are a part; 0 where
            a share stands for no number of people.
        least: the smallest value a mean can have.
        most: the largest.
    """

    measure: str
    metric: str
    feature: str = ""
    unit: str = "proportion"
    method: str = ""
    note: str = ""
    drawn: int = 0
    least: float = -np.inf
    most: float = np.inf


def single(explaining: Explaining) -> tuple[str, ...]:
    """The attributes one by one, without those joined."""
    return tuple(by for by in explaining.groups if JOINT not in by)


def shares(
    explaining: Explaining,
    about: About,
    rows: Integers,
    hits: Truths | Floats,
    bys: Iterable[str] | None = None,
) -> Iterator[Measurement | NotMeasured]:
    """The share of hits among everybody and in each group, with Wilson's interval.

    Args:
        explaining: whose groups.
        about: what the share is of.
        rows: positions in the sample, shape (people,).
        hits: shape (people,); a part of a person's own tries counts as that part of a hit, which
            can only widen the interval: parts spread less than yes and no.
        bys: attributes to give groups of; default: all, those joined too.
    """
    for by, group, members in _groups(explaining, about, rows, bys):
        if isinstance(members, NotMeasured):
            yield members
            continue
        yield _share(explaining, about, hits[members], rows[members], by, group)


def means(
    explaining: Explaining,
    about: About,
    rows: Integers,
    values: Floats,
    bys: Iterable[str] | None = None,
) -> Iterator[Measurement | NotMeasured]:
    """The mean of everybody and of each group, with Student's interval; arguments as `shares`."""
    for by, group, members in _groups(explaining, about, rows, bys):
        if isinstance(members, NotMeasured):
            yield members
            continue
        chosen = values[members]
        limits = _mean_limits(about, sums_of(explaining, rows[members], chosen))
        yield _row(explaining, about, float(chosen.mean()), len(chosen), by, group, "", limits,
                   "t interval")  # fmt: skip


def share_gaps(
    explaining: Explaining, about: About, rows: Integers, hits: Truths | Floats
) -> Iterator[Measurement | NotMeasured]:
    """Share of each group minus that of everybody else, with Newcombe's interval."""
    for by, group, here, there in _against_rest(explaining, about, rows):
        ours, theirs = hits[here], hits[there]
        counts = (*hits_of(explaining, rows[here], ours), *hits_of(explaining, rows[there], theirs))

        def limits(
            confidence: float, counts: tuple[float, float, float, float] = counts
        ) -> tuple[float, float]:
            low, high = newcombe(*counts, confidence)
            return float(low), float(high)

        gap = float(ours.mean() - theirs.mean())
        yield _row(explaining, about, gap, len(ours) + len(theirs), by, group, "rest", limits,
                   "newcombe")  # fmt: skip


def mean_gaps(
    explaining: Explaining, about: About, rows: Integers, values: Floats
) -> Iterator[Measurement | NotMeasured]:
    """Mean of each group minus that of everybody else, with Welch's interval."""
    for by, group, here, there in _against_rest(explaining, about, rows):
        ours, theirs = values[here], values[there]
        sums = (*sums_of(explaining, rows[here], ours), *sums_of(explaining, rows[there], theirs))

        def limits(
            confidence: float, sums: tuple[float, float, float, float, float, float] = sums
        ) -> tuple[float, float]:
            low, high = mean_difference(*sums, confidence)
            return float(low), float(high)

        gap = float(ours.mean() - theirs.mean())
        yield _row(explaining, about, gap, len(ours) + len(theirs), by, group, "rest", limits,
                   "Welch interval")  # fmt: skip


def hits_of(explaining: Explaining, rows: Integers, hits: Truths | Floats) -> tuple[float, float]:
    """Hits and cases, both fewer where one person stands behind several rows.

    Args:
        explaining: knows who stands behind each row.
        rows: positions in the sample, shape (rows,).
        hits: from 0 to 1, shape (rows,).
    """
    persons = None if explaining.persons is None else explaining.persons[rows]
    return counted(np.asarray(hits, dtype=np.float64), persons)


def sums_of(explaining: Explaining, rows: Integers, values: Floats) -> tuple[float, float, float]:
    """Sum, sum of squares and cases, all fewer where one person stands behind several rows.

    Arguments as `hits_of`, values of any size.
    """
    reach = max(float(np.ptp(values)), 1e-300)
    _, cases = hits_of(explaining, rows, (values - values.min()) / reach)
    part = cases / len(values)
    return float(values.sum()) * part, float((values**2).sum()) * part, cases


def _share(
    explaining: Explaining,
    about: About,
    hits: Truths | Floats,
    rows: Integers,
    by: str,
    group: str,
) -> Measurement:
    some, cases = hits_of(explaining, rows, hits)

    def limits(confidence: float) -> tuple[float, float]:
        low, high = wilson(some, cases, confidence)
        return float(low), float(high)

    return _row(explaining, about, float(hits.mean()), len(hits), by, group, "", limits, "wilson")


def _mean_limits(about: About, sums: tuple[float, float, float]) -> Limits:
    def limits(confidence: float) -> tuple[float, float]:
        low, high = mean_interval(*sums, confidence)
        return float(np.maximum(low, about.least)), float(np.minimum(high, about.most))  # keeps NaN

    return limits


def _groups(
    explaining: Explaining, about: About, rows: Integers, bys: Iterable[str] | None
) -> Iterator[tuple[str, str, Truths | NotMeasured]]:
    """Everybody and each group with people enough; the groups with too few named together."""
    if len(rows) < FEWEST_PEOPLE:
        yield "", "", _too_few(about, f"{len(rows)} people; {FEWEST_PEOPLE} are needed", "")
        return
    yield "", "", np.ones(len(rows), dtype=bool)
    for by in explaining.groups if bys is None else bys:
        few = []
        for group, members in explaining.members(by, rows):
            if members.sum() < FEWEST_PEOPLE:
                few.append(group)
            else:
                yield by, group, members
        if few:
            reason = f"fewer than {FEWEST_PEOPLE} people: {', '.join(few)}"
            yield by, "", _too_few(about, reason, by)


def _against_rest(
    explaining: Explaining, about: About, rows: Integers
) -> Iterator[tuple[str, str, Truths, Truths]]:
    for by in explaining.groups:
        known = explaining.known(by, rows)
        for group, members in explaining.members(by, rows):
            rest = known & ~members
            if min(members.sum(), rest.sum()) >= FEWEST_PEOPLE:
                yield by, group, members, rest


def _too_few(about: About, reason: str, by: str) -> NotMeasured:
    return NotMeasured(about.measure, reason, about.metric, by)


def _row(
    explaining: Explaining,
    about: About,
    value: float,
    cases: int,
    by: str,
    group: str,
    versus: str,
    limits: Limits,
    interval: str,
) -> Measurement:
    low, high = limits(explaining.confidence)
    known = bool(np.isfinite(low) and np.isfinite(high))
    stands: float | None = None
    if about.drawn and explaining.people is not None and not versus:
        stands = explaining.people * cases / about.drawn
    no_spread = "" if known else "No interval: no spread within a group."
    return Measurement(
        measure=about.measure,
        metric=f"{about.metric}.difference" if versus else about.metric,
        by=by,
        group=group,
        versus=versus,
        feature=about.feature,
        value=value,
        low=low if known else None,
        high=high if known else None,
        confidence=explaining.confidence,
        n=cases,
        affected=None if stands is None else value * stands,
        affected_low=None if stands is None else low * stands,
        affected_high=None if stands is None else high * stands,
        unit=about.unit,
        method=f"{about.method}; {interval}" if about.method else interval,
        note=" ".join(part for part in (about.note, no_spread) if part),
        limits=limits if known else None,
    )
