"""The table of remedies: what each costs, and whom. Imports `evidence`, the words of this room."""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report.lookup import Lookup, attribute
from isg_audit.report.numbers import DASH, POINTS, Form
from isg_audit.report.pages import Column, Table, TableCell, TableRow
from isg_audit.report.remedies_read import GAP, Remedy, Weighed, capital, together
from isg_audit.report.wording import _mark


def remedy_tables(one: Weighed, look: Lookup, tables: Iterator[int]) -> Iterator[Table]:
    """Every method and aim, with what it costs and whom; what was trained comes last."""
    for said, several in (
        (_mark("Table %(table)s. Other thresholds for gaps by %(by)s"), _least(one.remedies)),
        (_mark("Table %(table)s. Trained remedies for gaps by %(by)s"), _least(one.trained)),
    ):
        if several:
            by = attribute(one.by).lower()
            caption = look.words.say(said, table=next(tables), by=by)
            yield _table(caption, several, look)


def _table(caption: str, several: list[Remedy], look: Lookup) -> Table:
    words, numbers = look.words, look.numbers
    rows: list[TableRow] = []
    for each in several:
        heading = _heading(each, look)
        if heading not in [row.cells[0].said for row in rows if row.section]:
            rows.append(TableRow((TableCell(heading),), section=True))
        rows.append(_line(each, look))
    note = words.say(
        "%(share)s confidence intervals in brackets; the gap in how often people get a favourable "
        "decision that is right; of each aim the remedy that leaves least of its gap; all others "
        "in the attached file",
        share=numbers.percent(look.results.confidence),
    )
    columns = (
        Column(words.say("Remedy, and what it aims at"), 35),
        Column(words.say("Gap that stays, points"), 15, True),
        Column(words.say("Right decisions, change in points"), 17, True),
        Column(words.say("People who gain"), 9, True),
        Column(words.say("People who lose"), 9, True),
        Column(words.say("Levels down"), 15),
    )
    return Table(caption, note, columns, tuple(rows), dense=True)


def _least(remedies: tuple[Remedy, ...]) -> list[Remedy]:
    """Of each method and aim the first, which leaves the smallest gap."""
    kept: dict[tuple[str, str], Remedy] = {}
    for each in remedies:
        kept.setdefault(each.parts[:2], each)
    return list(kept.values())


def _heading(remedy: Remedy, look: Lookup) -> str:
    said = capital(remedy.said(look.words))
    if not remedy.needs_group:
        return said
    return look.words.say("%(what)s (needs to know the group when deciding)", what=said)


def _line(remedy: Remedy, look: Lookup) -> TableRow:
    words = look.words
    down = {True: words.say("yes"), False: words.say("no"), None: words.say("cannot be told")}
    row = remedy.row("levelling_down")
    said = down[remedy.levels_down]
    if row is not None and row.note.startswith("no gap closes"):
        said = words.say("closes nothing, only losses")
    return TableRow(
        (
            TableCell(capital(remedy.aim(words))),
            _cell(remedy.row("right_grants_gap"), look, GAP),
            _cell(remedy.row("accuracy_change"), look, POINTS),
            TableCell(_sum(remedy, "gained", look)),
            TableCell(_sum(remedy, "lost", look)),
            TableCell(said),
        ),
        strong=bool(remedy.levels_down),
    )


def _sum(remedy: Remedy, metric: str, look: Lookup) -> str:
    people, withheld = together(remedy, metric)
    if withheld and not people:
        return look.words.say("few")
    said = look.numbers.count(people)
    return look.words.say("%(people)s or more", people=said) if withheld else said


def _cell(row: Row | None, look: Lookup, form: Form) -> TableCell:
    if row is None or row.value is None:
        return TableCell(DASH)
    return TableCell(
        look.numbers.bare(row.value, form), look.numbers.bracket(row.low, row.high, form)
    )
