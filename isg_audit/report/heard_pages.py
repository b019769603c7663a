"""Who was heard in consultations, against who is affected.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report.lookup import Lookup, attribute, group_name
from isg_audit.report.numbers import RATE, RATIO
from isg_audit.report.pages import Block, Column, Table, TableCell, TableRow
from isg_audit.report.wording import _mark, short, visible

MEASURE = "impact.consultations"
MOST_ROWS = 30

FACTS = (
    ("affected_share", _mark("%(rate)s of the people heard are affected by the system.")),
    ("open_share", _mark("%(rate)s were heard while the decision was still open.")),
    ("offline_share", _mark("%(rate)s were heard in another way than online.")),
    ("response_rate", _mark("%(rate)s of all statements were answered.")),
    ("dissent_recorded_rate",
     _mark("%(rate)s of the meetings record what was objected, or that nothing was.")),
)  # fmt: skip


def heard_blocks(look: Lookup, tables: Iterator[int]) -> tuple[Block | None, ...]:
    """What the records of consultations say; none where there are no records."""
    rows = [one for one in look.family(MEASURE) if one.measure == MEASURE]
    if not rows:
        return ()
    points = [*_unheard(look, rows), *_facts(look)]
    words = look.words
    heading = words.say("Who was heard in consultations")
    return (Block(heading, points=tuple(points)) if points else None, _table(look, rows, tables))


def _unheard(look: Lookup, rows: list[Row]) -> Iterator[str]:
    words, numbers = look.words, look.numbers
    silent = [one for one in rows if one.metric == "unheard_decisions" and one.value]
    for one in sorted(silent, key=lambda row: -(row.value or 0.0))[:5]:
        yield words.say(
            "No consultation heard anybody of the group %(group)s (%(by)s), who got %(count)s "
            "%(what)s.",
            group=short(group_name(one), 60),
            by=attribute(one.by).lower(),
            count=numbers.count(one.value),
            what=visible(one.note.partition(" of people")[0]),
        )


def _facts(look: Lookup) -> Iterator[str]:
    words, numbers = look.words, look.numbers
    people, meetings = look.row(MEASURE, "people_heard"), look.row(MEASURE, "meetings")
    said = look.row(MEASURE, "affected_statements")
    if people is not None and people.value is not None:
        where = (
            words.plural("%(n)s meeting", "%(n)s meetings", round(meetings.value or 0))
            if meetings is not None
            else ""
        )
        yield words.plural(
            "%(n)s person was heard in %(where)s.",
            "%(n)s people were heard in %(where)s.",
            round(people.value),
            where=where,
        )
    if said is not None and said.value is not None:
        yield words.plural(
            "%(n)s statement is by people affected.",
            "%(n)s statements are by people affected.",
            round(said.value),
        )
    for metric, text in FACTS:
        one = look.row(MEASURE, metric)
        if one is not None and one.value is not None:
            yield words.say(text, rate=numbers.percent(one.value))
    days = look.row(MEASURE, "response_days_median")
    if days is not None and days.value is not None:
        yield words.plural(
            "Half of the answers took longer than %(n)s day.",
            "Half of the answers took longer than %(n)s days.",
            round(days.value),
        )


def _table(look: Lookup, rows: list[Row], tables: Iterator[int]) -> Block | None:
    words, numbers = look.words, look.numbers
    shares = [one for one in rows if one.metric == "heard_share"]
    if not any(one.value is not None for one in shares):
        return None
    columns = (
        Column(words.say("Group"), 30),
        Column(words.say("Part of those heard, %%"), 24, True),
        Column(words.say("Part of those affected, %%"), 20, True),
        Column(words.say("Heard for each affected"), 26, True),
    )
    body = []
    for one in shares[:MOST_ROWS]:
        ratio = look.row(MEASURE, "heard_share.ratio", one.by, one.group, "all")
        gap = look.row(MEASURE, "heard_share.difference", one.by, one.group, "all")
        known = one.value is not None and gap is not None and gap.value is not None
        other = (one.value or 0.0) - (gap.value or 0.0) if known and gap is not None else None
        body.append(
            TableRow(
                (
                    TableCell(group_name(one), below=attribute(one.by)),
                    TableCell(
                        numbers.bare(one.value, RATE)
                        if one.value is not None
                        else words.say("not published"),
                        numbers.bracket(one.low, one.high, RATE),
                    ),
                    TableCell("–" if other is None else numbers.bare(other, RATE)),
                    TableCell(
                        numbers.bare(ratio.value, RATIO)
                        if ratio is not None and ratio.value is not None
                        else "–",
                        numbers.bracket(ratio.low, ratio.high, RATIO) if ratio is not None else "",
                    ),
                )
            )
        )
    caption = words.say("Table %(table)s. Who was heard, and who is affected", table=next(tables))
    note = words.say(
        "Affected: people refused, or all decided upon where nobody is. 1 means that a group was "
        "heard as often as it is affected. %(share)s confidence intervals in brackets, as if both "
        "were drawn at random.",
        share=numbers.percent(look.results.confidence),
    )
    return Block(tables=(Table(caption, note, columns, tuple(body), dense=True),))
