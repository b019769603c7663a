"""The verdict on a measured item: every selected comparison, then one word for all.

Imports `stats`, `measures.measurement` and this room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from isg_audit.judge.checklist import MeasuredItem
from isg_audit.judge.comparison import Limits, limits_at, word_of
from isg_audit.judge.context import Context
from isg_audit.judge.flips import DECISIONS, flips
from isg_audit.judge.kinds import EXACT
from isg_audit.judge.outlook import Outlook, outlook
from isg_audit.judge.selection import Found, Gap, compared_with, select
from isg_audit.judge.verdict import JudgedGroup, Word
from isg_audit.measures.measurement import Measurement


@dataclass(frozen=True)
class Judged:
    """What came of a measured item, before it is told."""

    word: Word
    groups: tuple[JudgedGroup, ...]
    comparisons: int
    fail_confidence: float | None


def judge_measured(item: MeasuredItem, found: Found, context: Context) -> Judged:
    """Judge a measured item by the one rule (see `comparison`).

    Pass: every comparison that decides passes, and nothing the item asks for is missing. Fail:
    some comparison lies wholly outside with limits that allow for all comparisons of the item
    (Bonferroni). Where the law sets no pass mark the word is `not applicable`, the figures stand.
    """
    from isg_audit.stats import bonferroni_confidence

    selected = select(item, found, context)
    gaps = tuple(_gap(gap, item) for gap in selected.gaps)
    if item.tolerance is None:
        shown = tuple(_shown(row, item, found, context) for row in selected.rows)
        figures = any(group.value is not None for group in shown)
        return Judged("not applicable" if figures else "not assessed", shown + gaps, 0, None)
    deciding = [row for row in selected.rows if _decides(row, item, context)]
    comparisons = _comparisons(item, deciding, context)
    strict = bonferroni_confidence(context.confidence, max(1, comparisons))
    turned = flips(selected.rows, item.tolerance, found)
    groups = tuple(
        _judged(row, item, found, context, strict).model_copy(
            update={"flip_count": turned.get(row.key)}
        )
        for row in selected.rows
    ) + gaps  # fmt: skip
    return Judged(together(groups), groups, comparisons, strict if comparisons else None)


def together(groups: Sequence[JudgedGroup]) -> Word:
    """One word for all comparisons; groups too small to decide neither pass nor block."""
    words = {group.word for group in groups if group.decides}
    ranked: tuple[Word, ...] = ("fail", "inconclusive", "not assessed", "pass")
    return next((word for word in ranked if word in words), "not assessed")


def _decides(row: Measurement, item: MeasuredItem, context: Context) -> bool:
    share = context.share(row.by, row.group) if item.smallest_share and row.group else None
    return share is None or item.smallest_share is None or share >= item.smallest_share


def _comparisons(item: MeasuredItem, deciding: Sequence[Measurement], context: Context) -> int:
    """How many comparisons the fail limits allow for.

    Against the best-off group the comparator was picked after seeing the data, so every pair
    counts that could have been compared: all pairs of groups, save those of two small ones.
    """
    number = 0
    for measure, by in dict.fromkeys((row.measure, row.by) for row in deciding):
        mine = [row for row in deciding if (row.measure, row.by) == (measure, by)]
        if compared_with(item, by, context) != "best":
            number += len(mine)
            continue
        ours = {row.group for row in mine}
        every = len(ours | set(context.groups(by)))
        # The best-off group itself has no row; where people were not counted, add it.
        every = max(every, len(ours) + 1)
        small = len([group for group in context.groups(by) if _small(by, group, item, context)])
        number += every * (every - 1) // 2 - small * (small - 1) // 2
    return number


def _small(by: str, group: str, item: MeasuredItem, context: Context) -> bool:
    share = context.share(by, group)
    return item.smallest_share is not None and share is not None and share < item.smallest_share


def _judged(
    row: Measurement, item: MeasuredItem, found: Found, context: Context, strict: float
) -> JudgedGroup:
    shown = _shown(row, item, found, context)
    tolerance = item.tolerance
    plain, simultaneous = limits_at(row, context.confidence), limits_at(row, strict)
    if tolerance is None or not _decides(row, item, context):
        share = 100 * (item.smallest_share or 0)
        reason = f"fewer than {share:g}% of the people: shown, but it does not decide"
        return shown.model_copy(update={"word": "not assessed", "decides": False, "reason": reason})
    word = word_of(plain, simultaneous, tolerance)
    ahead = Outlook()
    if word == "inconclusive" and plain is not None and row.metric not in EXACT:
        people = _people(row, found, context)
        cases = (people.get(row.group), _cases_compared(row, shown.compared_with, people))
        confidences = (context.confidence, strict)
        ahead = outlook(
            row, plain, tolerance, confidences, cases, _rate(row, found), max(2, len(people))
        )
    return shown.model_copy(
        update={
            "word": word,
            "fail_low": simultaneous.low if simultaneous else None,
            "fail_high": simultaneous.high if simultaneous else None,
            "cases_needed": ahead.cases_needed,
            "smallest_gap": ahead.smallest_gap,
            "reason": _why_not(row, plain) if word == "not assessed" else "",
        }
    )


def _shown(row: Measurement, item: MeasuredItem, found: Found, context: Context) -> JudgedGroup:
    """A row's figures without a verdict."""
    plain: Limits | None = limits_at(row, context.confidence)
    people = _in_people(row, found)
    return JudgedGroup(
        by=row.by,
        group=row.group,
        versus=row.versus,
        measure=row.measure,
        metric=row.metric,
        word="not applicable" if row.value is not None else "not assessed",
        value=row.value,
        low=plain.low if plain else None,
        high=plain.high if plain else None,
        n=row.n,
        affected=people.affected,
        affected_low=people.affected_low,
        affected_high=people.affected_high,
        compared_with=_compared_with(row, found),
        reason="" if row.value is not None else _why_not(row, plain),
    )


