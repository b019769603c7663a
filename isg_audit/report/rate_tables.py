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

MOST, SHOWN = 40, 20
ERRORS = (
    "true_positive_rate",
    "false_positive_rate",
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
    for measure in ("fairness.favourable_rate", "fairness.model_favourable_rate"):
        if any(one.measure == measure for one in look.results.measurements):
            blocks.append(Block(tables=(_rates(measure, look, tables),)))
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


def _rates(measure: str, look: Lookup, tables: Iterator[int]) -> Table:
    words, numbers = look.words, look.numbers
    rows: list[TableRow] = []
    overall = look.row(measure, "favourable_rate")
    published = [
        one
        for one in look.results.measurements
        if one.measure == measure
        and one.metric == "favourable_rate"
        and one.group
        and not one.window
    ]
    shown = published if len(published) <= MOST else _matter(published)
    if overall is not None:
        rows.append(
            TableRow((TableCell(words.say("Everybody")), *_values(overall, look)), strong=True)
        )
    for by in dict.fromkeys(one.by for one in shown):
        rows.append(TableRow((TableCell(attribute(by)),), section=True))
        rows += [
            TableRow((TableCell(group_name(one)), *_values(one, look)))
            for one in sorted(
                (one for one in shown if one.by == by), key=lambda one: -(one.value or -1.0)
            )
        ]
    columns = (
        Column(words.say("Group"), 40),
        Column(words.say("People"), 15, True),
        Column(f"{look.vocabulary.quantity('favourable_rate')}, %", 25, True),
        Column(words.say("Method"), 20),
    )
    caption = words.say(
        "Table %(table)s. %(who)s: rate by group", table=next(tables), who=look.decides(measure)
    )
    note = words.say(
        "%(share)s confidence intervals in brackets", share=numbers.percent(look.results.confidence)
    )
    if len(shown) < len(published):
        note += "; " + words.plural(
            "%(n)s more row in the attached file",
            "%(n)s more rows in the attached file",
            len(published) - len(shown),
        )
    return Table(caption, note, columns, tuple(rows))


def _matter(rows: list[Row]) -> list[Row]:
    """All single attributes first, then the 20 combinations with the lowest rates."""
    single = [one for one in rows if JOINT not in one.by][:MOST]
    crossed = sorted(
        (one for one in rows if JOINT in one.by and one.value is not None),
        key=lambda one: one.value or 0.0,
    )
    return [*single, *crossed[:SHOWN]]


def _values(one: Row, look: Lookup) -> tuple[TableCell, TableCell, TableCell]:
    if one.value is None:
        gone = look.words.say("not published") if one.n is None else look.words.say("not estimable")
        why = DASH if one.n is None else one.note or DASH
        return TableCell("—"), TableCell(gone), TableCell(why)
    numbers = look.numbers
    return (
        TableCell(numbers.count(one.n)),
        TableCell(numbers.bare(one.value, RATE), numbers.bracket(one.low, one.high, RATE)),
        TableCell(one.method.capitalize() or "—"),
    )


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
