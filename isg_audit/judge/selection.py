"""Which measurements an item speaks of, and what it speaks of that was not measured.

Imports `measures.measurement`, `tally.table` and this room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from isg_audit.judge.checklist import MeasuredItem
from isg_audit.judge.context import Context
from isg_audit.measures.measurement import Findings, Measurement, NotMeasured
from isg_audit.tally.table import JOINT


@dataclass(frozen=True)
class Gap:
    """A measure, or a part of one, that an item asks for and that has no figure."""

    measure: str
    by: str
    reason: str


@dataclass(frozen=True)
class Selected:
    """Rows to be judged, in the order of the findings, and gaps among them."""

    rows: tuple[Measurement, ...]
    gaps: tuple[Gap, ...]


def select(item: MeasuredItem, findings: Findings, context: Context) -> Selected:
    """The rows an item judges. Whatever it asks for is either a row or a gap, never silence.

    A row belongs to it by measure, metric, `versus` and `over`; rows over windows of time do not.
    The model's own decisions count where the audit holds measurements of them.
    """
    rows: list[Measurement] = []
    gaps: list[Gap] = []
    for measure in item.measures:
        mine = [
            row
            for row in findings.measured
            if (row.measure, row.metric) == (measure, item.metric) and not row.window
        ]
        why = _reasons(measure, "", item, findings)
        if measure != item.measure and not mine and not why:
            # The decisions audited are all there are: the measure without prefix holds them.
            continue
        if not mine and why:
            gaps += (Gap(measure, "", reason) for reason in dict.fromkeys(why))
            continue
        for by in _scope(item, context, mine):
            found = [row for row in mine if _belongs(row, by, item, context)]
            rows += found
            gaps += _gaps(measure, by, item, context, findings, found)
    return Selected(tuple(rows), tuple(gaps))


def _scope(item: MeasuredItem, context: Context, rows: list[Measurement]) -> list[str]:
    """Every `by` that the item speaks of; one empty name where there is none to speak of."""
    crossed = (row.by for row in rows if JOINT in row.by and row.by not in context.attributes)
    intersections = [*context.intersections, *crossed]
    named = {
        "everybody": [""],
        "attributes": [*context.attributes],
        "intersections": intersections,
        "all": [*context.attributes, *intersections],
    }
    if item.over == "any":
        return list(dict.fromkeys(row.by for row in rows if row.by)) or [""]
    scope = named[item.over] if isinstance(item.over, str) else [*item.over]
    return list(dict.fromkeys(scope)) or [""]


def _belongs(row: Measurement, by: str, item: MeasuredItem, context: Context) -> bool:
    if row.by != by or (not by and item.over != "everybody"):
        return False
    if item.versus == "reference":
        return bool(row.versus) and row.versus == context.reference(by)
    return row.versus == item.versus


def _gaps(
    measure: str,
    by: str,
    item: MeasuredItem,
    context: Context,
    findings: Findings,
    found: list[Measurement],
) -> Iterator[Gap]:
    exact = [
        one.reason
        for one in findings.not_measured
        if (one.measure, one.metric, one.by) == (measure, item.metric, by)
    ]
    if found:
        yield from (Gap(measure, by, reason) for reason in dict.fromkeys(exact))
        return
    reasons = _reasons(measure, by, item, findings) or [_no_figure(measure, by, item, context)]
    yield from (Gap(measure, by, reason) for reason in dict.fromkeys(reasons))


def _reasons(measure: str, by: str, item: MeasuredItem, findings: Findings) -> list[str]:
    return [one.reason for one in findings.not_measured if _explains(one, measure, by, item)]


def _explains(one: NotMeasured, measure: str, by: str, item: MeasuredItem) -> bool:
    base = item.metric.partition(".")[0]
    return (
        one.measure == measure
        and one.metric in ("", item.metric, base)
        and (not by or one.by in ("", by))
    )


def _no_figure(measure: str, by: str, item: MeasuredItem, context: Context) -> str:
    if item.over == "intersections" and not by:
        return "the audit declares no combination of attributes"
    if not by and item.over not in ("everybody", "any"):
        return "the audit declares no group of people"
    if by and by not in (*context.attributes, *context.intersections):
        return f"the audit declares no groups named {by}"
    if item.versus == "reference" and not context.reference(by):
        return f"no reference group is declared for {by}"
    return f"the audit gave no figure of {measure}" + (f" for {by}" if by else "")
