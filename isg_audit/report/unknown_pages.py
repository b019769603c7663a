"""People whose group is not known: what is known of them, as a range, and what is only an estimate.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import Lookup, attribute, group_name
from isg_audit.report.numbers import DASH, POINTS, RATE
from isg_audit.report.pages import Block, Column, Figure, Section, Table, TableCell, TableRow
from isg_audit.report.unobserved_blocks import unobserved_blocks
from isg_audit.report.wording import short, visible

BOUNDS, IMPUTED, DIFFERENT = (
    "coverage.unknown_bounds", "coverage.unknown_imputed", "coverage.unknown_different",
)  # fmt: skip
RECORDED = "fairness.favourable_rate"
GAP = "favourable_rate_bounds.difference"
MOST_GROUPS, MOST_ROWS, MOST_NAMES = 4, 20, 6
LEAST_SHARE = 0.001
"""Below this share of unknown people a page would say nothing that a reader needs."""
HOLDS, TURNS = "it holds whatever group", "it may vanish or turn round"


def unknown_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section | None:
    """The section; None where everybody's groups are known, or nothing is published of it."""
    words = look.words
    blocks = []
    for by in dict.fromkeys(one.by for one in look.family(BOUNDS) if one.metric == GAP):
        blocks += _of_attribute(by, look, figures, tables)
    hidden = unobserved_blocks(look, figures, tables)
    if not blocks and not hidden:
        return None
    lead = words.say(
        "Nobody is left out in silence, and no person is given a group. Of people whose group is "
        "not known, this section says what must be true whoever they are: a range, not a number. "
        "A finding that holds over the whole range is firm; any other is not settled."
    )
    return Section(
        "unknown", words.say("People of unknown group"),
        words.say("What can be said when people’s groups are not known"), lead,
        (*blocks, *hidden),
    )  # fmt: skip


def _of_attribute(
    by: str, look: Lookup, figures: Iterator[int], tables: Iterator[int]
) -> list[Block]:
    rows = _gaps(by, look)
    unknown = look.row("coverage.unknown_group", "unknown_share", by)
    share = 0.0 if unknown is None or unknown.value is None else unknown.value
    if not rows or share < LEAST_SHARE:
        return []
    words = look.words
    paragraphs = [_who(by, share, unknown, look), *_fare(by, look), _conclusion(rows, look)]
    shown = sorted(rows, key=lambda one: one.value or 0.0)[:MOST_GROUPS]
    return [
        Block(
            words.say("%(by)s: unknown", by=attribute(by)),
            paragraphs=tuple(one for one in paragraphs if one),
        ),
        Block(figures=(_figure(by, shown, look, next(figures), fewer=len(rows) > MOST_GROUPS),)),
        Block(tables=(_table(by, rows[:MOST_ROWS], look, next(tables)),)),
    ]


def _gaps(by: str, look: Lookup) -> list[Row]:
    """The bounds of the gap of each group: against the reference, else everybody else."""
    every = [
        one
        for one in look.family(BOUNDS)
        if (one.measure, one.metric, one.by) == (BOUNDS, GAP, by) and one.value is not None
    ]
    declared = [one for one in every if one.versus not in ("rest", "best")]
    return declared or [one for one in every if one.versus == "rest"]


def _who(by: str, share: float, unknown: Row | None, look: Lookup) -> str:
    words, numbers = look.words, look.numbers
    people = "" if unknown is None or unknown.affected is None else numbers.count(unknown.affected)
    return words.say(
        "Of %(people)s cases (%(share)s) it is not known which group of %(by)s the person is of. "
        "They are in no comparison by %(by)s elsewhere in this report.",
        people=people or words.say("some"),
        share=numbers.said(share, RATE),
        by=attribute(by).lower(),
    )


def _fare(by: str, look: Lookup) -> Iterator[str]:
    """Whether they fare differently from the others."""
    words, numbers = look.words, look.numbers
    own = look.row(DIFFERENT, "favourable_rate_of_unknown", by)
    gap = look.row(DIFFERENT, "favourable_rate_of_unknown.difference", by, "", "rest")
    if own is None or gap is None or own.value is None or gap.value is None:
        return
    if gap.low is None or gap.high is None:
        return
    told = {
        "rate": numbers.said(own.value, RATE),
        "other": numbers.said(own.value - gap.value, RATE),
        "spread": numbers.spread(gap.low, gap.high, POINTS),
    }
    if gap.low <= 0 <= gap.high:
        yield words.say(
            "%(rate)s of them were %(received)s, %(other)s of the people of known group "
            "(difference %(spread)s): no difference shown.",
            received=look.vocabulary.received(), **told,
        )  # fmt: skip
        return
    yield words.say(
        "They are not like the others: %(rate)s of them were %(received)s, %(other)s of the people "
        "of known group (difference %(spread)s). Rates of known groups are then not those of "
        "everybody.",
        received=look.vocabulary.received(), **told,
    )  # fmt: skip


