"""Predicted numbers by group: a chart of errors for each attribute, a table of all groups.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import DASH, MOST_DECIMALS, Form
from isg_audit.report.pages import Block, Column, Fact, Figure, Section, Table, TableCell, TableRow
from isg_audit.report.wording import short, visible

MOST_ROWS, MOST_CHARTED = 60, 24
ERRORS = ("mean_error", "mean_absolute_error", "root_mean_squared_error")
NUMBERS = ("mean_score", "mean_outcome")


def number_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section:
    """The section: errors first, then the numbers themselves."""
    words = look.words
    blocks = []
    if _groups(look, "mean_error"):
        blocks.append(Block(figures=(_chart(look, figures),)))
        caption = words.say("Table %(table)s. Errors by group", table=next(tables))
        blocks.append(Block(tables=(_table(look, ERRORS, caption),)))
    caption = words.say("Table %(table)s. Predicted and true numbers by group", table=next(tables))
    blocks.append(Block(tables=(_table(look, NUMBERS, caption),)))
    return Section(
        "numbers",
        words.say("Predictions"),
        words.say("How far the predicted numbers are off, by group"),
        words.say(
            "The error is the predicted number minus the true one. A mean error above zero: the "
            "group is expected to have more than it has; below zero: less."
        ),
        tuple(blocks),
        wide=True,
    )


def number_facts(look: Lookup) -> Iterator[Fact]:
    """Errors of everybody, and the group whose numbers are furthest off."""
    words, numbers = look.words, look.numbers
    for quantity, said in (
        ("mean_absolute_error", words.say("mean size of the error, for everybody")),
        ("mean_error", words.say("mean error for everybody: predicted minus true")),
    ):
        one = look.row(f"fairness.{quantity}", quantity)
        if one is not None and one.value is not None:
            yield Fact(said, numbers.bare(one.value, _form(look, ERRORS, quantity)), large=True)
    worst = max(
        _groups(look, "mean_absolute_error"), key=lambda one: one.value or 0.0, default=None
    )
    if worst is not None:
        yield Fact(
            words.say(
                "mean size of the error in the group %(group)s, the largest published (%(people)s "
                "cases)",
                group=short(group_name(worst), 50),
                people=numbers.count(worst.n),
            ),
            numbers.bare(worst.value, _form(look, ERRORS, "mean_absolute_error")),
            large=True,
        )


def _form(look: Lookup, quantities: tuple[str, ...], quantity: str) -> Form:
    """One form for figures read beside one another: three digits of the largest, four of means."""
    rows = [one for name in quantities for one in _rows(look, name).values()]
    most = max((abs(one.value) for one in rows if one.value), default=1.0)
    digits = 3 if quantity in ERRORS else 4
    decimals = min(max(0, digits - 1 - math.floor(math.log10(most))), MOST_DECIMALS)
    return Form(decimals=decimals, signed=quantity == "mean_error")


def _groups(look: Lookup, quantity: str) -> list[Row]:
    """Published groups with a value of a quantity, single attributes first."""
    rows = [
        one
        for one in look.family(f"fairness.{quantity}")
        if one.metric == quantity and one.group and one.value is not None
    ]
    return sorted(rows, key=lambda one: JOINT in one.by)


def _chart(look: Lookup, figures: Iterator[int]) -> Figure:
    words, numbers = look.words, look.numbers
    rows = _groups(look, "mean_error")
    single = [one for one in rows if JOINT not in one.by]
    shown = (single or rows)[:MOST_CHARTED]
    form = _form(look, ERRORS, "mean_error")
    lines = []
    for by in dict.fromkeys(one.by for one in shown):
        lines.append(charts.IntervalRow(attribute(by), section=True))
        lines += [
            charts.IntervalRow(
                group_name(one),
                numbers.count(one.n),
                (estimate(one.value or 0.0, one.low, one.high),),
                said=numbers.bare(one.value, form),
            )
            for one in shown
            if one.by == by
        ]
    most = max(shown, key=lambda one: abs(one.value or 0.0))
    title = words.say(
        "%(group)s is furthest off on average: %(error)s",
        group=short(group_name(most), 60),
        error=numbers.bare(most.value, form),
    )
    drawing = charts.interval_chart(
        lines,
        [charts.Panel(look.vocabulary.quantity("mean_error"), tick_of(form, look), keep=(0.0,))],
        heads=(words.say("Group"), words.say("Cases"), words.say("Mean error")),
        title=title + ".",
    )
    source = words.say(
        "Line: %(share)s confidence interval of each group alone. Source: measure "
        "fairness.mean_error.",
        share=numbers.percent(look.results.confidence),
    )
    measured = words.say(
        "Mean of predicted minus true number (%(score)s minus %(outcome)s), by group",
        score=short(visible(look.results.subject.score), 40),
        outcome=short(visible(look.results.subject.outcome), 40),
    )
    return Figure(next(figures), title, measured, drawing, source)


def _table(look: Lookup, quantities: tuple[str, ...], caption: str) -> Table:
    words, numbers = look.words, look.numbers
    found = {name: _rows(look, name) for name in quantities}
    keys = list(dict.fromkeys(key for rows in found.values() for key in rows))
    forms = [_form(look, quantities, name) for name in quantities]
    rows: list[TableRow] = []
    said = ""
    for by, group in sorted(keys, key=lambda key: (key[0] != "", JOINT in key[0]))[:MOST_ROWS]:
        if by and by != said:
            said = by
            rows.append(TableRow((TableCell(attribute(by)),), section=True))
        every = [found[name].get((by, group)) for name in quantities]
        first = next(one for one in every if one is not None)
        rows.append(
            TableRow(
                (
                    TableCell(group_name(first) if by else words.say("Everybody")),
                    TableCell(numbers.count(first.n) if first.value is not None else DASH),
                    *(_cell(one, form, look) for one, form in zip(every, forms, strict=True)),
                ),
                strong=not by,
            )
        )
    share = 58 / len(quantities)
    columns = (
        Column(words.say("Group"), 30),
        Column(words.say("Cases"), 12, True),
        *(Column(_head(name, look), share, True) for name in quantities),
    )
    note = words.say(
        "%(share)s confidence intervals in brackets; method: Student’s t, of each group alone",
        share=numbers.percent(look.results.confidence),
    )
    if len(keys) > MOST_ROWS:
        note += "; " + words.plural(
            "%(n)s more row in the attached file",
            "%(n)s more rows in the attached file",
            len(keys) - MOST_ROWS,
        )
    return Table(caption, note, columns, tuple(rows), dense=True)


def _head(quantity: str, look: Lookup) -> str:
    if quantity == "mean_score":
        return look.words.say("Mean predicted number")
    return look.vocabulary.quantity(quantity)


def _rows(look: Lookup, quantity: str) -> dict[tuple[str, str], Row]:
    return {
        (one.by, one.group): one
        for one in look.family(f"fairness.{quantity}")
        if one.metric == quantity and not (one.versus or one.window)
    }


def _cell(one: Row | None, form: Form, look: Lookup) -> TableCell:
    if one is None:
        return TableCell(DASH)
    if one.value is None:
        withheld = look.words.say("not published")
        return TableCell(withheld if one.n is None else look.words.say("not estimable"))
    numbers = look.numbers
    return TableCell(numbers.bare(one.value, form), numbers.bracket(one.low, one.high, form))
