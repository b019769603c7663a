"""The gap as it is beside the gap in each stratum: a picture and a table.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import Lookup
from isg_audit.report.numbers import DASH, POINTS, RATE
from isg_audit.report.pages import Column, Figure, Table, TableCell, TableRow
from isg_audit.report.why_words import STRATA, Gap
from isg_audit.report.wording import short, visible

RATES = "favourable_rate_in_stratum"
MOST_STRATA = 24


def strata_figure(
    gap: Gap, named: list[str], look: Lookup, figures: Iterator[int]
) -> Figure | None:
    """The gap as it is, the gap in each stratum, and the gap if both stood alike."""
    words, numbers = look.words, look.numbers
    strata = _strata(gap, look)
    even = gap.part("standardised_rate.difference")
    if even is None or even.value is None:
        return None
    where = words.listed([short(visible(one), 30) for one in named], 3)
    rows = [
        _row(gap.plain, words.say("All together, as it is"), words.say("the gap as it is"), look)
    ]
    if strata:
        rows.append(charts.IntervalRow(words.say("In each: %(where)s", where=where), section=True))
        rows += [
            _row(one, short(visible(one.feature), 40), _place(one, gap, look), look)
            for one in strata
        ]
        rows.append(charts.IntervalRow(words.say("Put together again"), section=True))
    rows.append(
        _row(even, words.say("If both stood alike"), words.say("without who stands where"), look)
    )
    other = gap.other(look)
    title = words.say(
        "%(group)s against %(other)s: %(plain)s as it is, %(even)s if both stood alike",
        group=short(gap.name, 40),
        other=other,
        plain=numbers.said(gap.plain.value, POINTS),
        even=numbers.said(even.value, POINTS),
    )
    head = words.say("%(group)s less %(other)s, percentage points",
                     group=short(gap.name, 24), other=short(other, 24))  # fmt: skip
    drawing = charts.interval_chart(
        rows,
        [charts.Panel(head, tick_of(POINTS, look), keep=(0.0,))],
        heads=(words.say("Place"), short(gap.name, 16), words.say("Who stands there")),
        title=title + ".",
    )
    source = words.say(
        "Line: %(share)s confidence interval. Left of 0: %(group)s fare worse. “Alike”: both as "
        "the two groups together stand. Source: measures %(one)s, %(other)s.",
        share=numbers.percent(look.results.confidence),
        group=short(gap.name, 40),
        one=STRATA,
        other=even.measure,
    )
    measured = words.say("%(who)s", who=look.decides(gap.plain.measure))
    return Figure(next(figures), title, measured, drawing, source, True)


def strata_table(gap: Gap, named: list[str], look: Lookup, tables: Iterator[int]) -> Table | None:
    """Of each stratum: who stands there, and how often either is decided for."""
    words, numbers = look.words, look.numbers
    strata = _strata(gap, look)
    if not strata:
        return None
    other = gap.other(look)
    columns = (
        Column(words.listed([short(visible(one), 20) for one in named], 3), 20),
        Column(words.say("Of all %(group)s, here", group=short(gap.name, 20)), 20, True),
        Column(words.say("Of all %(group)s, here", group=short(other, 20)), 20, True),
        Column(words.say("%(group)s: rate", group=short(gap.name, 20)), 20, True),
        Column(words.say("%(group)s: rate", group=short(other, 20)), 20, True),
    )
    rows = []
    for one in strata:
        ours, theirs = _rates(one, gap, look)
        rows.append(
            TableRow(
                (
                    TableCell(short(visible(one.feature), 60)),
                    TableCell(numbers.said(_share(ours, gap.group, gap, look), RATE)),
                    TableCell(numbers.said(_share(theirs, gap.comparator, gap, look), RATE)),
                    TableCell(DASH if ours is None else numbers.said(ours.value, RATE)),
                    TableCell(DASH if theirs is None else numbers.said(theirs.value, RATE)),
                )
            )
        )
    caption = words.say(
        "Table %(table)s. Where people stand, and how often they were %(received)s there",
        table=next(tables),
        received=look.vocabulary.received(),
    )
    note = words.say("Sorted by the rate of the group that is compared with")
    return Table(caption, note, columns, tuple(rows), dense=True)


def who_stands_low(gap: Gap, look: Lookup) -> tuple[float, float] | None:
    """Shares of the group and of its comparator in strata where fewer than average are favoured."""
    other = gap.comparator
    cases: dict[str, dict[str, tuple[float, float]]] = {}
    for one in look.family(STRATA):
        if one.metric == RATES and one.by == gap.by and one.group in (gap.group, other):
            if one.n is None or one.value is None:
                return None
            cases.setdefault(one.feature, {})[one.group] = (one.n * one.value, float(one.n))
    if not cases:
        return None
    hits, every = (
        sum(two[at] for stratum in cases.values() for two in stratum.values()) for at in (0, 1)
    )
    low = [
        stratum
        for stratum in cases.values()
        if sum(two[0] for two in stratum.values()) / sum(two[1] for two in stratum.values())
        < hits / every
    ]
    shares = [
        sum(stratum.get(group, (0.0, 0.0))[1] for stratum in low)
        / max(1.0, sum(stratum.get(group, (0.0, 0.0))[1] for stratum in cases.values()))
        for group in (gap.group, other)
    ]
    return shares[0], shares[1]


def _strata(gap: Gap, look: Lookup) -> list[Row]:
    """The gap in each stratum, where the comparator's rate is highest first."""
    rows = [
        one
        for one in look.family(STRATA)
        if one.metric == f"{RATES}.difference"
        and (one.by, one.group, one.versus) == (gap.by, gap.group, gap.versus)
        and one.value is not None
    ]
    if len(rows) > MOST_STRATA:
        return []

    def rate(one: Row) -> float:
        theirs = _rates(one, gap, look)[1]
        return -(theirs.value or 0.0) if theirs is not None else 0.0

    return sorted(rows, key=rate)


def _rates(one: Row, gap: Gap, look: Lookup) -> tuple[Row | None, Row | None]:
    other = gap.comparator
    found = {
        row.group: row
        for row in look.family(STRATA)
        if row.metric == RATES and (row.by, row.feature) == (gap.by, one.feature)
    }
    return found.get(gap.group), found.get(other)


def _share(one: Row | None, group: str, gap: Gap, look: Lookup) -> float | None:
    """Of all people of the group, those in the stratum."""
    every = [
        row.n or 0
        for row in look.family(STRATA)
        if row.metric == RATES and (row.by, row.group) == (gap.by, group)
    ]
    return None if one is None or one.n is None or not sum(every) else one.n / sum(every)


def _place(one: Row, gap: Gap, look: Lookup) -> str:
    """`5.9% of F, 30.7% of M`."""
    ours, theirs = _rates(one, gap, look)
    numbers = look.numbers
    other = gap.comparator
    mine, its = _share(ours, gap.group, gap, look), _share(theirs, other, gap, look)
    if mine is None or its is None:
        return ""
    return look.words.say(
        "%(mine)s of %(group)s, %(its)s of %(other)s",
        mine=f"{numbers.bare(mine, RATE)}%",
        its=f"{numbers.bare(its, RATE)}%",
        group=short(gap.name, 14),
        other=short(visible(other), 14),
    )


def _row(one: Row, label: str, said: str, look: Lookup) -> charts.IntervalRow:
    return charts.IntervalRow(
        label,
        look.numbers.count(one.n),
        (estimate(one.value or 0.0, one.low, one.high),),
        "",
        said,
    )
