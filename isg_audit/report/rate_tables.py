"""Annex: the rates of all published groups, and the other measures by group.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report.explanations import weights_table
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import DASH, RATE, form_of
from isg_audit.report.pages import Block, Column, Section, Table, TableCell, TableRow
from isg_audit.report.wording import visible

MOST, SHOWN = 60, 20
RATES = ("fairness.favourable_rate", "fairness.model_favourable_rate")
ERRORS = (
    "true_positive_rate",
    "false_positive_rate",
    "false_negative_rate",
    "precision",
    "accuracy",
    "base_rate",
    "roc_auc",
    "calibration_in_the_large",
)


def rate_annex(look: Lookup, label: str, tables: Iterator[int]) -> Section:
    """The annex: rates in the log and by the model, errors where outcomes are known."""
    words = look.words
    blocks = []
    if any(one.measure in RATES for one in look.results.measurements):
        blocks.append(Block(tables=(_rates(look, tables),)))
    blocks += [
        Block(tables=(_quantity(quantity, look, tables),))
        for quantity in ERRORS
        if any(one.metric == quantity and one.group for one in look.family(f"fairness.{quantity}"))
    ]
    weights = weights_table(look, tables)
    if weights is not None:
        blocks.append(Block(tables=(weights,)))
    lead = words.say(
        "All values, also those not printed here, stand in the attached file measurements.csv."
    )
    return Section(
        "tables",
        label,
        words.say("Rates of all groups, and further values"),
        lead,
        tuple(blocks),
        wide=True,
    )


def _rates(look: Lookup, tables: Iterator[int]) -> Table:
    """Rates in the log and, beside them, by the model where both decide."""
    words, numbers = look.words, look.numbers
    measures = [one for one in RATES if look.row(one, "favourable_rate") or look.family(one)]
    keyed = {
        (one.measure, one.by, one.group): one
        for one in look.results.measurements
        if one.measure in measures and one.metric == "favourable_rate" and not one.window
        if not one.versus
    }
    published = [one for key, one in keyed.items() if key[0] == measures[0] and one.group]
    shown = published if len(published) <= MOST else _matter(published)

    def row(name: str, one: Row, strong: bool = False) -> TableRow:
        both = [keyed.get((measure, one.by, one.group)) for measure in measures]
        people = numbers.count(one.n) if one.value is not None else DASH
        rates = [_rate(each, look) for each in both]
        return TableRow((TableCell(name), TableCell(people), *rates), strong=strong)

    rows: list[TableRow] = []
    overall = keyed.get((measures[0], "", ""))
    if overall is not None:
        rows.append(row(words.say("Everybody"), overall, strong=True))
    for by in dict.fromkeys(one.by for one in shown):
        rows.append(TableRow((TableCell(attribute(by)),), section=True))
        ours = (one for one in shown if one.by == by)
        rows += [
            row(group_name(one), one) for one in sorted(ours, key=lambda one: -(one.value or -1.0))
        ]
    share = 52 // len(measures)
    head = f"{look.vocabulary.quantity('favourable_rate')}, %"
    heads = [f"{look.decides(one)}: {head[:1].lower() + head[1:]}" for one in measures]
    columns = (
        Column(words.say("Group"), 36),
        Column(words.say("People"), 12, True),
        *(Column(said, share, True) for said in heads),
    )
    methods = dict.fromkeys(one.method for one in keyed.values() if one.method)
    note = words.say(
        "%(share)s confidence intervals in brackets; method: %(method)s",
        share=numbers.percent(look.results.confidence),
        method=words.listed([visible(one) for one in methods], 6) or DASH,
    )
    if len(shown) < len(published):
        note += "; " + words.plural(
            "%(n)s more row in the attached file",
            "%(n)s more rows in the attached file",
            len(published) - len(shown),
        )
    caption = words.say("Table %(table)s. Rate by group", table=next(tables))
    return Table(caption, note, columns, tuple(rows), dense=True)


def _matter(rows: list[Row]) -> list[Row]:
    """All single attributes first, then the 20 combinations with the lowest rates."""
    single = [one for one in rows if JOINT not in one.by][:MOST]
    crossed = sorted(
        (one for one in rows if JOINT in one.by and one.value is not None),
        key=lambda one: one.value or 0.0,
    )
    return [*single, *crossed[:SHOWN]]


def _rate(one: Row | None, look: Lookup) -> TableCell:
    if one is None:
        return TableCell(DASH)
    if one.value is None:
        return TableCell(
            look.words.say("not published") if one.n is None else look.words.say("not estimable")
        )
    numbers = look.numbers
    return TableCell(numbers.bare(one.value, RATE), numbers.bracket(one.low, one.high, RATE))


def _quantity(quantity: str, look: Lookup, tables: Iterator[int]) -> Table:
    words, numbers = look.words, look.numbers
    rows: list[TableRow] = []
    found = [
        one
        for one in look.family(f"fairness.{quantity}")
        if one.measure == f"fairness.{quantity}"
        and one.metric == quantity
        and one.group
        and JOINT not in one.by
        and one.value is not None
        and not (one.versus or one.window)
    ]
    form = form_of(quantity)
    for by in dict.fromkeys(one.by for one in found):
        rows.append(TableRow((TableCell(attribute(by)),), section=True))
        rows += [
            TableRow(
                (
                    TableCell(group_name(one)),
                    TableCell(numbers.count(one.n)),
                    TableCell(
                        numbers.bare(one.value, form), numbers.bracket(one.low, one.high, form)
                    ),
                    TableCell(one.method.capitalize() or "—"),
                )
            )
            for one in found[:MOST]
            if one.by == by
        ]
    head = look.vocabulary.quantity(quantity) + (", %" if form == RATE else "")
    columns = (
        Column(words.say("Group"), 40),
        Column(words.say("Cases"), 15, True),
        Column(head, 25, True),
        Column(words.say("Method"), 20),
    )
    caption = words.say(
        "Table %(table)s. %(what)s by group",
        table=next(tables),
        what=look.vocabulary.quantity(quantity),
    )
    return Table(caption, "", columns, tuple(rows))
