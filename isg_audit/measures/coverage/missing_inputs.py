"""Who lacks inputs, by group and by decision.

Imports this family, `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from isg_audit.measures.coverage.groups_of_shares import (
    Shares,
    gap_row,
    p_of,
    rows_by_group,
    share_row,
    too_few,
)
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.stats import bonferroni_confidence, holm, homogeneity, newcombe, range_interval
from isg_audit.tally.missing_inputs import ANY, MissingInputs
from isg_audit.tally.table import Floats
from isg_audit.tally.tally import Tally

MEASURE = "coverage.missing_inputs"
RATE, ANY_RATE = "missing_input_rate", "any_missing_input_rate"


def missing_inputs(
    tally: Tally, plan: Plan, missing: MissingInputs | None
) -> Iterator[Measurement | NotMeasured]:
    """Share of people without a value of an input: by input, by group, by decision.

    Missing is: no value, not a number, an empty text or a space. Inputs are the columns that the
    audit file names as factors (`legitimate`) or for the search, and those that the model reads
    and the log has; `feature` names the input. `any_missing_input_rate` is of people who lack one
    or more.
    Groups are compared with everybody else (Newcombe; Fisher's exact test, Holm over all groups
    and inputs of an attribute). An attribute's own column is left out of its own comparison: see
    `coverage.unknown_group`.

    `largest_missing_gap` is the widest difference of a group from everybody else over all inputs,
    without sign: its lower limit allows for the search over them (Bonferroni), its upper limit is
    the widest plain one. `missing_by_decision` compares people decided unfavourably with those
    decided favourably. Where people who lack a value are left out, or get a stand-in, a gap here
    is a gap in how well the system knows people; a figure of complete cases alone then misleads.

    Weights: Kish's effective cases; repeated persons: cases over the design effect, worst case.

    Source:
        Rubin (1976), Biometrika 63:581-592; Jeong, Wang & Calmon (2022), AAAI; Newcombe (1998),
        Statistics in Medicine 17:873-890.
    """
    why = "no inputs were counted" if missing is None else missing.why
    if missing is None or why:
        yield NotMeasured(MEASURE, why, RATE)
        return
    if missing.left_out:
        named = ", ".join(missing.left_out[:20])
        yield NotMeasured(MEASURE, f"too many inputs; not looked at: {named}", "inputs left out")
    repeats = float(tally.table(()).repeats[0])
    every, lacking = missing.everybody()
    hidden = _hidden_of_all(missing, plan, repeats)
    for at, name in enumerate(missing.inputs):
        shares = Shares.of(every, lacking[:, at], np.array([repeats]))
        row = partial(_row(name, hidden[at]), metric=_metric(name))
        yield share_row(row, shares, 0, plan.confidence)
    for attribute in plan.attributes:
        yield from _by_group(_Compared.of(attribute, tally, missing, plan), plan)
    yield from _by_decision(missing, plan, repeats, hidden)


def _metric(name: str) -> str:
    return ANY_RATE if name == ANY else RATE


def _row(name: str, smallest: float) -> partial[Measurement]:
    least = smallest if smallest < math.inf else None
    return partial(Measurement, measure=MEASURE, feature=name, smallest=least)


@dataclass(frozen=True, eq=False)
class _Compared:
    """The groups of one attribute: who lacks each input."""

    attribute: str
    groups: tuple[str, ...]
    inputs: tuple[str, ...]
    shares: tuple[Shares, ...]
    least: float
    """Smallest count that may be published, in cases."""

    @classmethod
    def of(cls, attribute: str, tally: Tally, missing: MissingInputs, plan: Plan) -> _Compared:
        table = tally.table((attribute,))
        every, lacking = missing.by(attribute, table.groups)
        own = missing.columns[missing.attributes.index(attribute)]
        looked = [
            at
            for at, name in enumerate(missing.inputs)
            if name not in (own, ANY) and lacking[:, at, 0].sum() > 0
        ]
        if len(looked) != 1:  # else it is that input's
            looked.append(len(missing.inputs) - 1)
        return cls(
            attribute,
            table.groups,
            tuple(missing.inputs[at] for at in looked),
            tuple(Shares.of(every, lacking[:, at], table.repeats) for at in looked),
            plan.minimum_cell * float(table.repeats.max(initial=1.0)),
        )


def _by_group(compared: _Compared, plan: Plan) -> Iterator[Measurement]:
    """Rows by group and input; an input that nobody lacks has the row of everybody alone."""
    p = np.array([p_of(one, one.rest) for one in compared.shares])
    adjusted = holm(p.ravel()).reshape(p.shape) if p.size else p
    for at, name in enumerate(compared.inputs):
        row = partial(Measurement, measure=MEASURE, feature=name, by=compared.attribute)
        tests = (p[at], adjusted[at])
        yield from rows_by_group(
            row, compared.shares[at], compared.groups, _metric(name), plan.confidence, tests,
            compared.least,
        )  # fmt: skip
    if len(compared.groups) > 1:
        yield _range(compared, plan)
        yield _largest(compared, plan, p, adjusted)


def _range(compared: _Compared, plan: Plan) -> Measurement:
    """How far apart the groups are in lacking any input, and whether chance would do that."""
    shares = compared.shares[-1]
    values = shares.value()

    def limits(confidence: float) -> tuple[float, float]:
        low, high = range_interval(shares.hits, shares.cases, confidence)
        return float(low), float(high)

    low, high = limits(plan.confidence)
    few, smallest = too_few(shares, compared.least)
    known = int((~np.isnan(values)).sum()) > 1
    return Measurement(
        measure=MEASURE,
        metric=f"{ANY_RATE}.range",
        value=float(np.nanmax(values) - np.nanmin(values)) if known else None,
        low=low if known else None,
        high=high if known else None,
        confidence=plan.confidence,
        n=round(float(shares.counted.sum())),
        by=compared.attribute,
        p_value=_number(float(homogeneity(shares.hits, shares.cases).p_value)),
        unit="difference",
        method="pairs, lower or upper limit for all pairs at once; chi square of all groups",
        note="" if known else "fewer than two groups have a value",
        limits=limits if known else None,
        smallest=smallest if few.any() else None,
    )


def _largest(compared: _Compared, plan: Plan, p: Floats, adjusted: Floats) -> Measurement:
    """The widest difference over groups and inputs, allowed for the search."""
    gaps = np.array([one.value() - one.rest.value() for one in compared.shares])
    widest = np.abs(np.nan_to_num(gaps))
    # Of two groups that lie equally far apart, the one that lacks more is named.
    first = np.where(gaps > 0, widest + 1e-12, widest)
    at, group = np.unravel_index(int(np.argmax(first)), widest.shape)
    name = compared.inputs[at] or "any input"
    some, smallest = False, math.inf
    for one in compared.shares:
        few, fewest = too_few(one, compared.least)
        some, smallest = some or bool(few.any()), min(smallest, fewest)
    limits = partial(_limits_of_widest, compared.shares)
    low, high = limits(plan.confidence)
    return Measurement(
        measure=MEASURE,
        metric="largest_missing_gap",
        value=float(widest[at, group]),
        low=low,
        high=high,
        confidence=plan.confidence,
        n=round(float(compared.shares[at].counted.sum())),
        by=compared.attribute,
        p_value=_number(p[at, group]),
        p_adjusted=_number(adjusted[at, group]),
        unit="difference",
        method="newcombe, bonferroni below, widest plain limit above",
        note=f"{compared.groups[group]}, {name}: the widest of {widest.size} differences from "
        "everybody else"
        + ("; who lacks an input depends on the group" if adjusted[at, group] < 0.05 else ""),
        limits=limits,
        smallest=smallest if some else None,
    )


def _limits_of_widest(shares: tuple[Shares, ...], confidence: float) -> tuple[float, float]:
    comparisons = sum(len(one.hits) for one in shares)
    strict = bonferroni_confidence(confidence, max(1, comparisons))
    least, most = 0.0, 0.0
    for one in shares:
        rest = one.rest
        counts = (one.hits, one.cases, rest.hits, rest.cases)
        low, high = newcombe(*counts, strict)
        away = np.maximum(np.maximum(low, -high), 0.0)
        least = max(least, float(np.nanmax(away, initial=0.0)))
        low, high = newcombe(*counts, confidence)
        most = max(most, float(np.nanmax(np.maximum(np.abs(low), np.abs(high)), initial=0.0)))
    return least, most


def _by_decision(
    missing: MissingInputs, plan: Plan, repeats: float, hidden: list[float]
) -> Iterator[Measurement | NotMeasured]:
    every, lacking = missing.by_decision()
    if not (every[:, 0] > 0).all():
        reason = "the log has no decisions of both kinds"
        yield NotMeasured(MEASURE, reason, "missing_by_decision")
        return
    looked = [at for at in range(len(missing.inputs)) if lacking[:, at, 0].sum() > 0]
    shares = [Shares.of(every, lacking[:, at], np.full(2, repeats)) for at in looked]
    p = np.array([p_of(one, one.rest)[1] for one in shares])
    adjusted = holm(p)
    for place, at in enumerate(looked):
        few, smallest = too_few(shares[place], plan.minimum_cell * repeats)
        smallest = min(smallest, hidden[at])
        row = partial(_row(missing.inputs[at], smallest), metric="missing_by_decision")
        tests = (float(p[place]), float(adjusted[place]))
        yield gap_row(row, shares[place], shares[place].rest, 1, plan.confidence, tests)


def _hidden_of_all(missing: MissingInputs, plan: Plan, repeats: float) -> list[float]:
    """By input: the smallest count that the figure of everybody would give away, else infinite.

    Where one group of an attribute alone is hidden, with none that could hide it, everybody less
    the others is that group.
    """
    found = [math.inf] * len(missing.inputs)
    for attribute, levels in zip(missing.attributes, missing.levels, strict=True):
        every, lacking = missing.by(attribute, levels)
        for at in range(len(missing.inputs)):
            shares = Shares.of(every, lacking[:, at], np.ones(len(levels)))
            few, smallest = too_few(shares, plan.minimum_cell * repeats)
            if few.sum() == 1:
                found[at] = min(found[at], smallest)
    return found


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
