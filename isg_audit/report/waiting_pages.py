"""How long people wait for a decision and for an answer to their appeal, by group.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import COUNT, NO_BREAK, RATE, Form
from isg_audit.report.pages import Block, Column, Figure, Section, Table, TableCell, TableRow
from isg_audit.report.wording import _mark, short

DAYS = Form(decimals=0, suffix=f"{NO_BREAK}days")
MOST_POINTS, MOST_ROWS = 3, 30

KINDS = (
    ("impact.decision_time", "decision", _mark("a decision"), _mark("Days to a decision")),
    ("impact.redress_time", "redress", _mark("an answer to an appeal"),
     _mark("Days to an answer to an appeal")),
)  # fmt: skip
"""Measure, the word in its metrics, what is waited for, and the heading."""


def waiting_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section | None:
    """The section; None where no days are named."""
    words = look.words
    blocks = [
        block
        for kind in KINDS
        if _groups(look, kind)
        for block in _blocks(look, kind, figures, tables)
    ]
    if not blocks:
        return None
    lead = words.say(
        "Whole days from the day people asked, or appealed, to the answer. Cases that are still "
        "open count with the days they have waited; leaving them out would hide the longest waits."
    )
    return Section(
        "waiting",
        words.say("Waiting"),
        words.say("How long people wait"),
        lead,
        tuple(blocks),
        new_page=False,
    )


Kind = tuple[str, str, str, str]


def _groups(look: Lookup, kind: Kind) -> list[Row]:
    """Medians of the groups of single attributes, in the order of the table."""
    measure, word = kind[:2]
    return [
        one
        for one in look.family(measure)
        if one.metric == f"days_to_{word}_median"
        and one.group
        and not one.versus
        and JOINT not in one.by
        and (one.n or one.value is None)
    ]


def _blocks(
    look: Lookup, kind: Kind, figures: Iterator[int], tables: Iterator[int]
) -> Iterator[Block]:
    heading = look.words.say(kind[3])
    points = tuple(_told(look, kind))
    drawing = _figure(look, kind, figures)
    if points:
        yield Block(heading, points=points)
    if drawing is not None:
        yield Block("" if points else heading, figures=(drawing,))
    yield Block(tables=(_table(look, kind, tables),))


def _told(look: Lookup, kind: Kind) -> Iterator[str]:
    """The groups that wait longest against everybody else, in people."""
    words, numbers = look.words, look.numbers
    measure, word, what, _ = kind
    metric = f"days_to_{word}_median"
    gaps = [
        one
        for one in look.family(measure)
        if (one.metric, one.versus) == (f"{metric}.difference", "rest")
        and JOINT not in one.by
        and one.value is not None
        and one.low is not None
        and one.low > 0
    ]
    for gap in sorted(gaps, key=lambda one: -(one.value or 0.0))[:MOST_POINTS]:
        own = look.row(measure, metric, gap.by, gap.group)
        longer = look.row(measure, "longer_wait_rate.difference", gap.by, gap.group, "rest")
        if own is None or own.value is None:
            continue
        said = words.say(
            "%(group)s (%(by)s): half wait longer than %(days)s for %(what)s, %(gap)s longer than "
            "half of everybody else do%(spread)s.",
            by=attribute(gap.by).lower(),
            group=short(group_name(gap), 60),
            days=_days(look, own.value),
            what=words.say(what),
            gap=_days(look, gap.value),
            spread=_bracket(numbers.spread(gap.low, gap.high, DAYS)),
        )
        if longer is not None and longer.affected is not None:
            said += " " + words.say(
                "About %(people)s more of them wait longer than that than if they waited like the "
                "others%(spread)s.",
                people=numbers.about(longer.affected),
                spread=_bracket(numbers.spread(longer.affected_low, longer.affected_high, COUNT)),
            )
        yield said


def _days(look: Lookup, value: float | None) -> str:
    return look.words.plural("%(n)s day", "%(n)s days", round(value or 0.0))


def _bracket(spread: str) -> str:
    return f" ({spread})" if spread else ""


def _figure(look: Lookup, kind: Kind, figures: Iterator[int]) -> Figure | None:
    words, numbers = look.words, look.numbers
    measure, word, what, _ = kind
    shown = [one for one in _groups(look, kind) if one.value is not None]
    if not shown:
        return None
    late = {
        (one.by, one.group): one
        for one in look.family(measure)
        if one.metric == f"late_{word}_rate" and one.group and not one.versus
    }
    rows: list[charts.IntervalRow] = []
    for by in dict.fromkeys(one.by for one in shown):
        rows.append(charts.IntervalRow(attribute(by), section=True))
        for one in sorted((r for r in shown if r.by == by), key=lambda row: -(row.value or 0.0)):
            marks: list[charts.Estimate | None] = [estimate(one.value or 0.0, one.low, one.high)]
            if late:
                marks.append(_mark_of(late.get((one.by, one.group))))
            rows.append(charts.IntervalRow(group_name(one), numbers.count(one.n), tuple(marks)))
    longest = max(shown, key=lambda one: one.value or 0.0)
    title = words.say(
        "%(group)s wait longest for %(what)s: half of them more than %(days)s",
        group=short(group_name(longest), 50),
        what=words.say(what),
        days=_days(look, longest.value),
    )
    panels = [charts.Panel(words.say("Median wait, days"), numbers.count, keep=(0.0,),
                           within=(0.0, math.inf))]  # fmt: skip
    if late:
        panels.append(charts.Panel(words.say("Longer than the law allows, %%"), tick_of(RATE, look),
                                   keep=(0.0,), within=(0.0, 1.0)))  # fmt: skip
    drawing = charts.interval_chart(
        rows[:MOST_ROWS],
        panels,
        heads=(words.say("Group"), words.say("People"), ""),
        title=f"{title}.",
    )
    source = words.say(
        "Line: %(share)s confidence interval. Source: measure %(measure)s.",
        share=numbers.percent(look.results.confidence),
        measure=measure,
    )
    return Figure(next(figures), title, words.say("By group, of all who asked or appealed"),
                  drawing, source)  # fmt: skip


def _mark_of(one: Row | None) -> charts.Estimate | None:
    return None if one is None or one.value is None else estimate(one.value, one.low, one.high)


def _table(look: Lookup, kind: Kind, tables: Iterator[int]) -> Table:
    words, numbers = look.words, look.numbers
    measure, word, what, _ = kind
    late = any(one.metric == f"late_{word}_rate" for one in look.family(measure))
    columns = [
        Column(words.say("Group"), 24 if late else 34),
        Column(words.say("People"), 12, True),
        Column(words.say("Half wait longer than, days"), 20 if late else 27, True),
        Column(words.say("One in ten waits longer than, days"), 22 if late else 27, True),
    ]
    if late:
        columns.append(Column(words.say("Longer than the law allows, %%"), 22, True))
    body = []
    for one in _groups(look, kind)[:MOST_ROWS]:
        cells = [TableCell(group_name(one), below=attribute(one.by))]
        cells.append(TableCell(numbers.count(one.n) if one.value is not None else "–"))
        cells.append(_cell(look, one, DAYS))
        last = look.row(measure, f"days_to_{word}_p90", one.by, one.group)
        cells.append(_cell(look, last, DAYS))
        if late:
            its = look.row(measure, f"late_{word}_rate", one.by, one.group)
            cells.append(_cell(look, its, RATE))
        body.append(TableRow(tuple(cells)))
    caption = words.say(
        "Table %(table)s. Waiting for %(what)s", table=next(tables), what=words.say(what)
    )
    note = words.say(
        "%(share)s confidence intervals in brackets; ∞: too few answers for an upper limit. A wait "
        "beyond which fewer than %(least)s people lie is not published. Comparisons and "
        "combinations stand in the attached file.",
        share=numbers.percent(look.results.confidence),
        least=numbers.count(look.results.disclosure.minimum_cell),
    )
    return Table(caption, note, tuple(columns), tuple(body), dense=True)


def _cell(look: Lookup, one: Row | None, form: Form) -> TableCell:
    if one is None or one.value is None:
        few = one is not None and one.n is None
        return TableCell(look.words.say("not published") if few else look.words.say("not known"))
    return TableCell(
        look.numbers.bare(one.value, form), look.numbers.bracket(one.low, one.high, form)
    )
