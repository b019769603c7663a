"""The reasons of refusals: who is given which, which help nobody, whether the log's are true.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import tick_of
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import DASH, POINTS, RATE
from isg_audit.report.pages import Block, Column, Figure, Table, TableCell, TableRow
from isg_audit.report.wording import _mark, short, visible

REASONS, ALIKE = "explain.reasons", "explain.reasons_alike"
RECOURSE, CODES = "explain.reason_recourse", "explain.reason_codes"
MOST_INPUTS, MOST_GROUPS = 12, 4


def reason_blocks(
    look: Lookup, figures: Iterator[int], tables: Iterator[int]
) -> tuple[Block | None, ...]:
    """Which reasons are given to whom, and the log's reasons beside the model's."""
    return (*_given(look, figures, tables), _logged(look))


def _given(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> tuple[Block | None, ...]:
    words, numbers = look.words, look.numbers
    overall = sorted(_overall(look, REASONS, "reason_rate"), key=lambda one: -(one.value or 0.0))
    if not overall:
        return ()
    drawing = _figure(look, overall, figures)
    said = words.say(
        "Looked at are %(count)s people whom the model refuses, and for each the inputs, at most "
        "four, that lower the score most compared with everybody else’s.",
        count=numbers.count(overall[0].n),
    )
    return (
        Block(words.say("Reasons that refused people are given"), paragraphs=(said,)),
        None if drawing is None else Block(figures=(drawing,)),
        Block(tables=(_table(look, overall, tables),), after=tuple(_remarks(look))),
    )


def _overall(look: Lookup, measure: str, metric: str) -> list[Row]:
    return [
        one
        for one in look.family(measure)
        if (one.measure, one.metric) == (measure, metric) and one.feature and not one.by
        and one.value is not None
    ]  # fmt: skip


def _figure(look: Lookup, overall: list[Row], figures: Iterator[int]) -> Figure | None:
    """The attribute whose groups differ most, its four largest groups."""
    words = look.words
    rows = [
        one
        for one in look.family(REASONS)
        if (one.measure, one.metric) == (REASONS, "reason_rate") and one.group
        and one.value is not None
    ]  # fmt: skip
    by = _widest(rows)
    if not by:
        return None
    people = {one.group: one.n or 0 for one in rows if one.by == by}
    groups = sorted(people, key=lambda name: (-people[name], name))[:MOST_GROUPS]
    value = {(one.group, one.feature): one.value for one in rows if one.by == by}
    inputs = [
        charts.Contribution(
            _input(one.feature), tuple(value.get((group, one.feature)) for group in groups)
        )
        for one in overall[:MOST_INPUTS]
    ]
    title = words.say(
        "%(feature)s is the most frequent reason for a refusal", feature=_input(overall[0].feature)
    )
    measured = words.say(
        "Share of refused people who are given an input as a reason, by %(by)s, percent",
        by=attribute(by).lower(),
    )
    drawing = charts.importance_chart(
        inputs,
        [short(visible(group), 40) for group in groups],
        tick=tick_of(RATE, look),
        axis=words.say("Refused people with this reason, %%"),
        title=f"{title}. {measured}.",
    )
    reading = words.say(
        "Each row is one input. Where the marks of two groups lie apart, these groups are refused "
        "for different reasons; intervals stand in the attached file."
    )
    source = words.say(
        "Method: %(method)s.", method=visible(overall[0].method) or words.say("as in the table")
    )
    return Figure(next(figures), title, measured, drawing, source, False, reading)


def _widest(rows: list[Row]) -> str:
    """The attribute with the largest difference between two groups in any reason."""
    apart: dict[str, float] = {}
    for by in dict.fromkeys(one.by for one in rows if JOINT not in one.by):
        for feature in {one.feature for one in rows}:
            rates = [one.value or 0.0 for one in rows if (one.by, one.feature) == (by, feature)]
            if len(rates) > 1:
                apart[by] = max(apart.get(by, 0.0), max(rates) - min(rates))
    return max(apart, key=lambda by: apart[by], default="")


def _table(look: Lookup, overall: list[Row], tables: Iterator[int]) -> Table:
    words = look.words
    useless = {one.feature: one for one in _overall(look, RECOURSE, "without_recourse_rate")}
    fixed = _inputs_of(look, "immutable_reason_rate")
    never = TableCell(words.say("nobody can change it"))
    columns = (
        Column(words.say("Input"), 25),
        Column(words.say("Refused people with this reason, %%"), 21, True),
        Column(words.say("Of these: no change of it helps, %%"), 23, True),
        Column(words.say("Largest gap between like people, points"), 31, True),
    )
    rows = tuple(
        TableRow(
            (
                TableCell(_input(one.feature)),
                _share(look, one),
                never if one.feature in fixed else _share(look, useless.get(one.feature)),
                _gap(look, one.feature),
            )
        )
        for one in overall[:MOST_INPUTS]
    )
    caption = words.say("Table %(table)s. Reasons of refusals", table=next(tables))
    strata = next((one.note for one in look.family(ALIKE) if one.note and one.value), "")
    alike = visible(strata.partition(" strata of ")[2].partition(".")[0])
    note = words.say(
        "%(share)s confidence intervals in brackets; like people: %(alike)s; a largest gap is the "
        "largest in part by chance",
        share=look.numbers.percent(look.results.confidence),
        alike=alike or words.say("none could be compared"),
    )
    return Table(caption, note, columns, rows)


def _inputs_of(look: Lookup, metric: str) -> list[str]:
    """The inputs that a share of reasons is about."""
    one = next((row for row in look.family(REASONS) if row.metric == metric and not row.by), None)
    return [] if one is None else one.feature.split(", ")


def _share(look: Lookup, one: Row | None) -> TableCell:
    if one is None or one.value is None:
        return TableCell(DASH)
    numbers = look.numbers
    return TableCell(numbers.bare(one.value, RATE), numbers.bracket(one.low, one.high, RATE))


def _gap(look: Lookup, feature: str) -> TableCell:
    rows = [
        one
        for one in look.family(ALIKE)
        if one.feature == feature and one.value is not None and one.low is not None
    ]
    most = max(rows, key=lambda one: (_is_apart(one), abs(one.value or 0.0)), default=None)
    if most is None:
        return TableCell(DASH)
    numbers = look.numbers
    return TableCell(
        numbers.bare(most.value, POINTS),
        numbers.bracket(most.low, most.high, POINTS),
        below=short(f"{attribute(most.by)}: {group_name(most)}", 60),
    )


def _is_apart(one: Row) -> bool:
    """Whether the interval of a gap lies on one side of 0."""
    return one.low is not None and one.high is not None and (one.low > 0 or one.high < 0)


def _remarks(look: Lookup) -> Iterator[str]:
    words, numbers = look.words, look.numbers
    nothing = look.row(RECOURSE, "all_without_recourse_rate")
    if nothing is not None and nothing.value:
        yield words.say(
            "%(rate)s of refused people (%(spread)s) are given reasons none of which would help "
            "them: whatever value one of these inputs took, the refusal would stand.",
            rate=numbers.said(nothing.value, RATE),
            spread=numbers.spread(nothing.low, nothing.high, RATE),
        )
    for metric, said in (
        (
            "protected_reason_rate",
            _mark("%(rate)s of refused people (%(spread)s) have a reason that is a protected "
                      "attribute or stands for one: %(inputs)s."),
        ),
        (
            "immutable_reason_rate",
            _mark("%(rate)s of refused people (%(spread)s) have a reason that nobody can "
                      "change: %(inputs)s."),
        ),
    ):  # fmt: skip
        one = next(
            (row for row in look.family(REASONS) if row.metric == metric and not row.by), None
        )
        if one is not None and one.value:
            yield words.say(
                said,
                rate=numbers.said(one.value, RATE),
                spread=numbers.spread(one.low, one.high, RATE),
                inputs=words.listed([_input(name) for name in _inputs_of(look, metric)]),
            )
    none = look.row(REASONS, "no_reason_rate")
    if none is not None and none.value:
        yield words.say(
            "For %(rate)s of refused people no input speaks against them more than against others: "
            "they are refused for what they share with everybody.",
            rate=numbers.said(none.value, RATE),
        )


def _logged(look: Lookup) -> Block | None:
    words, numbers = look.words, look.numbers
    agree, every = look.row(CODES, "agreement"), look.row(CODES, "all_agree_rate")
    points = []
    if agree is not None and agree.value is not None and every is not None:
        points.append(
            words.say(
                "Of the reasons that the log gives a person, %(rate)s (%(spread)s) are among the "
                "four that count most for the model; all of them are for %(every)s of %(count)s "
                "people.",
                rate=numbers.said(agree.value, RATE),
                spread=numbers.spread(agree.low, agree.high, RATE),
                every=numbers.said(every.value, RATE),
                count=numbers.count(agree.n),
            )
        )
        points += list(_worst(look))
    for metric, said in (
        ("unknown_code_rate",
         _mark("%(rate)s of them are given a reason that is no input of the model.")),
        ("refused_without_reason_rate",
         _mark("%(rate)s of the people whom the model refuses are given no reason.")),
    ):  # fmt: skip
        one = look.row(CODES, metric)
        if one is not None and one.value:
            points.append(words.say(said, rate=numbers.said(one.value, RATE)))
    if not points:
        return None
    return Block(words.say("The log’s reasons beside the model’s"), points=tuple(points))


def _worst(look: Lookup) -> Iterator[str]:
    words, numbers = look.words, look.numbers
    groups = [
        one
        for one in look.family(CODES)
        if one.metric == "agreement" and one.group and JOINT not in one.by
        and one.value is not None
    ]  # fmt: skip
    worst = min(groups, key=lambda one: one.value or 0.0, default=None)
    if worst is not None:
        yield words.say(
            "Lowest in the group %(group)s: %(rate)s (%(spread)s).",
            group=short(f"{attribute(worst.by)}: {group_name(worst)}", 60),
            rate=numbers.said(worst.value, RATE),
            spread=numbers.spread(worst.low, worst.high, RATE),
        )


def _input(name: str) -> str:
    said = visible(name).replace("_", " ")
    return short(said[:1].upper() + said[1:], 60)
