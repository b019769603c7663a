"""Ranked lists: who gets how much attention, and who stands among the first, by group.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import DASH, INDEX, RATE, RATIO, Form
from isg_audit.report.pages import Block, Column, Fact, Figure, Section, Table, TableCell, TableRow
from isg_audit.report.wording import short

EXPOSURE, TOP, NDKL = "fairness.exposure", "fairness.top_places", "fairness.ndkl"
WIDTHS = (21, 16, 16, 13)
MOST_ROWS, MOST_CHARTED = 60, 30


def ranking_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section:
    """The section: exposure, the first places, then the beginning of the lists as a whole."""
    words = look.words
    blocks = []
    if _ratios(look):
        blocks.append(Block(figures=(_chart(look, figures),)))
    blocks.append(Block(tables=(_exposure_table(look, tables),)))
    for feature in dict.fromkeys(one.feature for one in look.family(TOP)):
        blocks.append(Block(tables=(_top_table(feature, look, tables),)))
    if points := tuple(_divergence(look)):
        blocks.append(Block(words.say("All groups at once"), points=points))
    return Section(
        "ranking",
        words.say("Places"),
        words.say("Who stands where, by group"),
        words.say(
            "The exposure of a place is 1 for the first, 0.5 for the third and 0.29 for the tenth. "
            "An exposure ratio of 1 means that the entries of a group get as much attention as "
            "all others do. Whether they should is for people to say."
        ),
        tuple(blocks),
        wide=True,
    )


def ranking_facts(look: Lookup) -> Iterator[Fact]:
    """The group with the least exposure, and how it fares among the first places."""
    words, numbers = look.words, look.numbers
    least = min(_ratios(look), key=lambda one: one.value or 0.0, default=None)
    if least is not None:
        yield Fact(
            words.say(
                "times the exposure of all other entries is what an entry of the group %(group)s "
                "gets on average, the least published (%(entries)s entries)",
                group=short(group_name(least), 50),
                entries=numbers.count(least.n),
            ),
            numbers.bare(least.value, RATIO),
            large=True,
        )
    first = min(
        (one for one in look.family(TOP) if one.metric == "top_k_rate" and one.group
         and not one.versus and JOINT not in one.by and one.value is not None),
        key=lambda one: one.value or 0.0, default=None,
    )  # fmt: skip
    if first is not None:
        yield Fact(
            words.say(
                "of the entries of the group %(group)s stand in the %(top)s, the least published",
                group=short(group_name(first), 50),
                top=first.feature,
            ),
            numbers.said(first.value, RATE),
            large=True,
        )


def _ratios(look: Lookup) -> list[Row]:
    """Exposure of groups of single attributes over that of everybody else."""
    return [
        one
        for one in look.family(EXPOSURE)
        if one.metric == "mean_exposure.ratio" and one.versus == "rest" and JOINT not in one.by
        if one.value is not None
    ]


def _chart(look: Lookup, figures: Iterator[int]) -> Figure:
    words, numbers, shown = look.words, look.numbers, _ratios(look)[:MOST_CHARTED]
    lines = []
    for by in dict.fromkeys(one.by for one in shown):
        lines.append(charts.IntervalRow(attribute(by), section=True))
        lines += [
            charts.IntervalRow(
                group_name(one),
                numbers.count(one.n),
                (estimate(one.value or 0.0, one.low, one.high),),
                said=numbers.bare(one.value, RATIO),
            )
            for one in shown
            if one.by == by
        ]
    least = min(shown, key=lambda one: one.value or 0.0)
    title = words.say(
        "Entries of %(group)s get least attention: %(ratio)s times that of all others",
        group=short(group_name(least), 60),
        ratio=numbers.bare(least.value, RATIO),
    )
    drawing = charts.interval_chart(
        lines,
        [charts.Panel(words.say("Exposure ratio"), tick_of(RATIO, look), keep=(1.0,))],
        heads=(words.say("Group"), words.say("Entries"), words.say("Ratio")),
        title=title + ".",
    )
    bounded = any(one.low is not None for one in shown)
    line = words.say(
        "Line: %(share)s confidence interval between lists.",
        share=numbers.percent(look.results.confidence),
    )
    none = words.say("Without a line: there are too few lists for an interval.")
    source = words.say("Source: measure %(measure)s.", measure=EXPOSURE)
    measured = words.say("Mean exposure of the group over that of everybody else")
    said = f"{line if bounded else none} {source}"
    return Figure(next(figures), title, measured, drawing, said)


def _exposure_table(look: Lookup, tables: Iterator[int]) -> Table:
    words = look.words
    columns = (
        ("mean_exposure", "", words.say("Mean exposure"), INDEX),
        ("mean_exposure.ratio", "rest", words.say("Ratio to everybody else"), RATIO),
        ("exposure_share", "", words.say("Part of all exposure, %%"), RATE),
        ("group_size", "", words.say("Part of all entries, %%"), RATE),
    )
    caption = words.say("Table %(table)s. Exposure by group", table=next(tables))
    return _table((EXPOSURE, "coverage.group_size"), "", columns, caption, look)


def _top_table(feature: str, look: Lookup, tables: Iterator[int]) -> Table:
    words = look.words
    columns = (
        ("top_k_rate", "", words.say("Of its entries in the %(top)s, %%", top=feature), RATE),
        ("top_k_rate.ratio", "rest", words.say("Ratio to everybody else"), RATIO),
        ("top_k_share", "", words.say("Part of the %(top)s, %%", top=feature), RATE),
        ("group_size", "", words.say("Part of all entries, %%"), RATE),
    )
    caption = words.say(
        "Table %(table)s. Who stands in the %(top)s, by group", table=next(tables), top=feature
    )
    return _table((TOP, "coverage.group_size"), feature, columns, caption, look)


def _table(
    measures: tuple[str, ...],
    feature: str,
    columns: tuple[tuple[str, str, str, Form], ...],
    caption: str,
    look: Lookup,
) -> Table:
    """Groups down, figures across."""
    words, numbers = look.words, look.numbers
    found = {
        (one.metric, one.versus, one.by, one.group): one
        for measure in measures
        for one in look.family(measure)
        if one.feature in ("", feature)
    }
    keys = list(dict.fromkeys((by, group) for name, _, by, group in found if name == columns[0][0]))
    rows: list[TableRow] = []
    said = ""
    for by, group in keys[:MOST_ROWS]:
        if by and by != said:
            said = by
            rows.append(TableRow((TableCell(attribute(by)),), section=True))
        own = found[columns[0][0], "", by, group]
        every = ((found.get((name, versus, by, group)), form) for name, versus, _, form in columns)
        cells = (_cell(one, form, look) for one, form in every)
        name = group_name(own) if by else words.say("Everybody")
        entries = numbers.count(own.n) if own.value is not None else DASH
        rows.append(TableRow((TableCell(name), TableCell(entries), *cells), strong=not by))
    heads = (Column(words.say("Group"), 24), Column(words.say("Entries"), 10, True))
    note = words.say(
        "%(share)s confidence intervals between lists in brackets, where there are enough lists",
        share=numbers.percent(look.results.confidence),
    )
    if len(keys) > MOST_ROWS:
        note += "; " + words.plural(
            "%(n)s more row in the attached file",
            "%(n)s more rows in the attached file",
            len(keys) - MOST_ROWS,
        )
    several = (
        *heads,
        *(Column(one[2], width, True) for one, width in zip(columns, WIDTHS, strict=True)),
    )
    return Table(caption, note, several, tuple(rows), dense=True)


def _cell(one: Row | None, form: Form, look: Lookup) -> TableCell:
    if one is None:
        return TableCell(DASH)
    if one.value is None:
        withheld = look.words.say("not published")
        return TableCell(withheld if one.n is None else look.words.say("not estimable"))
    numbers = look.numbers
    return TableCell(numbers.bare(one.value, form), numbers.bracket(one.low, one.high, form))


def _divergence(look: Lookup) -> Iterator[str]:
    words, numbers = look.words, look.numbers
    for one in look.family(NDKL):
        if one.value is not None:
            yield words.say(
                "%(by)s: the first places differ from all entries by %(ndkl)s nats (NDKL, all "
                "lists together; %(note)s).",
                by=attribute(one.by),
                ndkl=numbers.bare(one.value, INDEX),
                note=one.note,
            )
