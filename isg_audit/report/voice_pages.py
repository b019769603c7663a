"""Who is told of a decision, appeals, is put right, and was heard: by group.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.heard_pages import heard_blocks
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import COUNT, POINTS, RATE
from isg_audit.report.pages import Block, Column, Figure, Section, Table, TableCell, TableRow
from isg_audit.report.silence_pages import silence_block
from isg_audit.report.wording import _mark, short

NOTICE, APPEALS, OVERTURNS = "impact.notice", "impact.appeals", "impact.overturns"
SILENCE, OVERRIDES, COMPLAINTS = "impact.silence", "impact.overrides", "impact.complaints"
MOST_POINTS, MOST_ROWS = 5, 24

PANELS = (
    (NOTICE, "notice_rate", _mark("Told, %%")),
    (APPEALS, "appeal_rate", _mark("Appealed, %%")),
    (OVERTURNS, "overturn_rate", _mark("Appeals decided for them, %%")),
)
"""What the picture and the table show of each group: measure, metric, heading."""


def voice_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section | None:
    """The section; None where the audit file has no table [voice]."""
    words = look.words
    told = [*(measure for measure, _, _ in PANELS), SILENCE, OVERRIDES, COMPLAINTS]
    blocks = (
        silence_block(look),
        _figure(look, figures),
        _table(look, tables),
        _others(look),
        *heard_blocks(look, tables),
    )
    if not any(look.family(measure) for measure in (*told, "impact.consultations")):
        return None
    lead = words.say(
        "A decision that nobody can contest is final however wrong it is. This section follows "
        "people who were refused: were they told, did they appeal, did it change anything; and who "
        "was heard before. Few appeals are no good sign: silence can mean that a way to speak is "
        "missing."
    )
    return Section(
        "voice",
        words.say("Voice"),
        words.say("Who is told, who is heard, and who is put right"),
        lead,
        tuple(one for one in blocks if one is not None),
    )


def _rows(look: Lookup, measure: str, metric: str) -> dict[tuple[str, str], Row]:
    """A rate of the groups of single attributes."""
    return {
        (one.by, one.group): one
        for one in look.family(measure)
        if one.measure == measure
        and one.metric == metric
        and one.group
        and not one.versus
        and JOINT not in one.by
    }


def _measured(look: Lookup) -> list[tuple[str, dict[tuple[str, str], Row]]]:
    """The rates that there are, with their headings."""
    every = [(said, _rows(look, measure, metric)) for measure, metric, said in PANELS]
    return [(look.words.say(said), rows) for said, rows in every if rows]


def _figure(look: Lookup, figures: Iterator[int]) -> Block | None:
    """Appeals beside what comes of them, by group."""
    words, numbers = look.words, look.numbers
    shown = _measured(look)[-2:]
    first = shown[0][1] if shown else {}
    told = [key for key, one in first.items() if one.value is not None]
    if not told:
        return None
    lines: list[charts.IntervalRow] = []
    for by in dict.fromkeys(by for by, _ in told):
        lines.append(charts.IntervalRow(attribute(by), section=True))
        groups = [first[key] for key in told if key[0] == by]
        for one in sorted(groups, key=lambda row: row.value or 0.0):
            marks = tuple(_mark_of(rows.get((by, one.group))) for _, rows in shown)
            lines.append(charts.IntervalRow(group_name(one), numbers.count(one.n), marks))
    lowest = min((first[key] for key in told), key=lambda one: one.value or 0.0)
    title = words.say(
        "%(what)s: least often %(group)s",
        what=shown[0][0].removesuffix(", %"),
        group=short(group_name(lowest), 50),
    )
    drawing = charts.interval_chart(
        lines[:MOST_ROWS],
        [charts.Panel(said, tick_of(RATE, look), keep=(0.0,), within=(0.0, 1.0))
         for said, _ in shown],
        heads=(words.say("Group"), words.say("Refused"), ""),
        title=f"{title}.",
    )  # fmt: skip
    source = words.say(
        "Line: %(share)s confidence interval. Many successes beside few appeals mean errors that "
        "stay. Source: measures %(first)s, %(second)s.",
        share=numbers.percent(look.results.confidence),
        first=APPEALS,
        second=OVERTURNS,
    )
    measured = words.say("Of the people who were refused, by group")
    return Block(figures=(Figure(next(figures), title, measured, drawing, source),))


def _mark_of(one: Row | None) -> charts.Estimate | None:
    return None if one is None or one.value is None else estimate(one.value, one.low, one.high)


def _table(look: Lookup, tables: Iterator[int]) -> Block | None:
    words, numbers = look.words, look.numbers
    shown = _measured(look)
    if not shown:
        return None
    hidden = _rows(look, OVERTURNS, "hidden_errors")
    silent = _rows(look, SILENCE, "silent_decisions")
    refused = silent or shown[0][1]
    width = 68 // (len(shown) + bool(hidden))
    columns = [Column(words.say("Group"), 20), Column(words.say("Refused"), 12, True)]
    columns += [Column(said, width, True) for said, _ in shown]
    if hidden:
        columns.append(Column(words.say("Errors nobody appealed against"), width, True))
    body = []
    for key, one in list(refused.items())[:MOST_ROWS]:
        n = numbers.count(one.n) if one.value is not None else words.say("not published")
        cells = [TableCell(group_name(one), below=attribute(one.by)), TableCell(n)]
        cells += [_cell(look, rows.get(key)) for _, rows in shown]
        if hidden:
            cells.append(_people(look, hidden.get(key)))
        body.append(TableRow(tuple(cells)))
    caption = words.say("Table %(table)s. From the refusal to redress", table=next(tables))
    note = words.say(
        "%(share)s confidence intervals in brackets. Errors nobody appealed against: refusals "
        "without an appeal times the share of the group’s own appeals that succeeded. Comparisons "
        "and combinations stand in the attached file.",
        share=numbers.percent(look.results.confidence),
    )
    return Block(tables=(Table(caption, note, tuple(columns), tuple(body), dense=True),))


def _cell(look: Lookup, one: Row | None) -> TableCell:
    words, numbers = look.words, look.numbers
    if one is None or one.value is None:
        few = one is not None and one.n is None
        return TableCell(words.say("not published") if few else words.say("none"))
    return TableCell(numbers.bare(one.value, RATE), numbers.bracket(one.low, one.high, RATE))


def _people(look: Lookup, one: Row | None) -> TableCell:
    if one is None or one.value is None:
        few = one is not None and one.n is None
        said = look.words.say("not published") if few else look.words.say("not known")
        return TableCell(said)
    numbers = look.numbers
    return TableCell(numbers.about(one.value), numbers.bracket(one.low, one.high, COUNT))


OTHERS = (
    (APPEALS, "representation_rate", _mark("have help with their appeal")),
    (APPEALS, "withdrawal_rate", _mark("give their appeal up")),
    (APPEALS, "pause_rate", _mark("are spared the effect of the decision while they appeal")),
    (OVERTURNS, "flagged_again_rate", _mark("are acted against again after they were put right")),
    (COMPLAINTS, "complaint_rate", _mark("complain")),
    (OVERRIDES, "override_in_favour_rate", _mark("are decided for by a human against the model")),
    (OVERRIDES, "override_against_rate", _mark("are decided against by a human, unlike the model")),
)


def _others(look: Lookup) -> Block | None:
    """One sentence each: how often, and the group furthest from everybody else."""
    points = [
        said for measure, metric, what in OTHERS if (said := _sentence(look, measure, metric, what))
    ]
    if not points:
        return None
    return Block(look.words.say("On the way to redress"), points=tuple(points))


def _sentence(look: Lookup, measure: str, metric: str, what: str) -> str:
    words, numbers = look.words, look.numbers
    every = look.row(measure, metric)
    if every is None or every.value is None:
        return ""
    said = words.say(
        "%(rate)s of %(count)s people %(what)s.",
        rate=numbers.said(every.value, RATE),
        count=numbers.count(every.n),
        what=words.say(what),
    )
    gap = _furthest(look.family(measure), metric)
    if gap is not None and gap.value is not None:
        said += " " + words.say(
            "Furthest from everybody else: %(group)s (%(by)s), %(points)s (%(spread)s).",
            group=short(group_name(gap), 50),
            by=attribute(gap.by).lower(),
            points=numbers.said(gap.value, POINTS),
            spread=numbers.spread(gap.low, gap.high, POINTS),
        )
    return said


def _furthest(rows: Sequence[Row], metric: str) -> Row | None:
    """The gap to everybody else that is told from none and is the largest."""
    told = [
        one
        for one in rows
        if (one.metric, one.versus) == (f"{metric}.difference", "rest")
        and JOINT not in one.by
        and one.value is not None
        and one.low is not None
        and one.high is not None
        and one.low * one.high > 0
    ]
    return max(told, key=lambda one: abs(one.value or 0.0), default=None)
