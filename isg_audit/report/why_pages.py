"""Why there is a gap: the gap as it is beside the gaps among people in like circumstances.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report.alike_pages import alike_blocks
from isg_audit.report.factor_pages import any_factors, factor_blocks
from isg_audit.report.lookup import Lookup, attribute, group_name
from isg_audit.report.numbers import COUNT, DASH, POINTS, RATE
from isg_audit.report.pages import Block, Column, Section, Table, TableCell, TableRow
from isg_audit.report.strata_figure import strata_figure, strata_table, who_stands_low
from isg_audit.report.why_words import Gap, factors_named, gaps_of
from isg_audit.report.wording import short, visible

MOST_ROWS, MOST_TOLD = 30, 3


def why_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section | None:
    """The section; none where the audit file names no factors that may explain a gap."""
    words = look.words
    gaps, named = gaps_of(look), factors_named(look)
    if not gaps and not any_factors(look):
        return None
    lead = words.say(
        "%(who)s, taken apart by what the auditor named: %(factors)s. What these explain is not "
        "thereby justified: that they may explain a gap is the auditor’s judgement, recorded in "
        "the audit file. A factor that is itself the fruit of unequal treatment hides it.",
        who=look.decides(""),
        factors=words.listed(named, 6),
    )
    worse = [gap for gap in gaps if gap.misleads or (gap.plain.value or 0.0) < 0]
    told = sorted(worse or gaps[:1], key=_weight)[:MOST_TOLD]
    blocks: list[Block] = []
    for at, gap in enumerate(told):
        blocks += _told(gap, named, look, figures, tables, pictured=at == 0)
    if gaps:
        blocks.append(_parts(gaps, look, tables))
        blocks += alike_blocks(look, tables)
    blocks += factor_blocks(look, figures, tables, beside=bool(gaps))
    return Section("why", words.say("Why the gap"), _heading(told, look), lead, tuple(blocks))


def _weight(gap: Gap) -> tuple[bool, float]:
    """What is told first: what misleads, then the largest gap to the group's disadvantage."""
    return not gap.misleads, gap.plain.value or 0.0


def _heading(told: list[Gap], look: Lookup) -> str:
    words = look.words
    if told and told[0].misleads and told[0].turned:
        return words.say("The gap turns round among people in like circumstances")
    if told and told[0].misleads:
        return words.say("Most of the gap is of who stands where, and no place shows it")
    return words.say("Why the gap: who stands where, and what happens to them there")


def _told(
    gap: Gap,
    named: list[str],
    look: Lookup,
    figures: Iterator[int],
    tables: Iterator[int],
    *,
    pictured: bool,
) -> Iterator[Block]:
    """One gap in sentences, and the first of them in a picture."""
    words = look.words
    heading = attribute(gap.by)
    yield Block(heading, paragraphs=(_sentence(gap, named, look),))
    figure = strata_figure(gap, named, look, figures) if pictured else None
    if figure is not None:
        yield Block(figures=(figure,))
    table = strata_table(gap, named, look, tables) if pictured else None
    if table is not None:
        yield Block(words.say("Who stands where"), tables=(table,))


def _sentence(gap: Gap, named: list[str], look: Lookup) -> str:
    """The story of a gap: as it is, alike, and what it is made of."""
    words, numbers = look.words, look.numbers
    other, received = gap.other(look), look.vocabulary.received()
    said = [
        words.say(
            "%(group)s, %(n)s people: as things are, they were %(received)s %(gap)s than "
            "%(other)s (%(spread)s).",
            group=_first(short(gap.name, 50)),
            received=received,
            gap=_often(gap.plain.value, look),
            other=other,
            spread=numbers.spread(gap.plain.low, gap.plain.high, POINTS),
            n=numbers.count(gap.plain.n),
        )
    ]
    even = gap.part("standardised_rate.difference")
    if even is not None and even.value is not None:
        where = words.listed([short(visible(one), 30) for one in named], 3)
        said.append(
            words.say(
                "If both stood alike in %(where)s, they would be %(received)s %(gap)s "
                "(%(spread)s).",
                where=where,
                received=received,
                gap=_often(even.value, look),
                spread=numbers.spread(even.low, even.high, POINTS),
            )
        )
    placed, rates = gap.part("composition.difference"), gap.part("rates.difference")
    if placed is not None and rates is not None and placed.value is not None:
        said.append(_made_of(gap, placed, rates, look))
    low = who_stands_low(gap, look)
    if low is not None:
        said.append(
            words.say(
                "%(mine)s of %(group)s stand where fewer than average are %(received)s, and "
                "%(its)s of %(other)s.",
                mine=numbers.said(low[0], RATE),
                its=numbers.said(low[1], RATE),
                group=short(gap.name, 50),
                other=other,
                received=received,
            )
        )
    if gap.misleads:
        said.append(
            words.say("One figure for everybody misleads here: read it with the others, not alone.")
        )
    return " ".join(said)


