"""Which measurements an item speaks of, and what it speaks of that was not measured.

Imports `measures.measurement`, `tally.table` and this room.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
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


@dataclass(frozen=True)
class Found:
    """Findings, to be looked up; rows over windows of time are left out.

    Attributes:
        rows: measurements by (measure, metric, by).
        reasons: reasons for missing ones, by measure.
    """

    rows: Mapping[tuple[str, str, str], tuple[Measurement, ...]]
    reasons: Mapping[str, tuple[NotMeasured, ...]]

    @classmethod
    def of(cls, findings: Findings) -> Found:
        """Sort findings for looking up, in their order."""
        rows: defaultdict[tuple[str, str, str], list[Measurement]] = defaultdict(list)
        reasons: defaultdict[str, list[NotMeasured]] = defaultdict(list)
        for one in findings:
            if isinstance(one, NotMeasured):
                reasons[one.measure].append(one)
            elif not one.window:
                rows[one.measure, one.metric, one.by].append(one)
        return cls(
            {key: tuple(every) for key, every in rows.items()},
            {measure: tuple(every) for measure, every in reasons.items()},
        )

    def bys(self, measure: str, metric: str) -> tuple[str, ...]:
        """Every `by` for which there are rows of this metric."""
        return tuple(by for of, name, by in self.rows if (of, name) == (measure, metric))


def select(item: MeasuredItem, found: Found, context: Context) -> Selected:
    """The rows an item judges. Whatever it asks for is either a row or a gap, never silence.

    A row belongs to it by measure, metric, `versus` and `over`. The model's own decisions count
    where the audit holds measurements of them.
    """
    rows: list[Measurement] = []
    gaps: list[Gap] = []
    for measure in item.measures:
        there = found.bys(measure, item.metric)
        why = _reasons(measure, "", item, found)
        if measure != item.measure and not there and not why:
            # The decisions audited are all there are: the measure without prefix holds them.
            continue
        if not there and why:
            gaps += (Gap(measure, "", reason) for reason in dict.fromkeys(why))
            continue
        for by in _scope(item, context, there):
            mine = [
                row
                for row in found.rows.get((measure, item.metric, by), ())
                if _belongs(row, item, context)
            ]
            rows += mine
            gaps += _gaps(measure, by, item, context, found, mine)
    return Selected(tuple(rows), tuple(gaps))


def _scope(item: MeasuredItem, context: Context, there: tuple[str, ...]) -> list[str]:
    """Every `by` that the item speaks of; one empty name where there is none to speak of."""
    crossed = [by for by in there if JOINT in by and by not in context.attributes]
    intersections = [*context.intersections, *crossed]
    named = {
        "everybody": [],
        "attributes": [*context.attributes],
        "intersections": intersections,
        "all": [*context.attributes, *intersections],
        "any": [by for by in there if by],
    }
    scope = named[item.over] if isinstance(item.over, str) else [*item.over]
    return list(dict.fromkeys(scope)) or [""]


def _belongs(row: Measurement, item: MeasuredItem, context: Context) -> bool:
    if not row.by and item.over != "everybody":
        return False
    return bool(row.versus or not item.versus) and row.versus == compared_with(
        item, row.by, context
    )


def compared_with(item: MeasuredItem, by: str, context: Context) -> str:
    """What the rows of `by` have to be compared with for the item, as `versus` names it."""
    if item.versus == "reference":
        return context.reference(by)
    if item.versus == "declared":
        return context.reference(by) or "best"
    return item.versus


def _gaps(
    measure: str,
    by: str,
    item: MeasuredItem,
    context: Context,
    found: Found,
    mine: list[Measurement],
) -> Iterator[Gap]:
    exact = [
        one.reason
        for one in found.reasons.get(measure, ())
        if (one.metric, one.by) == (item.metric, by)
    ]
    if not mine:
        exact = _reasons(measure, by, item, found)
        exact = exact or [_no_figure(measure, by, item, context)]
    yield from (Gap(measure, by, reason) for reason in dict.fromkeys(exact))


def _reasons(measure: str, by: str, item: MeasuredItem, found: Found) -> list[str]:
    """Why a measure gave nothing: its own reasons, else those of a family that gave nothing."""
    own = [one.reason for one in found.reasons.get(measure, ()) if _explains(one, by, item)]
    family = measure.partition(".")[0] + "."
    if own or ".model_" in measure or any(of.startswith(family) for of, _, _ in found.rows):
        return own
    return [
        one.reason
        for of, several in found.reasons.items()
        if of.startswith(family)
        for one in several
    ]


def _explains(one: NotMeasured, by: str, item: MeasuredItem) -> bool:
    base = item.metric.partition(".")[0]
    return one.metric in ("", item.metric, base) and (not by or one.by in ("", by))


def _no_figure(measure: str, by: str, item: MeasuredItem, context: Context) -> str:
    if item.over == "intersections" and not by:
        return "the audit declares no combination of attributes"
    if not by and item.over not in ("everybody", "any"):
        return "the audit declares no group of people"
    if by and by not in (*context.attributes, *context.intersections):
        return f"the audit declares no groups named {by}"
    if item.versus == "reference" and not context.reference(by):
        return f"no reference group is declared for {by}"
    if item.versus and by and len(context.groups(by)) < 2:
        return f"fewer than two groups of {by} hold anybody"
    return f"the audit gave no figure of {measure}" + (f" for {by}" if by else "")
