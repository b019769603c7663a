"""Everything that is measured over windows of time. Imports this family; types of `tally`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from isg_audit.measures.impact.after_update import after_update, stretches
from isg_audit.measures.impact.change_point import change_point
from isg_audit.measures.impact.control_chart import control_chart
from isg_audit.measures.impact.drift import drift
from isg_audit.measures.impact.gap_over_time import gap_over_time
from isg_audit.measures.impact.persistence import persistence
from isg_audit.measures.impact.series import QUANTITIES, Series, series_of
from isg_audit.measures.impact.trend import trend
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.tally import Cells, OverTime, Period
from isg_audit.tally.table import JOINT, Table

if TYPE_CHECKING:
    from isg_audit.tally import Tally

NO_TIME = "the audit file names no column of times (decisions.time)"
ONE_WINDOW = "all decisions lie in one window of time (audit.windows)"
NO_CHANGES = "the audit file declares no changes ([[changes]])"
NO_OUTCOME = "no outcome is recorded: what really happened is not known"
NOT_DECISIONS = "this audit is not of decisions for or against people"
TOO_MANY = "{:,} groups in {:,} windows are too many to be told one by one"

MOST = 3_000
"""Groups times windows of one attribute above which none is told alone."""

MOST_COUNTED = 50_000
"""Groups times windows above which they are not even counted, to keep memory small."""

OF_SERIES = {
    "persistence": persistence,
    "trend": trend,
    "change_point": change_point,
}
IN_WINDOWS = {"gap_over_time": gap_over_time, "control_chart": control_chart}


def measure_over_time(
    tally: Tally, plan: Plan, period: Period | None
) -> Iterator[Measurement | NotMeasured]:
    """Every measure over time, or why there is none.

    Args:
        tally: of the decisions audited.
        plan: which groups are compared.
        period: from when to when there are decisions; None where no time is declared.
    """
    names = (*IN_WINDOWS, *OF_SERIES, "drift", "after_update")
    everybody = tally.table(())
    why = NO_TIME if period is None else ONE_WINDOW if len(tally.windows) < 2 else ""
    if why or period is None:
        yield from (NotMeasured(f"impact.{name}", why) for name in names)
        return
    if everybody.task in ("number", "ranking"):
        yield from (NotMeasured(f"impact.{name}", NOT_DECISIONS) for name in names)
        return
    cells = Cells(tally)
    counted: dict[tuple[str, ...], OverTime] = {}
    for by in ((), *plan.several_by):
        groups, windows = len(tally.table(by).groups), len(tally.windows)
        if groups * windows <= MOST_COUNTED:
            counted[by] = cells.over_time(by)
            continue
        reason = TOO_MANY.format(groups, windows)
        yield from (NotMeasured(f"impact.{name}", reason, "", JOINT.join(by)) for name in names)
    yield from _drift(counted, plan)
    decided = everybody.task in ("binary", "classes") and everybody.names.get("favourable", True)
    if not decided:
        yield from (
            NotMeasured(f"impact.{name}", NOT_DECISIONS) for name in names if name != "drift"
        )
        return
    if not period.changes:
        yield NotMeasured("impact.after_update", NO_CHANGES)
    for quantity in QUANTITIES:
        if quantity.name == "wrong_denial_rate" and not _outcomes(everybody):
            yield from (
                NotMeasured(f"impact.{name}", NO_OUTCOME, quantity.name)
                for name in names
                if name != "drift"
            )
            continue
        for by, counts in counted.items():
            parts, _ = stretches(counts, period)
            series = series_of(quantity, counts, plan, period, [part[0] for part in parts])
            yield from _of_series(series, plan)
            if period.changes and by:
                yield from after_update(quantity, counts, plan, period, "impact.after_update")


def _of_series(series: Series, plan: Plan) -> Iterator[Measurement | NotMeasured]:
    groups, windows = len(series.groups), len(series.windows)
    if len(series.over.whole.by) < 2:
        if groups * windows > MOST:
            reason = TOO_MANY.format(groups, windows)
            yield from (
                NotMeasured(f"impact.{name}", reason, series.quantity.name, series.by)
                for name in IN_WINDOWS
            )
        else:
            for name, made in IN_WINDOWS.items():
                yield from made(series, plan, f"impact.{name}")
    for name, made in OF_SERIES.items():
        yield from made(series, plan, f"impact.{name}")


def _drift(
    counted: dict[tuple[str, ...], OverTime], plan: Plan
) -> Iterator[Measurement | NotMeasured]:
    for by, counts in counted.items():
        if len(by) > 1:
            continue
        if len(counts.whole.groups) * len(counts.windows) > MOST:
            reason = TOO_MANY.format(len(counts.whole.groups), len(counts.windows))
            yield NotMeasured("impact.drift", reason, "", JOINT.join(by))
            continue
        yield from drift(counts, plan, "impact.drift")


def _outcomes(everybody: Table) -> bool:
    return bool(everybody.cases[:, :2].sum() > 0) and bool(
        everybody.names.get("favourable_outcome", True)
    )
