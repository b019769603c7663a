"""Where people drop out on the way, by group.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from isg_audit.evidence import Row
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import COUNT, NO_BREAK, POINTS, RATE, RATIO, Form
from isg_audit.report.pages import Block, Column, Section, Table, TableCell, TableRow
from isg_audit.report.stages_figure import ALL, MEASURE, burdens_of, losses_of, stages_figure
from isg_audit.report.wording import short, visible

MOST_POINTS, MOST_ROWS = 3, 36
SHARE = Form(scale=100, decimals=0, suffix="%")
PLAIN = Form(scale=100, decimals=1, suffix=f"{NO_BREAK}points")


def stages_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section | None:
    """The section; None where no stages are named."""
    words = look.words
    rows = [one for one in look.family(MEASURE) if one.measure == MEASURE]
    names = list(dict.fromkeys(one.feature for one in rows if one.metric == "reach_rate"))
    if not names:
        return None
    by = _widest(rows, names[-1])
    blocks = (
        Block(points=tuple(_told(look, rows, names, by))),
        stages_figure(look, rows, names, by, figures),
        *_tables(look, rows, names, by, tables),
        _faults(look, rows),
    )
    burdens = burdens_of(rows)
    lead = words.say(
        "The way has %(count)s stages: %(stages)s. Whoever drops out on it is in no figure of the "
        "decisions at its end. People who never came to the first stage are not here at all.",
        count=look.numbers.count(len(names)),
        stages=words.listed([visible(name) for name in names], 8),
    )
    heading = words.say("Where people drop out")
    if names[-1] in burdens:
        heading = words.say("Who comes how far, and who is spared")
        lead = words.say(
            "The way has %(count)s stages: %(stages)s. To come to its end is a burden: what counts "
            "is who is taken along more often than others.",
            count=look.numbers.count(len(names)),
            stages=words.listed([visible(name) for name in names], 8),
        )
    return Section(
        "stages",
        words.say("Stages"),
        heading,
        lead,
        tuple(one for one in blocks if one is not None and one != Block()),
    )


def _widest(rows: Sequence[Row], last: str) -> str:
    """The attribute whose groups are furthest apart at the end, else at any stage."""
    apart: dict[str, float] = {}
    for metric, feature in (("reach_rate.range", last), ("pass_rate.range", "")):
        for one in rows:
            if one.metric == metric and JOINT not in one.by and one.value is not None:
                if feature and one.feature != feature:
                    continue
                apart.setdefault(one.by, 0.0)
                apart[one.by] = max(apart[one.by], one.value)
        if apart:
            break
    singles = [one.by for one in rows if one.group and JOINT not in one.by]
    return max(apart, key=lambda by: apart[by], default=singles[0] if singles else "")


def _told(look: Lookup, rows: Sequence[Row], names: Sequence[str], by: str) -> Iterator[str]:
    """Which group is lost at which stage, how many people, and what it makes of the end."""
    words, numbers = look.words, look.numbers
    losses = losses_of(rows, by)
    for gap in losses[:MOST_POINTS]:
        burden = (gap.value or 0.0) > 0
        said = (
            "At the stage “%(stage)s”, %(group)s (%(by)s) are taken %(points)s more often than "
            "everybody else who came to it (%(spread)s): about %(people)s people more "
            "(%(people_spread)s)."
            if burden
            else "At the stage “%(stage)s”, %(group)s (%(by)s) pass %(points)s less often than "
            "everybody else who came to it (%(spread)s): about %(people)s people are lost "
            "(%(people_spread)s)."
        )
        yield words.say(
            said,
            stage=visible(gap.feature),
            group=short(group_name(gap), 60),
            by=attribute(gap.by).lower(),
            points=numbers.said(abs(gap.value or 0.0), PLAIN),
            spread=numbers.spread(gap.low, gap.high, POINTS),
            people=numbers.about(gap.affected or 0.0),
            people_spread=numbers.spread(gap.affected_low, gap.affected_high, COUNT),
        )
    yield from _at_the_end(look, rows, names, by)


def _at_the_end(look: Lookup, rows: Sequence[Row], names: Sequence[str], by: str) -> Iterator[str]:
    """Groups that fare worse at the end, and the stage that makes most of it."""
    words, numbers = look.words, look.numbers
    burden = names[-1] in burdens_of(rows)
    ends = [
        one
        for one in rows
        if (one.metric, one.by, one.versus, one.feature)
        == ("reach_rate.ratio", by, "rest", names[-1])
        and one.value
        and (one.value > 1) == burden
    ]
    for end in sorted(ends, key=lambda one: (one.value or 1.0) * (-1 if burden else 1))[:2]:
        shares = [
            one
            for one in rows
            if (one.metric, one.by, one.group, one.versus) == ("stage_share", by, end.group, "rest")
            and one.value is not None
            and one.low is not None
        ]
        most = max(shares, key=lambda one: one.value or 0.0, default=None)
        if most is None or len(names) < 2:
            continue
        said = words.say(
            "%(group)s (%(by)s) come to the end %(ratio)s times as often as everybody else "
            "(%(spread)s).",
            group=short(group_name(end), 60),
            by=attribute(by).lower(),
            ratio=numbers.said(end.value, RATIO),
            spread=numbers.spread(end.low, end.high, RATIO),
        )
        if (most.value or 0.0) > 1:
            yield (
                said
                + " "
                + words.say(
                    "The gap arises at the stage “%(stage)s”, where it is wider still: other "
                    "stages narrow it.",
                    stage=visible(most.feature),
                )
            )
        else:
            yield (
                said
                + " "
                + words.say(
                    "Most of that arises at the stage “%(stage)s”: %(share)s of it (%(spread)s).",
                    stage=visible(most.feature),
                    share=numbers.said(most.value, SHARE),
                    spread=numbers.spread(most.low, most.high, SHARE),
                )
            )


def _tables(
    look: Lookup, rows: Sequence[Row], names: Sequence[str], by: str, tables: Iterator[int]
) -> Iterator[Block]:
    """A table a stage, but for stages that everybody passed."""
    words, numbers = look.words, look.numbers
    note = words.say(
        "%(share)s confidence intervals in brackets. People: who would have passed, or been spared "
        "a burden, at everybody else’s rate. More in the attached file.",
        share=numbers.percent(look.results.confidence),
    )
    for name in names:
        here = [one for one in rows if one.feature == name and one.by == by and one.group]
        groups = [one for one in here if one.metric == "pass_rate"]
        if all(one.value is not None and one.value > ALL for one in groups):
            continue
        gaps = {
            one.group: one
            for one in here
            if (one.metric, one.versus) == ("pass_rate.difference", "rest")
        }
        columns = (
            Column(words.say("Group"), 28),
            Column(words.say("Came to it"), 12, True),
            Column(words.say("Passed it, %%"), 20, True),
            Column(words.say("Against everybody else, points"), 24, True),
            Column(words.say("People"), 16, True),
        )
        caption = words.say(
            "Table %(table)s. Who passes the stage “%(stage)s”, by %(by)s",
            table=next(tables),
            stage=visible(name),
            by=attribute(by).lower(),
        )
        body = [_line(look, one, gaps.get(one.group)) for one in groups]
        yield Block(tables=(Table(caption, note, columns, tuple(body[:MOST_ROWS]), dense=True),))
        note = ""


def _line(look: Lookup, one: Row, gap: Row | None) -> TableRow:
    numbers = look.numbers
    hidden = look.words.say("not published")
    people = "" if gap is None or gap.affected is None else numbers.about(gap.affected)
    return TableRow(
        (
            TableCell(group_name(one)),
            TableCell(numbers.count(one.n) if one.value is not None else "–"),
            TableCell(
                numbers.bare(one.value, RATE) if one.value is not None else hidden,
                numbers.bracket(one.low, one.high, RATE),
            ),
            TableCell(
                numbers.bare(gap.value, POINTS) if gap and gap.value is not None else "–",
                numbers.bracket(gap.low, gap.high, POINTS) if gap else "",
            ),
            TableCell(people or "–"),
        )
    )


def _faults(look: Lookup, rows: Sequence[Row]) -> Block | None:
    """People who are marked at a later stage without one before it."""
    found = next((one for one in rows if one.metric == "out_of_order"), None)
    if found is None or found.value == 0:
        return None
    if found.value is None:
        said = look.words.say(
            "Some people are marked at a later stage without one before it; they are too few to "
            "publish how many. They count up to the stage that is missing."
        )
    else:
        said = look.words.plural(
            "%(n)s person is marked at a later stage without one before it, and counts up to the "
            "stage that is missing.",
            "%(n)s people are marked at a later stage without one before it, and count up to the "
            "stage that is missing.",
            round(found.value),
        )
    return Block(look.words.say("Faults in the marks"), paragraphs=(said,))
