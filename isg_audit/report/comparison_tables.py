"""The table beside a figure: every value that the figure shows, with its interval.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import ItemVerdict, JudgedGroup
from isg_audit.report.figures import Comparisons, comparator, rate_of, withheld_note
from isg_audit.report.lookup import Lookup, attribute, by_weight, group_name
from isg_audit.report.numbers import DASH, RATE, Form, form_of
from isg_audit.report.pages import Column, Table, TableCell, TableRow
from isg_audit.report.tolerance import deciding, nearest_limit

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
        rows += [_row(one, item, look) for one in (ordered[:WORST] if total > MOST else ordered)]
    share = look.numbers.percent(look.results.confidence)
    note = words.say("%(share)s confidence intervals in brackets", share=share)
    if item.comparisons > 1:
        note += words.plural("", "; for fails they allow for %(n)s comparisons", item.comparisons)
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
            Column(first, 34), Column(words.say("People"), 12, True), Column(head + unit, 24, True),
            Column(words.say("People it stands for"), 14, True), Column(words.say("Result"), 16),
        )  # fmt: skip
    return (
        Column(first, 25), Column(words.say("People"), 9, True), Column(rate, 19, True),
        Column(head, 20, True), Column(words.say("Shortfall, people"), 11, True),
        Column(words.say("Result"), 16),
    )  # fmt: skip


def _base_row(part: Comparisons, by: str, look: Lookup) -> TableRow:
    base = comparator(part, by, look)
    if base is None:
        return TableRow(())
    best = all(one.versus == "best" for one in dict(part.groups)[by])
    same = 1.0 if part.metric.endswith("ratio") else 0.0
    said = look.words.say("Highest rate") if best else look.words.say("Compared with")
    quantity = form_of(part.metric.partition(".")[0])
    return TableRow((
        TableCell(group_name(base)), TableCell(look.numbers.count(base.n)),
        _estimate(base.value, base.low, base.high, quantity, look),
        TableCell(look.numbers.bare(same, form_of(part.metric))), TableCell(DASH), TableCell(said),
    ))  # fmt: skip


def _estimate(
    value: float | None, low: float | None, high: float | None, form: Form, look: Lookup
) -> TableCell:
    return TableCell(look.numbers.bare(value, form), look.numbers.bracket(low, high, form))


def _row(one: JudgedGroup, item: ItemVerdict, look: Lookup) -> TableRow:
    numbers = look.numbers
    verdict = TableCell(look.words.verdict(one.word), verdict=one.word)
    compares = bool(one.metric.partition(".")[2])
    if one.withheld:
        name = TableCell(group_name(one), below=withheld_note(look))
        gone = (TableCell(look.words.say("not published")), *[TableCell(DASH)] * (2 if compares else 1))
        return TableRow((name, TableCell(DASH), *gone, verdict))
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
        return TableRow((TableCell(group_name(one)), people, comparison, stands, verdict), strong=strong)
    rate = rate_of(one, look)
    quantity = form_of(one.metric.partition(".")[0])
    own = _estimate(rate.value, rate.low, rate.high, quantity, look) if rate else TableCell(DASH)
    return TableRow((TableCell(group_name(one)), people, own, comparison, stands, verdict), strong=strong)
