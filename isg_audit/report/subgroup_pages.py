"""Groups nobody declared that fare worse: who, how many, what happens to them, how sure.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import Lookup, attribute
from isg_audit.report.numbers import COUNT, POINTS, RATE
from isg_audit.report.pages import Block, Column, Figure, Section, Table, TableCell, TableRow
from isg_audit.report.subgroup_sentences import (
    FAVOURABLE,
    HEADINGS,
    MEASURE,
    WRONG,
    Told,
    expected,
    sentence,
)
from isg_audit.report.wording import visible

MOST_SENTENCES = 5


def subgroup_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section | None:
    """The section; None where no such groups were looked for."""
    words = look.words
    harms = [harm for harm in (FAVOURABLE, WRONG) if _one(look, f"{harm}.groups_searched")]
    if not harms:
        return None
    told = {harm: _told(look, harm) for harm in harms}
    blocks: list[Block] = []
    for harm in harms:
        blocks += _harm(look, harm, told[harm], figures, tables)
    blocks.append(_could_be_found(look, harms))
    many = max(sum(not one.declared(look) for one in told[harm]) for harm in harms)
    heading = words.plural(
        "%(n)s group that nobody declared fares worse",
        "%(n)s groups that nobody declared fare worse",
        many,
    )
    if not many:
        heading = words.say("No group that nobody declared was found to fare worse")
    lead = words.say(
        "%(who)s. Nobody has to name a group for it to be treated worse. Every combination of a "
        "few values was looked at; where nobody is treated differently, nothing would be told in "
        "%(share)s of audits.",
        who=look.decides(MEASURE),
        share=look.numbers.percent(look.results.confidence),
    )
    label = words.say("Groups nobody declared")
    return Section("undeclared", label, heading, lead, tuple(blocks))


def _one(look: Lookup, metric: str) -> Row | None:
    return next((one for one in look.family(MEASURE) if one.metric == metric), None)


def _told(look: Lookup, harm: str) -> list[Told]:
    """The groups whose numbers are published, in the order in which they were found."""
    found = look.family(MEASURE)
    rates = {(one.by, one.group): one for one in found if one.metric == harm}
    gaps = [one for one in found if one.metric == f"{harm}.difference" and one.value is not None]
    return [Told(at, one, rates.get((one.by, one.group))) for at, one in enumerate(gaps, 1)]


def _harm(
    look: Lookup, harm: str, told: list[Told], figures: Iterator[int], tables: Iterator[int]
) -> Iterator[Block]:
    words = look.words
    heading = words.say(HEADINGS[harm])
    held = sum(
        one.metric == f"{harm}.difference" and one.value is None for one in look.family(MEASURE)
    )
    after = []
    if held:
        after.append(
            words.plural(
                "One more group was found. Its numbers are not published, to protect the people "
                "in it.",
                "%(n)s more groups were found. Their numbers are not published, to protect the "
                "people in them.",
                held,
            )
        )
    if not told:
        none = words.say(
            "No group was found whose gap to everybody else is larger than chance would make the "
            "largest of all. That does not mean that there is none."
        )
        yield Block(heading, paragraphs=tuple(after) if held else (none,))
        return
    undeclared = [one for one in told if not one.declared(look)]
    sentences = tuple(sentence(look, harm, one) for one in undeclared[:MOST_SENTENCES])
    if len(told) > len(sentences):
        after.append(words.say("All groups told stand in the figure and the table."))
    yield Block(heading, points=sentences, after=tuple(after))
    yield Block(figures=(_figure(look, harm, told, figures),))
    yield Block(tables=(_table(look, harm, told, tables),), after=(_overlap(look, harm),))


def _figure(look: Lookup, harm: str, told: list[Told], figures: Iterator[int]) -> Figure:
    words, numbers = look.words, look.numbers
    worst = max(told, key=lambda one: abs(one.gap.value or 0.0))
    title = words.say(
        "The largest gap is that of group %(number)s: %(gap)s",
        number=worst.number,
        gap=numbers.said(worst.gap.value, POINTS),
    )
    rows = [
        charts.IntervalRow(
            f"{one.number}. {one.label}",
            numbers.count(one.gap.n),
            (estimate(one.gap.value or 0.0, one.gap.low, one.gap.high),),
            "",
            numbers.bare(one.gap.value, POINTS),
        )
        for one in told
    ]
    panel = charts.Panel(words.say("Gap to everybody else, points"), tick_of(POINTS, look),
                         keep=(0.0,), within=(-1.0, 1.0))  # fmt: skip
    drawing = charts.interval_chart(
        rows,
        [panel],
        heads=(words.say("Group"), words.say("Cases"), words.say("Gap")),
        title=title + ".",
    )
    measured = words.say("%(what)s, the groups told; the numbers are those of the sentences",
                         what=look.vocabulary.quantity(harm))  # fmt: skip
    source = words.say(
        "Line: %(share)s interval that holds for all groups looked at together. Source: measure "
        "%(measure)s.",
        share=numbers.percent(look.results.confidence),
        measure=MEASURE,
    )
    return Figure(next(figures), title, measured, drawing, source, True)


def _table(look: Lookup, harm: str, told: list[Told], tables: Iterator[int]) -> Table:
    words, numbers = look.words, look.numbers
    columns = (
        Column(words.say("Group"), 33),
        Column(words.say("Cases"), 8, True),
        Column(words.say("Rate, %%"), 8, True),
        Column(words.say("Everybody else, %%"), 10, True),
        Column(words.say("Gap, points"), 23, True),
        Column(words.say("People affected"), 18, True),
    )
    rows = tuple(
        TableRow(
            (
                TableCell(
                    f"{one.number}. {one.name}",
                    words.say("(declared)") if one.declared(look) else "",
                    below=expected(look, one),
                ),
                TableCell(numbers.count(one.gap.n)),
                TableCell(numbers.bare(one.rate.value if one.rate else None, RATE)),
                TableCell(numbers.bare(one.rest, RATE)),
                TableCell(
                    numbers.bare(one.gap.value, POINTS),
                    numbers.bracket(one.gap.low, one.gap.high, POINTS),
                ),
                TableCell(
                    numbers.count(one.gap.affected),
                    numbers.bracket(one.gap.affected_low, one.gap.affected_high, COUNT),
                ),
            )
        )
        for one in told
    )
    caption = words.say(
        "Table %(table)s. %(what)s, of groups that nobody declared",
        table=next(tables),
        what=look.vocabulary.quantity(harm),
    )
    note = words.say(
        "Intervals in brackets hold for all groups together; method: %(method)s",
        method=visible(told[0].gap.method),
    )
    return Table(caption, note, columns, rows, dense=True)


def _overlap(look: Lookup, harm: str) -> str:
    confirmed, told = (_one(look, f"{harm}.{name}") for name in ("groups_confirmed", "groups_told"))
    if confirmed is None or told is None or confirmed.value is None or told.value is None:
        return ""
    more = round(confirmed.value - told.value)
    if more <= 0:
        return ""
    return look.words.plural(
        "%(n)s more combination differs from everybody else too, and overlaps with those told.",
        "%(n)s more combinations differ from everybody else too and are not told: most overlap "
        "with the groups told.",
        more,
    )


def _could_be_found(look: Lookup, harms: list[str]) -> Block:
    """How many groups were looked at, and what gap a group needs to be found."""
    words, numbers = look.words, look.numbers
    said = []
    for harm in harms:
        searched = _one(look, f"{harm}.groups_searched")
        sizes = [one for one in look.family(MEASURE) if one.metric == f"{harm}.detectable_gap"]
        if searched is None or not sizes:
            continue
        what, *left_out = searched.note.split("; ")
        parts = [
            words.say(
                "%(gap)s for one of %(size)s",
                gap=numbers.bare(one.value, RATE) + POINTS.suffix,
                size=visible(one.feature),
            )
            for one in sizes
        ]
        said.append(
            words.say(
                "%(what)s: %(n)s groups were looked at (%(which)s). The gap that a group needs to "
                "be found four times in five: %(parts)s.",
                what=attribute(words.say(HEADINGS[harm])),
                n=numbers.count(searched.value),
                which=visible(what),
                parts=words.listed(parts, len(parts)),
            )
        )
        if left_out and harm == harms[0]:
            said.append(
                words.say("Not searched: %(columns)s.", columns=visible("; ".join(left_out)))
            )
    return Block(words.say("What could be found"), paragraphs=tuple(said))
