"""Groups in like circumstances: the gap as it is beside the gap within strata.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report.lookup import Lookup, attribute, group_name
from isg_audit.report.numbers import DASH, POINTS
from isg_audit.report.pages import Block, Column, Table, TableCell, TableRow
from isg_audit.report.wording import visible

MEASURE, METRIC = "fairness.favourable_rate_within", "favourable_rate_within.difference"
PLAIN = "fairness.favourable_rate"
MOST_ROWS = 40
TOLD = ("strata disagree", "no sign", "the gap", "not estimable")
"""How the clauses of a row's note begin that its table repeats."""
CHOICE = "the auditor's choice"
"""Ends the clause that names the strata."""


def alike_blocks(look: Lookup, tables: Iterator[int]) -> tuple[Block, ...]:
    """A table for each attribute; none where nothing was measured within strata."""
    rows = [
        one
        for one in look.family(MEASURE)
        if (one.measure, one.metric) == (MEASURE, METRIC) and one.value is not None
    ]
    heading = look.words.say("In common to all strata")
    return tuple(
        Block(heading, tables=(_table(by, rows, look, tables),))
        for by in dict.fromkeys(one.by for one in rows)
    )


def _table(by: str, rows: list[Row], look: Lookup, tables: Iterator[int]) -> Table:
    words = look.words
    versus = next(one.versus for one in rows if one.by == by)
    shown = [one for one in rows if (one.by, one.versus) == (by, versus)]
    named = {"best": words.say("the best-off group"), "rest": words.say("everybody else")}
    note = words.say(
        "%(share)s confidence intervals in brackets; method: Mantel-Haenszel, Breslow-Day for "
        "whether strata agree; further comparisons and ratios in the attached file",
        share=look.numbers.percent(look.results.confidence),
    )
    return Table(
        words.say(
            "Table %(table)s. %(by)s against %(versus)s",
            table=next(tables),
            by=attribute(by),
            versus=named.get(versus, visible(versus)),
        ),
        note,
        (
            Column(words.say("Group"), 15),
            Column(words.say("Cases that bear on it"), 11, True),
            Column(words.say("Gap as it is, points"), 18, True),
            Column(words.say("Gap within strata, points"), 18, True),
            Column(words.say("Strata"), 38, small=True),
        ),
        tuple(_line(one, look) for one in shown[:MOST_ROWS]),
        dense=True,
    )


def _line(one: Row, look: Lookup) -> TableRow:
    plain = look.row(PLAIN, "favourable_rate.difference", one.by, one.group, one.versus)
    told = [
        clause for clause in one.note.split("; ") if clause.startswith(TOLD) or CHOICE in clause
    ]
    return TableRow(
        (
            TableCell(group_name(one)),
            TableCell(look.numbers.count(one.n) if one.n is not None else DASH),
            _gap(plain, look),
            _gap(one, look),
            TableCell(visible(told[0]) if told else DASH, below=visible("; ".join(told[1:]))),
        )
    )


def _gap(one: Row | None, look: Lookup) -> TableCell:
    if one is None or one.value is None:
        withheld = one is not None and one.n is None
        return TableCell(look.words.say("not published" if withheld else "not estimable"))
    return TableCell(
        look.numbers.bare(one.value, POINTS), look.numbers.bracket(one.low, one.high, POINTS)
    )
