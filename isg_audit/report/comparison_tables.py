"""The table beside a figure: every value that the figure shows, with its interval.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from isg_audit.evidence import ItemVerdict, JudgedGroup
from isg_audit.report.comparisons import Comparisons, comparator, rate_of
from isg_audit.report.lookup import Lookup, attribute, by_weight, group_name
from isg_audit.report.numbers import DASH, RATE, Form, form_of
from isg_audit.report.pages import Column, Table, TableCell, TableRow
from isg_audit.report.tolerance import deciding, nearest_limit
from isg_audit.report.wording import visible

MOST = 40
WORST = 20


def table_of(
    item: ItemVerdict, part: Comparisons, look: Lookup, numbering: Iterator[int], figure: int
) -> Table:
    """All values of a figure; of more than 40 rows the 20 weightiest."""
    words = look.words
    total = sum(len(groups) for _, groups in part.groups)
    several = len(part.groups) > 1
    rows: list[TableRow] = []
    for by, groups in part.groups:
        ordered = by_weight(groups)
        if several and any(one.group for one in groups):
            rows.append(TableRow((TableCell(attribute(by)),), section=True))
        base = comparator(part, by, look)
        if base is not None:
            rows.append(_base_row(part, by, look))
        shown = [one for one in ordered if not one.withheld]
        rows += [_row(one, item, look) for one in (shown[:WORST] if total > MOST else shown)]
        rows += _withheld([one for one in ordered if one.withheld], part, look)
    share = look.numbers.percent(look.results.confidence)
    note = words.say("%(share)s confidence intervals in brackets", share=share)
    if item.comparisons > 1:
        note += words.say(
            "; for fails they allow for %(n)s comparisons", n=look.numbers.count(item.comparisons)
        )
    rates = [rate_of(one, look) for _, groups in part.groups for one in groups]
    if any(one is not None and "bonferroni" in one.method for one in rates):
        note += words.say("; rates allow for the search over groups")
    if any(one.cases_needed for _, groups in part.groups for one in groups):
        note += words.say("; so many more people would settle what is inconclusive")
    if total > MOST:
        note += words.say("; the weightiest rows, all are in the attached file")
    caption = words.say(
        "Table %(table)s. Values shown in Figure %(figure)s", table=next(numbering), figure=figure
    )
    return Table(caption, note, _columns(part, look), tuple(rows))


def _columns(part: Comparisons, look: Lookup) -> tuple[Column, ...]:
    quantity, _, kind = part.metric.partition(".")
    vocabulary, words = look.vocabulary, look.words
    first = attribute(part.groups[0][0]) if len(part.groups) == 1 else words.say("Group")
    rate = vocabulary.quantity(quantity) + (", %" if form_of(quantity) == RATE else "")
    head = vocabulary.comparison(part.metric)
    if not kind:
        unit = ", %" if form_of(part.metric) == RATE else ""
        return (
            Column(first, 34),
            Column(words.say("People"), 12, True),
            Column(head + unit, 24, True),
            Column(words.say("People it stands for"), 14, True),
            Column(words.say("Result"), 16),
        )
    return (
        Column(first, 24),
        Column(words.say("People"), 8, True),
        Column(rate, 18, True),
        Column(head, 20, True),
        Column(words.say("Shortfall, people"), 10, True),
        Column(words.say("Result"), 20),
    )


def _base_row(part: Comparisons, by: str, look: Lookup) -> TableRow:
    base = comparator(part, by, look)
    if base is None:
        return TableRow(())
    best = all(one.versus == "best" for one in dict(part.groups)[by])
    same = 1.0 if part.metric.endswith("ratio") else 0.0
    said = look.words.say("Highest rate") if best else look.words.say("Compared with")
    quantity = form_of(part.metric.partition(".")[0])
    return TableRow(
        (
            TableCell(group_name(base)),
            TableCell(look.numbers.count(base.n)),
            _estimate(base.value, base.low, base.high, quantity, look),
            TableCell(look.numbers.bare(same, form_of(part.metric))),
            TableCell(DASH),
            TableCell(said),
        )
    )


def _estimate(
    value: float | None, low: float | None, high: float | None, form: Form, look: Lookup
) -> TableCell:
    return TableCell(look.numbers.bare(value, form), look.numbers.bracket(low, high, form))


def _row(one: JudgedGroup, item: ItemVerdict, look: Lookup) -> TableRow:
    numbers = look.numbers
    verdict = TableCell(look.words.verdict(one.word), verdict=one.word, below=_beside(one, look))
    compares = bool(one.metric.partition(".")[2])
    form = form_of(one.metric)
    limit = nearest_limit(one.value, item.tolerance) if one.value is not None else None
    if one.value is not None and limit is not None:
        form = numbers.apart(one.value, limit, form)
    low, high = deciding(one)
    comparison = _estimate(one.value, low, high, form, look)
    people = TableCell(numbers.count(one.n))
    stands = TableCell(numbers.count(one.affected))
    strong = one.word == "fail"
    if not compares:
        return TableRow(
            (TableCell(group_name(one)), people, comparison, stands, verdict), strong=strong
        )
    rate = rate_of(one, look)
    quantity = form_of(one.metric.partition(".")[0])
    own = _estimate(rate.value, rate.low, rate.high, quantity, look) if rate else TableCell(DASH)
    return TableRow(
        (TableCell(group_name(one)), people, own, comparison, stands, verdict), strong=strong
    )


def _withheld(groups: list[JudgedGroup], part: Comparisons, look: Lookup) -> Iterator[TableRow]:
    """Groups whose numbers are not published: one row a verdict word."""
    columns = 6 if part.metric.partition(".")[2] else 5
    for word in dict.fromkeys(one.word for one in groups):
        names = ", ".join(group_name(one) for one in groups if one.word == word)
        dashes = [TableCell(DASH)] * (columns - 4)
        yield TableRow(
            (
                TableCell(names),
                TableCell(DASH),
                TableCell(look.words.say("not published")),
                *dashes,
                TableCell(look.words.verdict(word), verdict=word),
            )
        )


def _beside(one: JudgedGroup, look: Lookup) -> str:
    """What stands under a verdict: why there is none, or how many more people would settle it."""
    if not one.decides:
        return look.words.say("does not decide")
    if one.word == "not assessed":
        return visible(one.reason)
    if one.word != "inconclusive" or one.cases_needed is None:
        return ""
    if one.cases_needed == float("inf"):
        return look.words.say("more would not settle it")
    needed = look.numbers.count(about(one.cases_needed))
    return look.words.say("about %(needed)s more", needed=needed)


def about(people: float) -> float:
    """Two leading digits of an estimated number of people: 2,864 is about 2,900."""
    return float(
        Decimal(people).quantize(
            Decimal(1).scaleb(max(0, len(str(int(people))) - 2)), ROUND_HALF_UP
        )
    )
