"""The tables of a finding: the values that its figures show, with their intervals.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from isg_audit.evidence import ItemVerdict, JudgedGroup
from isg_audit.report.ahead import by_chance, could_show_briefly, sureness, turned_briefly
from isg_audit.report.comparisons import Comparisons, comparator, rate_of, rows_of, yardstick
from isg_audit.report.lookup import Lookup, attribute, by_weight, group_name, is_of_model
from isg_audit.report.numbers import DASH, RATE, Form, form_of
from isg_audit.report.pages import Column, Table, TableCell, TableRow
from isg_audit.report.tolerance import deciding, nearest_limit
from isg_audit.report.wording import visible

MOST = 40
WORST = 20
COMBINATIONS = 8
"""So many combinations of attributes are listed; the annex has the rates of all."""
MOST_WITHHELD = 5
"""Names of groups without numbers that stand in one row; the rest is counted."""
Parts = Sequence[Comparisons]


def table_of(item: ItemVerdict, parts: Parts, look: Lookup, numbering: Iterator[int]) -> Table:
    """Values of one metric; where the model's stand beside the log's, in rows that follow.

    Of combinations of attributes the 8 weightiest, of more than 40 rows 20 an attribute.
    """
    words, both = look.words, len({is_of_model(part.measure) for part in parts}) > 1
    groups = [one for part in parts for _, listed in part.groups for one in listed]
    crossed = parts[0].matrix or (parts[0].crossed and len(groups) > COMBINATIONS)
    rows = list(_combined(item, parts, both, look) if crossed else ())
    rows = rows or list(_rows(item, parts, both, look))
    share = look.numbers.percent(look.results.confidence)
    note = words.say("%(share)s confidence intervals in brackets", share=share)
    if sure := sureness(item, look):
        note += words.plural(
            "; for fails they allow for %(n)s comparison (%(sure)s)",
            "; for fails they allow for %(n)s comparisons (%(sure)s)",
            item.comparisons,
            sure=sure,
        )
    rates = [rate_of(one, look) for one in groups]
    if any(one is not None and "bonferroni" in one.method for one in rates):
        note += words.say("; rates allow for the search over groups")
    if any(one.cases_needed for one in groups):
        note += words.say("; so many more people would settle what is inconclusive")
    if any(could_show_briefly(one, look) for one in groups):
        note += (
            words.say("; would show: the highest ratio that so few people would have shown")
            if parts[0].metric.endswith("ratio")
            else words.say("; would show: the smallest gap that so few people would have shown")
        )
    if any(turned_briefly(one, look) for one in groups):
        note += words.say(
            "; turns with: so many decisions otherwise would put the ratio on the other side of "
            "its limit"
        )
    if crossed:
        caption = words.say(
            "Table %(table)s. The weightiest combinations, of %(n)s",
            table=next(numbering),
            n=look.numbers.count(len(groups)),
        )
        note += words.say("; the others: annex and attached file")
    else:
        caption = words.say("Table %(table)s. Values by group", table=next(numbering))
        if any(len(row.cells) > 1 and row.cells[1].said == words.say("both") for row in rows):
            note += words.say("; by both: the log’s rate, then the model’s")
        if any(rows_of(part) > MOST for part in parts):
            note += words.say("; the weightiest rows, all are in the attached file")
    return Table(caption, note, _columns(parts, both, look), tuple(rows), dense=both)


def _columns(parts: Parts, both: bool, look: Lookup) -> tuple[Column, ...]:
    metric = parts[0].metric
    quantity, _, kind = metric.partition(".")
    vocabulary, words = look.vocabulary, look.words
    bys = {by for part in parts for by, _ in part.groups}
    first = attribute(min(bys)) if len(bys) == 1 else words.say("Group")
    rate = vocabulary.quantity(quantity) + (", %" if form_of(quantity) == RATE else "")
    head = vocabulary.comparison(metric)
    shares = (24, 7, 7, 16, 20, 9, 17) if both else (25, 0, 8, 18, 21, 10, 18)
    by = (Column(words.say("By"), shares[1]),) if both else ()
    if not kind:
        unit = ", %" if form_of(metric) == RATE else ""
        return (
            Column(first, 34 - 7 * both),
            *by,
            Column(words.say("People"), 12, True),
            Column(head + unit, 24, True),
            Column(words.say("People it stands for"), 14, True),
            Column(words.say("Result"), 16),
        )
    return (
        Column(first, shares[0]),
        *by,
        Column(words.say("People"), shares[2], True),
        Column(rate, shares[3], True),
        Column(head, shares[4], True),
        Column(words.say("Shortfall, people"), shares[5], True),
        Column(words.say("Result"), shares[6]),
    )


def _rows(item: ItemVerdict, parts: Parts, both: bool, look: Lookup) -> Iterator[TableRow]:
    """By attribute; the group compared with first, then the weightiest in the first part."""
    bys = list(dict.fromkeys(by for part in parts for by, _ in part.groups))
    for by in bys:
        ours = [part for part in parts if by in dict(part.groups)]
        named = {row.cells[0].said: [row] for row in _base_rows(ours, by, both, look)}
        withheld: list[TableRow] = []
        for part in ours:
            groups = by_weight(dict(part.groups)[by])
            shown = [one for one in groups if not one.withheld]
            for one in shown[:WORST] if rows_of(part) > MOST else shown:
                named.setdefault(group_name(one), []).append(_row(one, item, both, look))
            withheld += _withheld([one for one in groups if one.withheld], part, both, look)
        if len(bys) > 1 and any(one for one in named if one != attribute(by)):
            yield TableRow((TableCell(attribute(by)),), section=True)
        yield from (row for rows in named.values() for row in rows)
        yield from withheld


def _combined(item: ItemVerdict, parts: Parts, both: bool, look: Lookup) -> Iterator[TableRow]:
    """The weightiest combinations of all parts, and the names of those that are withheld."""
    every = by_weight([one for part in parts for _, groups in part.groups for one in groups])
    shown = [one for one in every if not one.withheld]
    for one in shown[:COMBINATIONS]:
        yield _row(one, item, both, look)
    for part in parts:
        gone = [one for _, groups in part.groups for one in groups if one.withheld]
        yield from _withheld(gone, part, both, look)


def _decided_by(measure: str, both: bool, look: Lookup) -> tuple[TableCell, ...]:
    if not both:
        return ()
    said = look.words.say("model") if is_of_model(measure) else look.words.say("log")
    return (TableCell(said),)


def _base_rows(parts: Parts, by: str, both: bool, look: Lookup) -> Iterator[TableRow]:
    """The groups that others are compared with; one row where log and model have the same."""
    bases = [(part, base) for part in parts if (base := comparator(part, by, look)) is not None]
    for name in dict.fromkeys(group_name(base) for _, base in bases):
        alike = [(part, base) for part, base in bases if group_name(base) == name]
        part, base = alike[0]
        form = form_of(part.metric.partition(".")[0])
        rate = _estimate(base.value, base.low, base.high, form, look)
        origin = _decided_by(part.measure, both, look)
        if len(alike) > 1:
            rate = TableCell(", ".join(look.numbers.bare(one.value, form) for _, one in alike))
            origin = (TableCell(look.words.say("both")),)
        same = 1.0 if part.metric.endswith("ratio") else 0.0
        yield TableRow(
            (
                TableCell(name),
                *origin,
                TableCell(look.numbers.count(base.n)),
                rate,
                TableCell(look.numbers.bare(same, form_of(part.metric))),
                TableCell(DASH),
                TableCell(yardstick(part, by, look)),
            )
        )


def _estimate(
    value: float | None, low: float | None, high: float | None, form: Form, look: Lookup
) -> TableCell:
    return TableCell(look.numbers.bare(value, form), look.numbers.bracket(low, high, form))


def _row(one: JudgedGroup, item: ItemVerdict, both: bool, look: Lookup) -> TableRow:
    numbers = look.numbers
    form = form_of(one.metric)
    limit = nearest_limit(one.value, item.tolerance) if one.value is not None else None
    if one.value is not None and limit is not None:
        form = numbers.apart(one.value, limit, form)
    own: tuple[TableCell, ...] = ()
    if one.metric.partition(".")[2]:
        rate = rate_of(one, look)
        quantity = form_of(one.metric.partition(".")[0])
        own = (
            _estimate(rate.value, rate.low, rate.high, quantity, look) if rate else TableCell(DASH),
        )
    return TableRow(
        (
            TableCell(group_name(one), below=by_chance(one, look)),
            *_decided_by(one.measure, both, look),
            TableCell(numbers.count(one.n)),
            *own,
            replace(
                _estimate(one.value, *deciding(one), form, look), below=turned_briefly(one, look)
            ),
            TableCell(numbers.count(one.affected)),
            TableCell(look.words.verdict(one.word), verdict=one.word, below=_beside(one, look)),
        ),
        strong=one.word == "fail",
    )


def _withheld(
    groups: list[JudgedGroup], part: Comparisons, both: bool, look: Lookup
) -> Iterator[TableRow]:
    """Groups whose numbers are not published: one row a verdict word."""
    columns = 6 if part.metric.partition(".")[2] else 5
    for word in dict.fromkeys(one.word for one in groups):
        alike = list(dict.fromkeys(group_name(one) for one in groups if one.word == word))
        names = look.words.listed(alike, at_most=MOST_WITHHELD)
        dashes = [TableCell(DASH)] * (columns - 4)
        yield TableRow(
            (
                TableCell(names),
                *_decided_by(part.measure, both, look),
                TableCell(DASH),
                TableCell(look.words.say("not published")),
                *dashes,
                TableCell(look.words.verdict(word), verdict=word),
            )
        )


def _beside(one: JudgedGroup, look: Lookup) -> str:
    """What stands under a verdict: why there is none; what would settle it, what would show."""
    if not one.decides:
        return look.words.say("does not decide")
    if one.word == "not assessed":
        return visible(one.reason)
    needed = ""
    if one.word == "inconclusive" and one.cases_needed is not None:
        about = look.numbers.about(one.cases_needed)
        needed = look.words.say("about %(needed)s more", needed=about)
    return "; ".join(filter(None, (needed, could_show_briefly(one, look))))
