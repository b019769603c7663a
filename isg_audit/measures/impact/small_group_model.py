"""What is known of small groups if they may learn from one another.

Imports `measures` (this level), `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from isg_audit.measures.impact.modelled import (
    MOST_EMPTY,
    PART,
    SHARE,
    ByAttributes,
    Cells,
    by_attributes,
    cells_of,
    told,
    towards_all,
)
from isg_audit.measures.impact.worst_rank import ranks
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.stats import CellPosterior, middle_of
from isg_audit.tally.table import JOINT, Counted, Floats

FAINT = 0.0005
"""Share of the variance between groups below which there is nothing for attributes to explain."""

NEVER_A_VERDICT = "for reading beside the group's own figures; no verdict rests on it"
NOBODY = "predicted: nobody of this combination is in the data"
ONE, TWO = (
    "beta-binomial, drawn towards all groups; limits allow for the estimated prior",
    "beta-binomial with an effect of each attribute; limits allow for estimated effects and prior",
)


def small_group_model(
    counted: Counted, plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    """Shares of small groups that borrow strength from the other groups.

    Beside the figures as they are, never instead: drawing a group towards the others can hide harm
    in one that is unlike all of them, so no verdict rests on these. `shrunken` is drawn towards all
    groups; `multilevel` towards what the group's attributes alone would give (an additive effect of
    each in logits, MAIHDA); `interaction` is how far the group lies from that. `predicted` is said
    of combinations of which nobody is in the data. Over all groups: `variance_partition`, the share
    of the variance of single decisions that lies between groups; `beyond_attributes`, the share
    left when the attributes' own effects are taken out; `explained_by_attributes`, the part of the
    variance between groups that these effects explain (PCV). A small `variance_partition` warns
    against judging people by their group. `worst_probability` is how probable it is that the group
    is the worst off of all, `rank` its place among them (1 is the worst off) with the interval of
    places: of many small groups nobody can say which is last. What the printed probabilities lack
    to 1 falls on groups that are too few to publish.

    Limits allow for the prior being estimated: in simulations 95 % limits hold the true share of
    94.5 to 99 % of groups on average, hardly ever that of one small group unlike all others: see
    docs/small-groups.md, and read the figures as they are.
    Shares have three decimals, figures over all groups two, limits rounded outwards.

    Source:
        Evans, Williams, Onnela & Subramanian (2018), Social Science & Medicine 203:64-73;
        Goldstein, Browne & Rasbash (2002), Understanding Statistics 1:223-231; Laird & Louis
        (1987), JASA 82:739-757; Goldstein & Spiegelhalter (1996), JRSS A 159:385-443, for ranks.
    """
    joint = (plan.joint,) if plan.joint else ()
    for cells in cells_of(counted, plan, measure, joint):
        if isinstance(cells, NotMeasured):
            yield cells
            continue
        plain = towards_all(cells, plan.seed)
        yield from _of_groups(cells, plan, measure, "shrunken", plain.mean, plain.shares, ONE)
        yield from ranks(cells, plain, plan, measure)
        model = by_attributes(cells, counted, plan.seed)
        if isinstance(model, str):
            yield NotMeasured(measure, model, f"{cells.quantity.name}.multilevel")
        else:
            yield from _crossed(cells, model, plain, plan, measure)


def _crossed(
    cells: Cells, model: ByAttributes, plain: CellPosterior, plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    full, there = model.posterior, len(cells.at)
    of_groups = partial(_of_groups, cells, plan, measure)
    yield from of_groups("multilevel", full.mean[:there], full.shares[:, :there], TWO)
    apart = (full.shares - full.expected)[:, :there]
    expected = full.expected[:, :there].mean(axis=0)
    yield from of_groups("interaction", full.mean[:there] - expected, apart, TWO)
    yield from _predicted(cells, model, plan, measure)
    yield from _over_all(cells, model, plain, plan, measure)


def _of_groups(
    cells: Cells,
    plan: Plan,
    measure: str,
    name: str,
    values: Floats,
    draws: Floats,
    method: str,
) -> Iterator[Measurement]:
    low, high = middle_of(draws, plan.confidence)
    n = cells.n
    for at, group in enumerate(cells.groups):
        yield Measurement(
            measure=measure,
            metric=f"{cells.quantity.name}.{name}",
            value=told(values[at], SHARE),
            low=told(low[at], SHARE, -1),
            high=told(high[at], SHARE, 1),
            confidence=plan.confidence,
            n=int(n[at]),
            by=JOINT.join(cells.table.by),
            group=group,
            unit="difference" if name == "interaction" else "proportion",
            method=method,
            note=NEVER_A_VERDICT,
        )


def _predicted(
    cells: Cells, model: ByAttributes, plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    metric, by = f"{cells.quantity.name}.predicted", JOINT.join(cells.table.by)
    if model.unseen > MOST_EMPTY:
        reason = f"{model.unseen:,} combinations hold nobody; more than {MOST_EMPTY} are not told"
        yield NotMeasured(measure, reason, metric, by)
        return
    there = len(cells.at)
    low, high = middle_of(model.posterior.shares[:, there:], plan.confidence)
    for at, values in enumerate(model.empty):
        yield Measurement(
            measure=measure,
            metric=metric,
            value=told(model.posterior.mean[there + at], SHARE),
            low=told(low[at], SHARE, -1),
            high=told(high[at], SHARE, 1),
            confidence=plan.confidence,
            by=by,
            group=JOINT.join(values),
            method=TWO,
            note=NOBODY,
        )


def _over_all(
    cells: Cells, model: ByAttributes, plain: CellPosterior, plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    there, name = len(cells.at), cells.quantity.name
    between, beyond = plain.overdispersion, model.posterior.overdispersion
    row = partial(_summary, cells, plan, measure)
    yield row(f"{name}.variance_partition", between, ONE)
    yield row(f"{name}.beyond_attributes", beyond, TWO)
    metric = f"{name}.explained_by_attributes"
    if float(np.median(between)) < FAINT:
        reason = "groups hardly differ: there is nothing for attributes to explain"
        yield NotMeasured(measure, reason, metric, JOINT.join(cells.table.by))
        return
    mean, expected = plain.expected[:, 0], model.posterior.expected[:, :there]
    draws = min(len(between), len(beyond))
    before = (between * mean * (1.0 - mean))[:draws]
    left = (beyond * (expected * (1.0 - expected)).mean(axis=1))[:draws]
    yield row(metric, np.clip(1.0 - left / before, -1.0, 1.0), TWO)


def _summary(
    cells: Cells, plan: Plan, measure: str, metric: str, draws: Floats, method: str
) -> Measurement:
    low, high = middle_of(draws, plan.confidence)
    return Measurement(
        measure=measure,
        metric=metric,
        value=told(float(np.median(draws)), PART),
        low=told(float(low), PART, -1),
        high=told(float(high), PART, 1),
        confidence=plan.confidence,
        n=cells.everybody,
        by=JOINT.join(cells.table.by),
        method=method,
        note=f"{len(cells.at):,} groups",
    )