def _conclusion(rows: list[Row], look: Lookup) -> str:
    words = look.words
    firm = [group_name(one) for one in rows if HOLDS in one.note]
    open_ = [group_name(one) for one in rows if TURNS in one.note]
    said = []
    if firm:
        said.append(
            words.say("The gap of %(groups)s holds whoever these people are.", groups=_list(firm))
        )
    if open_:
        said.append(
            words.say(
                "The gap of %(groups)s may vanish or turn round, depending on whom they are.",
                groups=_list(open_),
            )
        )
    if not said:
        said.append(words.say("No gap is told from chance among the people of known group."))
    return " ".join(said)


def _list(names: list[str]) -> str:
    shown = [short(one, 40) for one in names[:MOST_NAMES]]
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} (+{more})"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _versus(one: Row, look: Lookup) -> str:
    return look.words.say("everybody else") if one.versus == "rest" else visible(one.versus)


def _figure(by: str, shown: list[Row], look: Lookup, number: int, *, fewer: bool) -> Figure:
    words, numbers = look.words, look.numbers
    lines = []
    for one in shown:
        lines.append(charts.IntervalRow(group_name(one), section=True))
        for label, row in (
            (words.say("known people alone"), _recorded(one, look)),
            (words.say("unknown imputed"), _imputed(one, look)),
            (words.say("bounds: whoever they are"), one),
        ):
            if row is None or row.value is None:
                continue
            drawn = (estimate(row.value, row.low, row.high),)
            said = ""
            if row is one and HOLDS in one.note:
                said = words.say("holds")
            elif row is one:
                said = words.say("not settled")
            lines.append(charts.IntervalRow(f"   {label}", "", drawn, "", said))
    held = any(HOLDS in one.note for one in shown)
    title = (
        words.say("Some gaps hold whoever the unknown are")
        if held
        else words.say("What is known of the gaps is a range")
    )
    panel = charts.Panel(words.say("Difference, points"), tick_of(POINTS, look), keep=(0.0,))
    drawing = charts.interval_chart(
        lines, [panel],
        heads=(words.say("Group"), "", words.say("Over the whole range")), title=title + ".",
    )  # fmt: skip
    source = words.say(
        "Lines: %(share)s intervals. Bounds: every way of giving the unknown to groups, with "
        "sampling error at both ends (Imbens and Manski). Imputed: an estimate, which assumes that "
        "who is unknown is like who is known with the same decision and other attributes. The dot "
        "on the bounds is the gap among known people. %(most)s Source: measures %(measures)s.",
        share=numbers.percent(look.results.confidence),
        measures=f"{BOUNDS}, {IMPUTED}",
        most=words.say("The groups furthest behind; all are in the table.") if fewer else "",
    )
    measured = words.say(
        "%(who)s. Share %(received)s, less that of %(versus)s, by %(by)s",
        who=look.decides(BOUNDS),
        received=look.vocabulary.received(),
        versus=_versus(shown[0], look),
        by=attribute(by).lower(),
    )
    return Figure(number, title, measured, drawing, source, True)


def _recorded(one: Row, look: Lookup) -> Row | None:
    return look.row(RECORDED, "favourable_rate.difference", one.by, one.group, one.versus)


def _imputed(one: Row, look: Lookup) -> Row | None:
    return look.row(IMPUTED, "favourable_rate_imputed.difference", one.by, one.group, one.versus)


def _table(by: str, rows: list[Row], look: Lookup, number: int) -> Table:
    words = look.words
    columns = (
        Column(words.say("Group"), 22),
        Column(words.say("Known people alone"), 22, True),
        Column(words.say("Unknown imputed"), 22, True),
        Column(words.say("Bounds only"), 18, True),
        Column(words.say("Whoever they are"), 16),
    )
    caption = words.say(
        "Table %(table)s. Gap to %(versus)s by %(by)s, points",
        table=number,
        versus=_versus(rows[0], look),
        by=attribute(by).lower(),
    )
    note = words.say(
        "Negative: fewer of the group were %(received)s. Error rates and ratios stand in the "
        "attached file.",
        received=look.vocabulary.received(),
    )
    return Table(caption, note, columns, tuple(_line(one, look) for one in rows), dense=True)


def _line(one: Row, look: Lookup) -> TableRow:
    said = "no gap shown"
    if HOLDS in one.note:
        said = "holds"
    elif TURNS in one.note:
        said = "may turn round"
    return TableRow(
        (
            TableCell(group_name(one)),
            _gap(_recorded(one, look), look),
            _gap(_imputed(one, look), look),
            TableCell(look.numbers.bracket(one.low, one.high, POINTS).strip("()")),
            TableCell(look.words.say(said)),
        )
    )


def _gap(one: Row | None, look: Lookup) -> TableCell:
    if one is None or one.value is None:
        return TableCell(look.words.say("not published") if one is not None else DASH)
    return TableCell(
        look.numbers.bare(one.value, POINTS), look.numbers.bracket(one.low, one.high, POINTS)
    )
