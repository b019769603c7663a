"""Harm in people: how many, of which group, how many more than otherwise, and how grave.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.harm_summaries import burden_blocks, severity_block, welfare_block
from isg_audit.report.harm_words import HARMED, KINDS, Named, flags_people
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import COUNT, DASH, RATE
from isg_audit.report.pages import Block, Column, Figure, Section, Table, TableCell, TableRow

MOST_SENTENCES, MOST_ROWS, MOST_DRAWN = 3, 16, 12


def harm_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section | None:
    """The section; None where no decision was counted."""
    words = look.words
    kinds = [kind for kind in KINDS if _everybody(look, kind) is not None]
    wrong = [kind for kind in kinds if kind.metric not in ("denials", "flags")]
    shown = wrong or kinds
    if not shown:
        return None
    blocks: list[Block] = []
    for at, kind in enumerate(shown):
        blocks += _kind(look, kind, figures if at == 0 else None, tables)
    blocks += burden_blocks(look, tables)
    blocks += [one for one in (severity_block(look), welfare_block(look)) if one]
    everybody = _everybody(look, shown[0])
    assert everybody is not None  # noqa: S101 (it has just been found)
    lead = words.say(
        "%(who)s: %(n)s people were %(were)s (%(share)s interval %(spread)s).",
        who=look.decides(HARMED),
        n=look.numbers.count(everybody.value),
        were=words.say(shown[0].were),
        share=look.numbers.percent(look.results.confidence),
        spread=look.numbers.spread(everybody.low, everybody.high, COUNT),
    )
    heading = words.say("Whom errors fall on")
    if not wrong:
        heading = words.say("Whom flags fall on" if flags_people(look) else "Whom refusals fall on")
    return Section("harm", words.say("Harm in people"), heading, lead, tuple(blocks))


def _everybody(look: Lookup, kind: Named) -> Row | None:
    one = look.row(HARMED, kind.metric)
    return one if one is not None and one.value is not None else None


def _kind(
    look: Lookup, kind: Named, figures: Iterator[int] | None, tables: Iterator[int]
) -> Iterator[Block]:
    """Sentences, a picture for the first kind, and a table."""
    words = look.words
    rows = _groups(look, kind)
    heading = words.say(kind.heading)
    if not rows:
        everybody = _everybody(look, kind)
        if everybody is not None:
            none = words.say(
                "%(n)s people in all. No group holds enough people to be told with numbers.",
                n=look.numbers.count(everybody.value),
            )
            yield Block(heading, paragraphs=(none,))
        return
    said = (words.say(kind.falls_on),) if kind.falls_on else ()
    most = MOST_SENTENCES if figures is not None else MOST_SENTENCES - 1
    points = tuple(_sentences(look, kind, rows))[:most]
    yield Block(heading, paragraphs=said, points=points)
    if figures is not None:
        picture = _picture(look, kind, rows, figures)
        if picture is not None:
            yield Block(figures=(picture,))
    yield Block(tables=(_table(look, kind, rows, tables),))


def _groups(look: Lookup, kind: Named) -> list[tuple[Row, Row | None]]:
    """Groups of single attributes with numbers, each with its excess over everybody else."""
    found = [
        one
        for one in look.family(HARMED)
        if (one.measure, one.metric) == (HARMED, kind.metric)
        and one.group
        and one.value is not None
        and JOINT not in one.by
    ]
    pairs = []
    for one in found:
        excess = look.row(HARMED, f"{kind.metric}.excess", one.by, one.group, "rest")
        known = excess is not None and excess.value is not None
        pairs.append((one, excess if known else None))
    return pairs


def _sentences(look: Lookup, kind: Named, rows: list[tuple[Row, Row | None]]) -> Iterator[str]:
    words, numbers = look.words, look.numbers
    harmed = [
        (one, excess) for one, excess in rows if excess is not None and (excess.low or 0.0) > 0
    ]
    for one, excess in sorted(harmed, key=lambda pair: -(pair[1].value or 0.0))[:MOST_SENTENCES]:
        share = look.row(HARMED, f"{kind.metric}.attributable_share", one.by, one.group, "rest")
        part = ""
        if share is not None and share.value is not None:
            part = words.say(
                " That is %(share)s of them.", share=numbers.percent(round(share.value, 2))
            )
        yield words.say(
            "%(by)s %(group)s: %(n)s people were %(were)s. At the rate of everybody else it would "
            "have been %(more)s fewer (%(spread)s).%(part)s",
            by=attribute(one.by),
            group=group_name(one),
            n=numbers.count(one.value),
            were=words.say(kind.were),
            more=numbers.count(excess.value),
            spread=numbers.spread(excess.low, excess.high, COUNT),
            part=part,
        )
    if not harmed:
        yield words.say(
            "For no group with published numbers is it more often than for everybody else, beyond "
            "what chance may do."
        )


def _picture(
    look: Lookup, kind: Named, rows: list[tuple[Row, Row | None]], figures: Iterator[int]
) -> Figure | None:
    """The groups of the attribute with the greatest excess, as people."""
    words, numbers = look.words, look.numbers
    most = max(rows, key=lambda pair: (pair[1].value or 0.0) if pair[1] is not None else -1.0)
    by = most[0].by
    drawn = sorted(
        ((one, excess) for one, excess in rows if one.by == by),
        key=lambda pair: -((pair[1].value or 0.0) if pair[1] is not None else -1e9),
    )[:MOST_DRAWN]
    largest = max(one.value or 0.0 for one, _ in drawn)
    if len(drawn) < 2 or not largest > 0:
        return None
    per = charts.people_a_mark(largest)
    people = words.plural("%(n)s person", "%(n)s people", per)
    first, excess = drawn[0]
    title = words.say(
        "%(by)s: people %(were)s, by group", by=attribute(by), were=words.say(kind.were)
    )
    said = words.say(
        "%(title)s. Of %(n)s in the group %(group)s, %(more)s would not have been at the rate of "
        "everybody else.",
        title=title,
        n=numbers.count(first.value),
        group=group_name(first),
        more=numbers.count(max(0.0, excess.value or 0.0) if excess is not None else 0.0),
    )
    drawing = charts.people_rows_chart(
        [
            charts.PeopleRow(
                group_name(one), numbers.count(one.value), one.value or 0.0,
                max(0.0, more.value or 0.0) if more is not None else 0.0,
            )
            for one, more in drawn
        ],
        key=(
            words.say("%(people)s who would not have been at everybody else’s rate", people=people),
            words.say("%(people)s who would have been then too", people=people),
        ),
        heads=(words.say("Group"), words.say("People")),
        title=said,
    )  # fmt: skip
    source = words.say(
        "Groups whose numbers are not published are not drawn. Source: measure %(measure)s.",
        measure=HARMED,
    )
    measured = words.say("Each mark stands for %(people)s of this log", people=people)
    return Figure(next(figures), title, measured, drawing, source)


def _table(
    look: Lookup, kind: Named, rows: list[tuple[Row, Row | None]], tables: Iterator[int]
) -> Table:
    words = look.words
    columns = (
        Column(words.say("Group"), 24),
        Column(words.say(kind.could), 14, True),
        Column(words.say(kind.heading), 20, True),
        Column(words.say("More than at everybody else’s rate"), 24, True),
        Column(words.say("Part of them, %%"), 18, True),
    )
    caption = words.say(
        "Table %(table)s. %(kind)s, in people", table=next(tables), kind=words.say(kind.heading)
    )
    note = words.say(
        "%(share)s intervals in brackets; below 0: fewer than at everybody else’s rate",
        share=look.numbers.percent(look.results.confidence),
    )
    body, by = [], ""
    for one, excess in rows[:MOST_ROWS]:
        if one.by != by:
            by = one.by
            blank = tuple(TableCell("") for _ in columns[1:])
            body.append(TableRow((TableCell(attribute(by)), *blank), section=True))
        body.append(_line(look, kind, one, excess))
    return Table(caption, note, columns, tuple(body), dense=True)


def _line(look: Lookup, kind: Named, one: Row, excess: Row | None) -> TableRow:
    numbers = look.numbers
    share = look.row(HARMED, f"{kind.metric}.attributable_share", one.by, one.group, "rest")
    more, part = TableCell(DASH), TableCell(DASH)
    if excess is not None:
        bracket = f"({numbers.spread(excess.low, excess.high, COUNT)})"
        more = TableCell(numbers.count(excess.value), bracket)
    if share is not None and share.value is not None and share.value > 0:
        part = TableCell(
            numbers.bare(share.value, RATE), numbers.bracket(share.low, share.high, RATE)
        )
    return TableRow(
        (
            TableCell(group_name(one)),
            TableCell(numbers.count(one.n)),
            TableCell(numbers.count(one.value), numbers.bracket(one.low, one.high, COUNT)),
            more,
            part,
        )
    )
