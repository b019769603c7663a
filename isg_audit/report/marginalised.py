"""Who is worst off, who is too few to be seen, and whose group is not known.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import COUNT, POINTS, RATE
from isg_audit.report.pages import Block, Column, Figure, Section, Table, TableCell, TableRow
from isg_audit.report.wording import short

LOWEST = 12
MEASURE = "fairness.favourable_rate"


def marginalised_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section:
    """The section."""
    words = look.words
    blocks = [
        block
        for block in (
            _lowest(look, figures),
            _worst_off(look),
            _wrongly_refused(look, tables),
            _coverage(look, tables),
            _withheld(look),
        )
        if block is not None
    ]
    lead = words.say(
        "Averages hide small groups. This section puts the groups with the lowest rates first, "
        "alone and "
        "in combination, and says who is missing from the figures."
    )
    return Section(
        "worst-off",
        words.say("Groups at the margin"),
        words.say("Who is worst off, and who is not seen"),
        lead,
        tuple(blocks),
    )


def _lowest(look: Lookup, figures: Iterator[int]) -> Block | None:
    words, numbers = look.words, look.numbers
    rows = [
        one
        for one in look.family(MEASURE)
        if one.measure == MEASURE
        and one.metric == "favourable_rate"
        and one.group
        and one.value is not None
        and not (one.versus or one.window)
    ]
    overall = look.row(MEASURE, "favourable_rate")
    if not rows:
        return None
    shown = sorted(rows, key=lambda one: one.value or 0.0)[:LOWEST]
    lines = [
        charts.IntervalRow(
            group_name(one),
            numbers.count(one.n),
            (estimate(one.value or 0.0, one.low, one.high),),
            "",
            attribute(one.by),
        )
        for one in shown
    ]
    if overall is not None and overall.value is not None:
        lines.insert(
            0,
            charts.IntervalRow(
                words.say("Everybody"),
                numbers.count(overall.n),
                (estimate(overall.value, overall.low, overall.high),),
                "reference",
                words.say("All cases"),
            ),
        )
    worst = shown[0]
    title = words.say(
        "%(group)s has the lowest rate: %(rate)s",
        group=short(group_name(worst), 60),
        rate=numbers.said(worst.value, RATE),
    )
    head = f"{look.vocabulary.quantity('favourable_rate')}, %"
    drawing = charts.interval_chart(
        lines,
        [charts.Panel(head, tick_of(RATE, look), within=(0.0, 1.0))],
        heads=(words.say("Group"), words.say("People"), words.say("Attribute")),
        title=title + ".",
    )
    source = words.say(
        "Line: %(share)s confidence interval, without allowing for the search over groups: the "
        "lowest of many "
        "is partly the lowest by chance. Source: measure %(measure)s.",
        share=numbers.percent(look.results.confidence),
        measure=MEASURE,
    )
    measured = words.say(
        "%(who)s. The lowest rates of all published groups and combinations",
        who=look.decides(MEASURE),
    )
    return Block(figures=(Figure(next(figures), title, measured, drawing, source, True),))


def _worst_off(look: Lookup) -> Block | None:
    words, numbers = look.words, look.numbers
    points = []
    for one in look.family("impact.worst_off"):
        if one.metric.endswith(".difference") and one.value is None:
            points.append(
                words.say(
                    "%(by)s: of all combinations, the group %(group)s is worst off. Its numbers "
                    "are not published, "
                    "to protect the people in it.",
                    by=attribute(one.by),
                    group=group_name(one),
                )
            )
        if not one.metric.endswith(".difference") or one.value is None:
            continue
        people = ""
        if one.affected is not None:
            spread = numbers.spread(one.affected_low, one.affected_high, COUNT)
            about = numbers.bare(abs(one.affected), COUNT)
            people = (
                words.say(
                    " The gap stands for about %(about)s people (interval %(spread)s).",
                    about=about,
                    spread=spread,
                )
                if spread
                else ""
            )
        points.append(
            words.say(
                "%(by)s: the group %(group)s (%(n)s people) differs from everybody else by %(gap)s "
                "(interval %(spread)s).%(people)s",
                by=attribute(one.by),
                group=group_name(one),
                n=numbers.count(one.n),
                gap=numbers.said(one.value, POINTS),
                spread=numbers.spread(one.low, one.high, POINTS),
                people=people,
            )
        )
    return Block(words.say("Worst off"), points=tuple(points)) if points else None


def _wrongly_refused(look: Lookup, tables: Iterator[int]) -> Block | None:
    words, numbers = look.words, look.numbers
    rows = [
        one
        for one in look.family("impact.wrong_denials")
        if one.value is not None and one.group and JOINT not in one.by and not one.versus
    ]
    if not rows:
        return None
    columns = (
        Column(words.say("Group"), 40),
        Column(words.say("Attribute"), 25),
        Column(words.say("Wrongly refused"), 35, True),
    )
    body = tuple(
        TableRow(
            (
                TableCell(group_name(one)),
                TableCell(attribute(one.by)),
                TableCell(
                    numbers.bare(one.value, COUNT if one.unit != "proportion" else RATE),
                    numbers.bracket(one.low, one.high, COUNT if one.unit != "proportion" else RATE),
                ),
            )
        )
        for one in sorted(rows, key=lambda one: -(one.value or 0.0))[:20]
    )
    caption = words.say(
        "Table %(table)s. People refused although the outcome was favourable", table=next(tables)
    )
    return Block(words.say("Wrongly refused"), tables=(Table(caption, "", columns, body),))


def _coverage(look: Lookup, tables: Iterator[int]) -> Block | None:
    words, numbers = look.words, look.numbers
    attributes = look.results.subject.attributes
    if not attributes:
        return None
    columns = (
        Column(words.say("Attribute"), 24),
        Column(words.say("Smallest group published"), 32),
        Column(words.say("People"), 12, True),
        Column(words.say("Group not known"), 16, True),
        Column(words.say("Withheld"), 16, True),
    )
    body = []
    for one in attributes:
        known = [group for group in one.groups if group.n is not None]
        small = min(known, key=lambda group: group.n or 0, default=None)
        unknown = look.row("coverage.unknown_group", "unknown_share", one.name)
        share = (
            numbers.said(unknown.value, RATE)
            if unknown is not None and unknown.value is not None
            else ""
        )
        body.append(
            TableRow(
                (
                    TableCell(attribute(one.name)),
                    TableCell(short(small.name, 60) if small else words.say("none")),
                    TableCell(numbers.count(small.n) if small else "—"),
                    TableCell(
                        numbers.count(one.unknown)
                        if one.unknown is not None
                        else words.say("not published"),
                        f"({share})" if share else "",
                    ),
                    TableCell(numbers.count(len(one.groups) - len(known))),
                )
            )
        )
    caption = words.say(
        "Table %(table)s. Small groups, and people of unknown group", table=next(tables)
    )
    return Block(words.say("Who is not seen"), tables=(Table(caption, "", columns, tuple(body)),))


def _withheld(look: Lookup) -> Block | None:
    words, kept = look.words, look.results.disclosure
    if not kept.groups_withheld and not kept.rows_withheld:
        return None
    said = words.plural(
        "The numbers of %(n)s group were withheld: a count below %(least)s in it would show.",
        "The numbers of %(n)s groups were withheld: a count below %(least)s in them would show.",
        kept.groups_withheld,
        least=kept.minimum_cell,
    )
    if kept.complementary:
        said += " " + words.plural(
            "%(n)s of these only because it would have given another away.",
            "%(n)s of these only because they would have given another away.",
            kept.complementary,
        )
    said += " " + words.say(
        "They were measured and judged with everybody else; that nothing is printed does not "
        "mean that they are treated well."
    )
    return Block(words.say("Withheld"), paragraphs=(said,))
