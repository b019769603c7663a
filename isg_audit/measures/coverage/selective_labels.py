"""Outcomes known only, or mostly, for people decided one way: what can be said nevertheless.

Imports `measures` (this level), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np

from isg_audit.measures.estimates import rest_of
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.measures.unseen_outcomes import DECISIONS, known_by_decision
from isg_audit.stats import Between, Seen, difference_between, newcombe, share_between, wilson
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import JOINT, NEGATIVE, POSITIVE, UNKNOWN, Floats, Table

ALL_KNOWN = "every outcome of the people decided upon is known: nothing to bound"

Counts = Callable[[int, int], Floats]
"""From outcome and decision to cases by group."""

_P, _N, _U = POSITIVE, NEGATIVE, UNKNOWN

SHARES: Mapping[str, Callable[[Counts], Seen]] = {
    "base_rate_bounds": lambda n: Seen(
        n(_P, _P) + n(_P, _N), n(_N, _P) + n(_N, _N), either=n(_U, _P) + n(_U, _N)
    ),
    "true_positive_rate_bounds": lambda n: Seen(n(_P, _P), n(_P, _N), n(_U, _P), n(_U, _N)),
    "false_negative_rate_bounds": lambda n: Seen(n(_P, _N), n(_P, _P), n(_U, _N), n(_U, _P)),
    "false_positive_rate_bounds": lambda n: Seen(n(_N, _P), n(_N, _N), n(_U, _P), n(_U, _N)),
    "precision_bounds": lambda n: Seen(n(_P, _P), n(_N, _P), either=n(_U, _P)),
}
"""Metric to what was seen of it."""


def selective_labels(
    tables: Mapping[tuple[str, ...], Table], plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    """What outcomes that were never seen leave open: bounds of base rate, errors and precision.

    A lender learns who repays among those who got a loan; a control office learns who was honest
    among those it checked. `known_outcome_rate` is the share of people whose outcome is known, by
    decision (`feature`); `known_outcome_gap` that of people decided unfavourably minus that of
    people decided favourably. Away from 0, error rates of those seen are not those of the people
    decided upon, and their own rows say so; where no outcome at all is known after one decision,
    they are not given.

    The bounds assume nothing of those who were not seen: each unseen outcome may be either, within
    each group. `low` and `high` hold the sharp bounds with their sampling error (Wilson's limit
    below the lower, above the upper; for differences Newcombe's), `value` is the middle between
    the bounds and no estimate, the note has the bounds and the figure among those seen. Each
    `.difference` is from everybody else. Base rates are of decided people. Bounds are as wide as
    what is not known: to narrow them takes outcomes of people drawn at random, whatever their
    decision, or an assumption that somebody answers for.

    Weights: Kish's effective cases; repeated persons: cases over the design effect, worst case.

    Source:
        Lakkaraju et al. (2017), KDD, "The selective labels problem"; Manski (2003), Partial
        Identification of Probability Distributions; Kleinberg et al. (2018), QJE 133:237-293;
        Coston, Rambachan & Chouldechova (2021), ICML; Horowitz & Manski (2000), JASA 95:77-84.
    """
    everybody = tables[()]
    known, every = known_by_decision(everybody)
    yield from _known_rows(everybody, plan, measure)
    if not (every - known).sum() > 0:
        yield NotMeasured(measure, ALL_KNOWN, "base_rate_bounds")
        return
    for by, table in tables.items():
        if len(by) <= 1:
            if by:
                yield from _known_rows(table, plan, measure)
            yield from _bounded(table, plan, measure)


def _known_rows(table: Table, plan: Plan, measure: str) -> Iterator[Measurement]:
    """Shares of known outcomes by decision, and how far they are apart."""
    known, every = known_by_decision(table)
    shares = known_by_decision(table).shares()
    scale = 1.0 / table.repeats[:, None]
    for at, group in enumerate(table.groups):
        row = partial(Measurement, measure=measure, by=JOINT.join(table.by), group=group,
                      confidence=plan.confidence)  # fmt: skip
        for place, name in enumerate(DECISIONS):
            limits = partial(
                _pair, wilson, known[at, place] * scale[at, 0], every[at, place] * scale[at, 0]
            )
            yield _shown(row, shares[at, place], limits, plan, every[at, place],
                         metric="known_outcome_rate", feature=f"{name} decision",
                         method="wilson")  # fmt: skip
        counts = (known[at, 1], every[at, 1], known[at, 0], every[at, 0])
        limits = partial(_pair, newcombe, *(one * scale[at, 0] for one in counts))
        gap = shares[at, 1] - shares[at, 0]
        yield _shown(row, gap, limits, plan, every[at].sum(), metric="known_outcome_gap",
                     unit="difference", method="newcombe",
                     note=_selective(shares[at]))  # fmt: skip


def _selective(shares: Floats) -> str:
    if np.isnan(shares).any():
        return ""
    return f"known for {100 * shares[0]:.0f}% of favourable, {100 * shares[1]:.0f}% of unfavourable"


def _bounded(table: Table, plan: Plan, measure: str) -> Iterator[Measurement]:
    rest = rest_of(table) if table.by and len(table.groups) > 1 else None
    ours, theirs = _counts(table), None if rest is None else _counts(rest)
    decided = table.cases[:, :, [_P, _N]].sum(axis=(1, 2))
    for metric, of in SHARES.items():
        seen = of(ours)
        row = partial(Measurement, measure=measure, by=JOINT.join(table.by))
        yield from _rows(
            row, table, plan, decided, metric, partial(share_between, seen), _among(seen)
        )
        if theirs is not None:
            other = of(theirs)
            apart = _among(seen) - _among(other)
            yield from _rows(
                partial(row, versus="rest", unit="difference"), table, plan, decided,
                f"{metric}.difference", partial(difference_between, seen, other), apart,
            )  # fmt: skip


def _counts(table: Table) -> Counts:
    """Cases scaled to independent, unweighted ones."""
    decided = [_P, _N]
    weight = table.weight[:, :, decided].sum(axis=(1, 2))
    squares = table.squares[:, :, decided].sum(axis=(1, 2)) * table.repeats
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(squares > 0, weight / squares, np.where(np.isnan(squares), np.nan, 0.0))
    return lambda outcome, decision: table.weight[:, outcome, decision] * scale


def _among(seen: Seen) -> Floats:
    """The share among those of whom it was seen."""
    hits, misses = np.asarray(seen.hits), np.asarray(seen.misses)
    # Seen after one decision alone, it would be 0 or 1 by the way it was seen.
    blind = (hits == 0) & (np.asarray(seen.may_be_hits) > 0)
    blind |= (misses == 0) & (np.asarray(seen.may_be_misses) > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        known = (hits + misses > 0) & ~blind
        found: Floats = np.where(known, hits / (hits + misses), np.nan)
    return found


def _rows(
    row: partial[Measurement],
    table: Table,
    plan: Plan,
    decided: Floats,
    metric: str,
    of: Callable[[float], Between],
    among: Floats,
) -> Iterator[Measurement]:
    found = of(plan.confidence)
    middle = (found.least + found.most) / 2
    for at, group in enumerate(table.groups):
        limits = partial(_outer, of, at)
        yield _shown(
            partial(row, group=group, confidence=plan.confidence), middle[at], limits, plan,
            decided[at], metric=metric, method="sharp bounds, limits around them",
            note=_told(float(found.least[at]), float(found.most[at]), float(among[at])),
        )  # fmt: skip


def _told(least: float, most: float, among: float) -> str:
    if math.isnan(least):
        return ""
    seen = "" if math.isnan(among) else f"; {among:.4f} among those seen"
    return f"between {least:.4f} and {most:.4f}, whatever was not seen{seen}"


def _shown(
    row: partial[Measurement],
    value: float,
    limits: partial[tuple[float, float]],
    plan: Plan,
    n: float,
    *,
    note: str = "",
    **more: str,
) -> Measurement:
    known = not math.isnan(value)
    low, high = limits(plan.confidence) if known else (math.nan, math.nan)
    return row(
        value=float(value) if known else None,
        low=low if known else None,
        high=high if known else None,
        n=0 if math.isnan(n) else round(float(n)),
        note=note if known else "withheld" if math.isnan(n) else "not estimable: nobody to count",
        limits=limits if known else None,
        **more,
    )


def _outer(of: Callable[[float], Between], at: int, confidence: float) -> tuple[float, float]:
    found = of(confidence)
    return float(found.low[at]), float(found.high[at])


def _pair(of: Callable[..., Bounds], *counts_and_confidence: float) -> tuple[float, float]:
    low, high = of(*counts_and_confidence)
    return float(low), float(high)
