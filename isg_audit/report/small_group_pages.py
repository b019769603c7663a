"""Small and intersecting groups: who is worst off, how sure that is, and what attributes explain.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from isg_audit.evidence import Row
from isg_audit.report.funnel_figures import funnel_figure
from isg_audit.report.harm_words import flags_people
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import COUNT, DASH, NO_BREAK, POINTS, RATE
from isg_audit.report.pages import Block, Column, Section, Table, TableCell, TableRow
from isg_audit.report.small_group_words import explained, how_sure
from isg_audit.report.wording import _mark

RAW, MODEL = "impact.small_groups", "impact.small_group_model"
FAVOURABLE, WRONG = "favourable_rate", "wrong_denial_rate"
MOST_SENTENCES, MOST_ROWS = 3, 15
MANY_OF_ONE = 6
"""Groups of a single attribute from which on a funnel tells more than the rates do."""
UNSIGNED = replace(POINTS, signed=False)
HEADINGS = {
    FAVOURABLE: _mark("Favourable decisions"),
    WRONG: _mark("Wrong denials"),
}


def small_group_section(
    look: Lookup, figures: Iterator[int], tables: Iterator[int]
) -> Section | None:
    """The section; None where nothing was crossed, and one attribute has only few groups."""
    words = look.words
    every = {name: _rows(look, name) for name in (FAVOURABLE, WRONG)}
    rows = every[FAVOURABLE] or every[WRONG]
    if len(rows) < (2 if JOINT in (rows[0].by if rows else "") else MANY_OF_ONE):
        return None
    by = rows[0].by
    blocks: list[Block] = []
    for name, several in every.items():
        if several:
            blocks += _quantity(look, name, several, figures, tables)
    shown = max(sum(one.value is not None for one in several) for several in every.values())
    lead = words.say(
        "%(who)s, for every combination of %(by)s that occurs: %(n)s of them. %(shown)s can be "
        "told with numbers; the others hold too few people, or would give those away, and were "
        "measured and judged all the same.",
        who=look.decides(RAW),
        by=attribute(by).lower(),
        n=look.numbers.count(len(rows)),
        shown=look.numbers.count(shown),
    )
    heading = words.say("Small groups, where attributes meet")
    label = words.say("Small groups")
    return Section("small-groups", label, heading, lead, tuple(blocks), new_page=False)


def _rows(look: Lookup, name: str) -> list[Row]:
    """The groups as they are, the worst off first; those without numbers last."""
    found = [one for one in look.family(RAW) if (one.measure, one.metric) == (RAW, name)]
    sign = 1.0 if name == FAVOURABLE else -1.0
    return sorted(found, key=lambda one: 9.0 if one.value is None else sign * one.value)


def _quantity(
    look: Lookup, name: str, rows: list[Row], figures: Iterator[int], tables: Iterator[int]
) -> Iterator[Block]:
    shown = [one for one in rows if one.value is not None]
    heading = look.words.say(HEADINGS[name])
    if not shown:
        none = look.words.say(
            "Each combination, or what would give it away, holds too few people to be published."
        )
        yield Block(heading, paragraphs=(none,))
        return
    points = tuple(_sentences(look, name, shown))
    yield Block(heading, points=(*points, *how_sure(look, name, shown[0].by)))
    # A second picture of few dots would tell no more than the table.
    figure = funnel_figure(look, name, figures, 4 if name == FAVOURABLE else 12)
    if figure is not None:
        yield Block(figures=(figure,))
    yield Block(
        tables=(_table(look, name, shown, tables),), after=explained(look, name, shown[0].by)
    )


def _sentences(look: Lookup, name: str, shown: list[Row]) -> Iterator[str]:
    """The groups whose gap to everybody else is beyond chance, those of most people first."""
    words, numbers = look.words, look.numbers
    gaps = [(one, _gap(look, one)) for one in shown]
    harmed = [(one, gap) for one, gap in gaps if gap is not None and _is_worse(name, gap)]
    said = {
        FAVOURABLE: _mark(
            "%(group)s: %(rate)s of %(n)s people were %(received)s, %(gap)s less than of everybody "
            "else (%(spread)s). The gap stands for about %(people)s people."
        ),
        WRONG: _mark(
            "%(group)s: of %(n)s people to whom the favourable decision was due, %(rate)s were "
            "denied it, %(gap)s more than of everybody else (%(spread)s): about %(people)s people."
        ),
    }
    if flags_people(look):
        said[WRONG] = _mark(
            "%(group)s: of %(n)s people of whom nothing came true, %(rate)s were flagged, %(gap)s "
            "more than of everybody else (%(spread)s): about %(people)s people."
        )
    for one, gap in sorted(harmed, key=lambda pair: -(pair[1].affected or 0.0))[:MOST_SENTENCES]:
        yield words.say(
            said[name],
            group=group_name(one),
            rate=numbers.said(one.value, RATE),
            n=numbers.count(one.n),
            received=look.vocabulary.received(),
            gap=numbers.bare(abs(gap.value or 0.0), RATE) + f"{NO_BREAK}points",
            spread=numbers.spread(*_turned(gap), UNSIGNED),
            people=numbers.about(gap.affected or 0.0),
        )
    if not harmed:
        yield words.say(
            "No combination with published numbers fares worse than everybody else beyond what "
            "chance may do."
        )


def _gap(look: Lookup, one: Row) -> Row | None:
    gap = look.row(RAW, f"{one.metric}.difference", one.by, one.group, "rest")
    return gap if gap is not None and gap.value is not None else None


def _is_worse(name: str, gap: Row) -> bool:
    if gap.low is None or gap.high is None:
        return False
    return gap.high < 0 if name == FAVOURABLE else gap.low > 0


def _turned(gap: Row) -> tuple[float, float]:
    low, high = sorted((abs(gap.low or 0.0), abs(gap.high or 0.0)))
    return low, high


def _table(look: Lookup, name: str, shown: list[Row], tables: Iterator[int]) -> Table:
    words = look.words
    crossed = look.groups(MODEL, f"{name}.multilevel", shown[0].by)
    columns = [
        Column(words.say("Group"), 31),
        Column(words.say("People"), 8, True),
        Column(words.say("As it is, %%"), 16, True),
        Column(words.say("Learning from all groups, %%"), 17, True),
        Column(words.say("From its attributes, %%"), 16, True),
        Column(words.say("Place"), 12, True),
    ]
    if not crossed:
        del columns[4]
    note = words.say(
        "%(share)s intervals in brackets. Verdicts rest on the figures as they are. The two other "
        "estimates borrow strength: they calm down the luck of few people, and can hide harm to a "
        "group that is unlike all others. Place: 1 is the worst off, with the interval of places.",
        share=look.numbers.percent(look.results.confidence),
    )
    if len(shown) > MOST_ROWS:
        more = words.say(" The first %(n)s; all stand in the attached file.", n=MOST_ROWS)
        note += more
    caption = words.say(
        "Table %(table)s. %(what)s by %(by)s, the worst off first",
        table=next(tables),
        what=look.vocabulary.quantity(name),
        by=attribute(shown[0].by).lower(),
    )
    rows = tuple(_line(look, name, one, crossed=bool(crossed)) for one in shown[:MOST_ROWS])
    return Table(caption, note, tuple(columns), rows, dense=True)


def _line(look: Lookup, name: str, one: Row, *, crossed: bool) -> TableRow:
    numbers = look.numbers
    rank = look.row(MODEL, f"{name}.rank", one.by, one.group)
    place = TableCell(DASH)
    if rank is not None and rank.value is not None:
        place = TableCell(numbers.count(rank.value), numbers.bracket(rank.low, rank.high, COUNT))
    cells = [
        TableCell(group_name(one)),
        TableCell(numbers.count(one.n)),
        _share(look, one),
        _share(look, look.row(MODEL, f"{name}.shrunken", one.by, one.group)),
    ]
    if crossed:
        cells.append(_share(look, look.row(MODEL, f"{name}.multilevel", one.by, one.group)))
    return TableRow((*cells, place))


def _share(look: Lookup, one: Row | None) -> TableCell:
    if one is None or one.value is None:
        return TableCell(look.words.say("not published"))
    bracket = look.numbers.bracket(one.low, one.high, RATE)
    return TableCell(look.numbers.bare(one.value, RATE), bracket)
