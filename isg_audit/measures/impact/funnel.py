"""Funnel: each group judged against limits for its own size, and no league table.

Imports `measures` (this level), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from isg_audit.measures.impact.modelled import PART, SHARE, Cells, cells_of, told
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.stats import Overdispersion, funnel_limits, funnel_z, overdispersion
from isg_audit.stats.funnel import ACTION, WARNING
from isg_audit.tally.table import JOINT, Counted, Floats

SIZES = 24
"""Sizes of groups for which limits are drawn."""


def funnel(counted: Counted, plan: Plan, measure: str) -> Iterator[Measurement | NotMeasured]:
    """How far each combination of attributes lies from everybody's rate, for its own size.

    `z` by group: distance in standard errors at everybody's rate, its note says outside which
    limits the group lies, if any: 95 % (a group to watch) or 99.8 % (a group to act on; by chance
    alone 1 of 500 groups). `limits_95` and `limits_99_8` are these limits, exact binomial ones with
    interpolation, for groups of so many cases (`feature`). `overdispersion` says how much more
    groups spread than chance lets them; where it is more (p below 0.05), limits are widened by its
    root, so that who stands out does so among groups that differ anyway: that they differ is a
    finding of its own. Small groups spread by chance; a funnel does not rank them.

    Source:
        Spiegelhalter (2005), Statistics in Medicine 24:1185-1202.
    """
    bys = dict.fromkeys((*(plan.intersections or plan.several_by), plan.joint))
    for cells in cells_of(counted, plan, measure, [by for by in bys if by]):
        if isinstance(cells, NotMeasured):
            yield cells
            continue
        target = float(cells.quantity.of(counted.table(())).value[0])
        if not 0 < target < 1:
            reason = "everybody fared alike: there are no limits around a rate of 0 or 1"
            yield NotMeasured(measure, reason, cells.quantity.name)
        else:
            yield from _rows(cells, target, plan, measure)


def _rows(cells: Cells, target: float, plan: Plan, measure: str) -> Iterator[Measurement]:
    z = funnel_z(cells.hits, cells.cases, target)
    spread = overdispersion(z)
    row = partial(_row, cells, plan, measure)
    said = {}
    for name, coverage in (("95", WARNING), ("99.8", ACTION)):
        low, high = funnel_limits(target, cells.cases, coverage, spread.root)
        share = cells.hits / cells.cases
        said[name] = np.where(share < low, "below", np.where(share > high, "above", ""))
    for at, group in enumerate(cells.groups):
        outside = next((f"{said[one][at]} the {one} % limits" for one in ("99.8", "95")
                        if said[one][at]), "inside the limits")  # fmt: skip
        yield row("z", told(z[at], PART), n=int(cells.n[at]), group=group, note=outside)
    factor = spread.factor if spread.widened else spread.plain_factor
    yield row(
        "overdispersion", told(factor, PART), p_value=float(f"{spread.p_value:.3g}"),
        note=_widened(spread),
    )  # fmt: skip
    yield from _curve(cells, target, spread, row)


def _curve(
    cells: Cells, target: float, spread: Overdispersion, row: partial[Measurement]
) -> Iterator[Measurement]:
    sizes = _sizes(cells.cases)
    for name, coverage in (("limits_95", WARNING), ("limits_99_8", ACTION)):
        low, high = funnel_limits(target, sizes, coverage, spread.root)
        for at, size in enumerate(sizes):
            yield row(
                name, told(target, SHARE), low=told(low[at], SHARE), high=told(high[at], SHARE),
                feature=f"{size:g}", note=_widened(spread),
            )  # fmt: skip


def _sizes(cases: Floats) -> Floats:
    """Round sizes from 10 to beyond the largest group, evenly spread on the scale of errors."""
    least, most = 10.0, max(20.0, 1.05 * float(cases.max()))
    spread = np.linspace(1 / math.sqrt(least), 1 / math.sqrt(most), SIZES) ** -2
    return np.unique([float(f"{one:.2g}") for one in spread])


def _widened(spread: Overdispersion) -> str:
    if not spread.widened:
        return "limits are not widened"
    return f"limits are widened by {spread.root:.2f}: groups spread more than chance lets them"


def _row(
    cells: Cells,
    plan: Plan,
    measure: str,
    name: str,
    value: float,
    *,
    n: int | None = None,
    group: str = "",
    low: float | None = None,
    high: float | None = None,
    feature: str = "",
    p_value: float | None = None,
    note: str = "",
) -> Measurement:
    return Measurement(
        measure=measure,
        metric=f"{cells.quantity.name}.{name}",
        value=value,
        low=low,
        high=high,
        confidence=plan.confidence,
        n=cells.everybody if n is None else n,
        by=JOINT.join(cells.table.by),
        group=group,
        feature=feature,
        p_value=p_value,
        unit="standard errors" if name == "z" else "proportion",
        method="exact binomial limits, interpolated" if low is not None else "funnel",
        note=note,
    )