def _made_of(gap: Gap, placed: Row, rates: Row, look: Lookup) -> str:
    words, numbers = look.words, look.numbers
    alone = gap.part("alone.difference")
    said = words.say(
        "Of the gap, %(placed)s come of the two standing in different places, and %(rates)s of "
        "different treatment in the same place",
        placed=numbers.said(placed.value, POINTS),
        rates=numbers.said(rates.value, POINTS),
    )
    if alone is not None and alone.value:
        said += words.say(
            ", %(alone)s of places where one of them stands alone",
            alone=numbers.said(alone.value, POINTS),
        )
    if placed.affected is not None and (placed.affected_low or 0) > 0:
        said += words.say(
            ". The first stands for about %(people)s people (%(spread)s)",
            people=numbers.count(placed.affected),
            spread=numbers.spread(placed.affected_low, placed.affected_high, COUNT),
        )
    return said + "."


def _first(said: str) -> str:
    """As a sentence begins."""
    return said[:1].upper() + said[1:]


def _often(gap: float | None, look: Lookup) -> str:
    """`14.2 points less often`."""
    words, numbers = look.words, look.numbers
    if gap is None:
        return words.say("more or less often")
    said = numbers.said(abs(gap), POINTS).lstrip("+")
    if gap == 0:
        return words.say("as often")
    more = words.say("%(gap)s more often", gap=said)
    return words.say("%(gap)s less often", gap=said) if gap < 0 else more


def _parts(gaps: list[Gap], look: Lookup, tables: Iterator[int]) -> Block:
    """All groups: the gap and its parts."""
    words = look.words
    columns = (
        Column(words.say("Group"), 17),
        Column(words.say("As it is, points"), 17, True),
        Column(words.say("From who stands where"), 17, True),
        Column(words.say("From treatment in one place"), 17, True),
        Column(words.say("If all stood alike"), 17, True),
        Column(words.say("Misleads"), 15),
    )
    rows = tuple(
        TableRow(
            (
                TableCell(gap.name, below=words.say("against %(who)s",
                          who=gap.other(look))),
                _points(gap.plain, look),
                _points(gap.part("composition.difference"), look),
                _points(gap.part("rates.difference"), look),
                _points(gap.part("standardised_rate.difference"), look),
                TableCell(_turns(gap, look)),
            )
        )
        for gap in gaps[:MOST_ROWS]
    )  # fmt: skip
    note = words.say(
        "%(share)s confidence intervals in brackets. The second and third add up to the first "
        "(with what stands alone). Kitagawa’s decomposition; direct standardisation to both groups "
        "together; Simpson’s check",
        share=look.numbers.percent(look.results.confidence),
    )
    caption = words.say("Table %(table)s. What each gap is made of", table=next(tables))
    table = Table(caption, note, columns, rows, dense=True)
    return Block(words.say("What gaps are made of"), tables=(table,), after=_among_refused(look))


def _turns(gap: Gap, look: Lookup) -> str:
    one = gap.part("simpson_reversal")
    if one is None or one.value is None or one.low is None:
        return DASH
    said = "yes" if one.low >= 1 else "no" if one.high == 0 else "open"
    return look.words.say(said)


def _among_refused(look: Lookup) -> tuple[str, ...]:
    """Conditional disparity of the groups found among the refused more than elsewhere."""
    words, numbers = look.words, look.numbers
    said = []
    for one in look.family("impact.gap_decomposition"):
        if one.metric != "disparity" or one.value is None or (one.low or 0) <= 0:
            continue
        alike = look.row(one.measure, "conditional_disparity", one.by, one.group, one.versus)
        if alike is None or alike.value is None:
            continue
        said.append(
            words.say(
                "%(group)s are a larger part of those refused than of those accepted, by %(plain)s "
                "(%(spread)s). Within strata it is %(alike)s (%(within)s).",
                group=_first(group_name(one)),
                plain=numbers.said(one.value, POINTS),
                spread=numbers.spread(one.low, one.high, POINTS),
                alike=numbers.said(alike.value, POINTS),
                within=numbers.spread(alike.low, alike.high, POINTS),
            )
        )
    return tuple(said[:MOST_TOLD])


def _points(one: Row | None, look: Lookup) -> TableCell:
    if one is None or one.value is None:
        withheld = one is not None and one.n is None
        return TableCell(look.words.say("not published" if withheld else "not estimable"))
    return TableCell(
        look.numbers.bare(one.value, POINTS), look.numbers.bracket(one.low, one.high, POINTS)
    )
