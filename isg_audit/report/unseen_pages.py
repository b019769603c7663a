"""Outcomes that were never seen: for whom they are known, and what they leave open.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import Lookup, attribute
from isg_audit.report.numbers import POINTS, RATE
from isg_audit.report.pages import Block, Column, Figure, Table, TableCell, TableRow
from isg_audit.report.why_words import named

MEASURE = "coverage.selective_labels"
APART = 0.05
"""Below this difference of the two shares, and with all but this share known, a sentence is
enough."""
MOST_ROWS = 24


def unseen_outcomes(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Iterator[Block]:
    """Nothing where every outcome is known."""
    words, numbers = look.words, look.numbers
    known = {
        one.feature: one
        for one in look.family(MEASURE)
        if one.metric == "known_outcome_rate" and not one.by and one.value is not None
    }
    good, bad = known.get("favourable decision"), known.get("unfavourable decision")
    rows = [one for one in look.family(MEASURE) if one.metric.endswith("_bounds")
            and one.value is not None]  # fmt: skip
    if good is None or bad is None or not rows:
        return
    said = words.say(
        "What really happened is known for %(good)s of the people who got the favourable decision "
        "and for %(bad)s of those who got the unfavourable one.",
        good=numbers.said(good.value, RATE),
        bad=numbers.said(bad.value, RATE),
    )
    apart = abs((good.value or 0.0) - (bad.value or 0.0))
    if apart >= APART:
        said += " " + words.say(
            "So error rates of those seen are not those of the people decided upon, and whoever "
            "learns from those seen learns nothing of the others. What can be said without "
            "assuming anything of them lies between two bounds:"
        )
    yield Block(words.say("Outcomes never seen"), paragraphs=(said,))
    if apart < APART and min(good.value or 0.0, bad.value or 0.0) > 1 - APART:
        return
    wrong = _wrong(look)
    singles = [one for one in rows if one.metric == wrong]
    if len(singles) > 1:
        yield Block(figures=(_figure(look, singles, figures),))
    yield Block(tables=(_table(look, rows, wrong, tables),))
    yield Block(
        paragraphs=(
            words.say(
                "The bounds are sharp: some outcomes of the people not seen attain them. To narrow "
                "them takes outcomes of people drawn at random whatever their decision, such as a "
                "small part let through, or followed up."
            ),
        )
    )


def _wrong(look: Lookup) -> str:
    """The error that wrongs a person who deserved the favourable decision."""
    favourable = look.results.subject.positive == "favourable"
    return "false_negative_rate_bounds" if favourable else "false_positive_rate_bounds"


def _figure(look: Lookup, rows: list[Row], figures: Iterator[int]) -> Figure:
    words, numbers = look.words, look.numbers
    widest = max(rows, key=lambda one: (one.high or 0.0) - (one.low or 0.0))
    title = words.say(
        "Wrongly refused: for %(group)s anything from %(spread)s is possible",
        group=named(widest.by, widest.group) if widest.group else words.say("everybody"),
        spread=numbers.spread(widest.low, widest.high, RATE),
    )
    lines = [
        charts.IntervalRow(
            named(one.by, one.group) if one.group else words.say("Everybody"),
            numbers.count(one.n),
            (_ends(one),),
            "",
            attribute(one.by) if one.by else words.say("All cases"),
        )
        for one in rows[:MOST_ROWS]
    ]
    head = words.say("Wrongly refused among people who deserved otherwise, %%")
    drawing = charts.interval_chart(
        lines,
        [charts.Panel(head, tick_of(RATE, look), keep=(0.0, 1.0), within=(0.0, 1.0))],
        heads=(words.say("Group"), words.say("Decided"), words.say("Attribute")),
        title=title + ".",
    )
    source = words.say(
        "Line: all that the outcomes seen allow, with %(share)s limits around it; the mark is the "
        "middle and no estimate. Source: measure %(measure)s.",
        share=numbers.percent(look.results.confidence),
        measure=MEASURE,
    )
    measured = words.say("Bounds of the share wrongly refused, by group")
    return Figure(next(figures), title, measured, drawing, source, True)


def _ends(one: Row) -> charts.Estimate | None:
    return estimate(one.value or 0.0, one.low, one.high)


def _table(look: Lookup, rows: list[Row], wrong: str, tables: Iterator[int]) -> Table:
    words, numbers = look.words, look.numbers
    found = {(one.metric, one.by, one.group): one for one in rows}
    gaps = {(one.by, one.group): one for one in look.family(MEASURE)
            if one.metric == f"{wrong}.difference"}  # fmt: skip
    groups = dict.fromkeys((one.by, one.group) for one in rows)
    body = tuple(
        TableRow(
            (
                TableCell(named(by, group) if group else words.say("Everybody"), attribute(by)),
                _between(found.get(("base_rate_bounds", by, group)), look),
                _between(found.get((wrong, by, group)), look),
                _gap(gaps.get((by, group)), look),
            )
        )
        for by, group in list(groups)[:MOST_ROWS]
    )
    columns = (
        Column(words.say("Group"), 31),
        Column(words.say("Positive outcome, %%"), 22, True),
        Column(words.say("Wrongly refused, %%"), 22, True),
        Column(words.say("Wrongly refused, less everybody else, points"), 25, True),
    )
    caption = words.say("Table %(table)s. What the outcomes seen leave open", table=next(tables))
    note = words.say(
        "From the lowest to the highest value that any outcomes of the people not seen allow, with "
        "%(share)s limits around both",
        share=numbers.percent(look.results.confidence),
    )
    return Table(caption, note, columns, body, dense=True)


def _between(one: Row | None, look: Lookup) -> TableCell:
    if one is None or one.value is None:
        return TableCell(look.words.say("not published"))
    return TableCell(look.numbers.spread(one.low, one.high, RATE))


def _gap(one: Row | None, look: Lookup) -> TableCell:
    if one is None:
        return TableCell("—")
    if one.value is None:
        return TableCell(look.words.say("not published"))
    return TableCell(look.numbers.spread(one.low, one.high, POINTS))