def _in_people(row: Measurement, found: Found) -> Measurement:
    """The row that says the gap in people: for a ratio, its difference."""
    base, _, comparison = row.metric.rpartition(".")
    if comparison != "ratio":
        return row
    beside = found.rows.get((row.measure, f"{base}.difference", row.by), ())
    return next((one for one in beside if (one.group, one.versus) == (row.group, row.versus)), row)


def _gap(gap: Gap, item: MeasuredItem) -> JudgedGroup:
    return JudgedGroup(
        by=gap.by,
        group="",
        versus=item.versus,
        measure=gap.measure,
        metric=item.metric,
        word="not assessed",
        reason=gap.reason.rstrip("."),
    )


def _why_not(row: Measurement, plain: Limits | None) -> str:
    if row.note:
        return row.note.rstrip(".")
    if row.value is None:
        return "it could not be estimated"
    missing = "no interval" if plain is None else "no interval at the stricter confidence"
    return f"the estimate has {missing}"


def _compared_with(row: Measurement, found: Found) -> str:
    """The group behind `best`: the one whose own rate is what the comparison was made with."""
    base, _, comparison = row.metric.rpartition(".")
    if row.versus != "best" or row.value is None or not base:
        return row.versus if row.versus not in ("", "best", "rest", "all") else ""
    own = {
        other.group: other.value
        for other in found.rows.get((row.measure, base, row.by), ())
        if other.value is not None
    }
    rate = own.pop(row.group, None)
    if rate is None or (comparison == "ratio" and row.value == 0):
        return ""
    theirs = rate / row.value if comparison == "ratio" else rate - row.value
    tried = sorted(own, key=lambda group: abs(own[group] - theirs))
    return tried[0] if tried and abs(own[tried[0]] - theirs) <= 1e-9 else ""


def _rate(row: Measurement, found: Found) -> float | None:
    """The group's own share of people, None where the metric is not a share."""
    own = found.rows.get((row.measure, row.metric.rpartition(".")[0], row.by), ())
    rates = (one.value for one in own if one.group == row.group and one.unit == "proportion")
    return next(rates, None)


def _people(row: Measurement, found: Found, context: Context) -> Mapping[str, int]:
    """People of each group that further people are counted against: for decisions, the decided.

    The undecided may be few, and a group's size less its decided people would tell how many.
    """
    quantity = row.metric.partition(".")[0]
    if quantity not in DECISIONS:
        return context.groups(row.by)
    own = found.rows.get((row.measure, quantity, row.by), ())
    return {one.group: one.n for one in own if one.n and not one.versus}


def _cases_compared(row: Measurement, compared_with: str, people: Mapping[str, int]) -> int | None:
    if not row.versus:
        return 0
    if row.versus == "rest":
        return sum(people.values()) - people.get(row.group, 0)
    return people.get(compared_with)
