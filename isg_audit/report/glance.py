"""Results at a glance: every checklist and every attribute on one page.

Imports `evidence` and the other modules of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.report.lookup import JOINT, ORDER, Lookup, attribute, group_name, short_title
from isg_audit.report.numbers import DASH, RATE
from isg_audit.report.pages import Block, Column, Section, Table, TableCell, TableRow
from isg_audit.report.wording import short, visible

SHARES = {
    "error": 7,
    "fail": 6,
    "inconclusive": 13,
    "unanswered": 12,
    "not assessed": 11,
    "waived": 9,
    "pass": 7,
    "not applicable": 11,
}
"""Widths of the columns of verdicts, percent."""


def glance_of(look: Lookup, tables: Iterator[int]) -> Section:
    """The section."""
    words = look.words
    blocks = [
        Block(
            tables=(_counts(look, tables),),
            after=(
                words.say(
                    "“Not assessed”, “unanswered” and “inconclusive” do not mean that a "
                    "requirement is met. "
                    "There is no overall score: a count of passes cannot make up for one group’s "
                    "loss."
                ),
            ),
        )
    ]
    attributes = _attributes(look, tables)
    if attributes is not None:
        blocks.append(Block(tables=(attributes,)))
    return Section(
        "glance",
        words.say("Results at a glance"),
        words.plural(
            "%(n)s requirement, and what came of it",
            "%(n)s requirements, and what came of each",
            len(look.items),
        ),
        "",
        tuple(blocks),
        wide=True,
    )


def _counts(look: Lookup, tables: Iterator[int]) -> Table:
    words, numbers = look.words, look.numbers
    columns = (
        Column(words.say("Checklist"), 24),
        *(Column(words.verdict(word), SHARES[word], True) for word in ORDER),
    )
    rows = []
    for one in look.results.checklists:
        counts = [sum(item.word == word for item in one.items) for word in ORDER]
        below = short(visible(one.status), 34)
        rows.append(
            TableRow(
                (
                    TableCell(short_title(one), below=below),
                    *(TableCell(numbers.count(n)) for n in counts),
                )
            )
        )
    totals = [sum(item.word == word for _, item in look.items) for word in ORDER]
    rows.append(
        TableRow(
            (TableCell(words.say("All")), *(TableCell(numbers.count(n)) for n in totals)),
            strong=True,
        )
    )
    caption = words.say("Table %(table)s. Requirements by result", table=next(tables))
    return Table(caption, "", columns, tuple(rows))


def _attributes(look: Lookup, tables: Iterator[int]) -> Table | None:
    """For each attribute the group with the lowest published rate, in the log and by the model."""
    words, numbers = look.words, look.numbers
    rows = []
    for measure in ("fairness.favourable_rate", "fairness.model_favourable_rate"):
        found = [_lowest(look, measure, by) for by in _bys(look, measure)]
        if found and look.both_decide():
            rows.append(TableRow((TableCell(look.decides(measure)),), section=True))
        rows += found
    if not rows:
        return None
    columns = (
        Column(words.say("Attribute"), 18),
        Column(words.say("Lowest published group"), 26),
        Column(words.say("People"), 8, True),
        Column(f"{look.vocabulary.quantity('favourable_rate')}, %", 19, True),
        Column(words.say("Highest group, %%"), 29, True),
    )
    caption = words.say("Table %(table)s. The lowest rate in each attribute", table=next(tables))
    note = words.say(
        "%(share)s confidence intervals in brackets", share=numbers.percent(look.results.confidence)
    )
    return Table(caption, note, columns, tuple(rows))


def _bys(look: Lookup, measure: str) -> list[str]:
    return list(
        dict.fromkeys(
            one.by
            for one in look.family(measure)
            if one.measure == measure
            and one.by
            and JOINT not in one.by
            and one.metric == "favourable_rate"
        )
    )


def _lowest(look: Lookup, measure: str, by: str) -> TableRow:
    numbers = look.numbers
    rows = [one for one in look.groups(measure, "favourable_rate", by) if one.value is not None]
    if len(rows) < 2:
        gone = TableCell(look.words.say("not published"))
        return TableRow(
            (TableCell(attribute(by)), gone, TableCell(DASH), TableCell(DASH), TableCell(DASH))
        )
    low = min(rows, key=lambda one: one.value or 0.0)
    high = max(rows, key=lambda one: one.value or 0.0)
    return TableRow(
        (
            TableCell(attribute(by)),
            TableCell(group_name(low)),
            TableCell(numbers.count(low.n)),
            TableCell(numbers.bare(low.value, RATE), numbers.bracket(low.low, low.high, RATE)),
            TableCell(numbers.bare(high.value, RATE), group_name(high)),
        )
    )
