"""Whether the model that was handed over is the one that decided: held against the log.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import Lookup, attribute
from isg_audit.report.numbers import INDEX, RATE
from isg_audit.report.pages import Block, Column, Figure, Table, TableCell, TableRow
from isg_audit.report.wording import short, visible

AGREEMENT, SCORES, REPEATED = (
    "explain.log_agreement", "explain.score_agreement", "explain.repeatability",
)  # fmt: skip

ROUNDING = 1e-4
"""A distance of scores that is not worth a word: logs are written with few digits."""


def same_model_blocks(
    look: Lookup, figures: Iterator[int], tables: Iterator[int]
) -> tuple[Block, ...]:
    """First findings about a model: does it reproduce the log, and answer the same twice."""
    found = (_log(look, figures, tables), _repeated(look))
    return tuple(block for block in found if block is not None)


def _log(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Block | None:
    words, numbers = look.words, look.numbers
    overall = look.row(AGREEMENT, "disagreement_rate")
    if overall is None or overall.value is None:
        return None
    said = _same(look, overall) or words.say(
        "Of %(count)s people whom the log and the model both decided, the model that was handed "
        "over decides %(rate)s otherwise than the log says was decided (%(share)s confidence "
        "interval %(spread)s).",
        count=numbers.count(overall.n),
        rate=numbers.said(overall.value, RATE),
        share=numbers.percent(look.results.confidence),
        spread=numbers.spread(overall.low, overall.high, RATE),
    )
    points = [one for one in (_against(look), _cut(look), _distance(look)) if one]
    meaning = words.say(
        "Where model and log differ, another version, another threshold or other inputs decided, "
        "or people overruled the model. What this report says about the model then says only in "
        "part what happened to people."
    )
    groups = _groups(look)
    return Block(
        words.say("Is it the model that decided?"),
        paragraphs=(said,),
        points=tuple(points),
        figures=(_figure(look, groups, figures),) if groups else (),
        tables=(_windows(look, tables),) if _of_windows(look) else (),
        after=(meaning,) if overall.value > 0 else (),
    )


def _same(look: Lookup, overall: Row) -> str:
    """What is said where no decision differs."""
    if overall.value != 0:
        return ""
    return look.words.say(
        "For all %(count)s people whom the log and the model both decided, the model that was "
        "handed over decides as the log says (at most %(high)s of decisions differ; %(share)s "
        "confidence).",
        count=look.numbers.count(overall.n),
        high=look.numbers.said(overall.high, replace(RATE, decimals=2)),
        share=look.numbers.percent(look.results.confidence),
    )


def _against(look: Lookup) -> str:
    words, numbers = look.words, look.numbers
    against = look.row(AGREEMENT, "overruled_against_rate")
    favour = look.row(AGREEMENT, "overruled_in_favour_rate")
    if against is None or favour is None or against.value is None or favour.value is None:
        return ""
    if against.value == favour.value == 0:
        return ""
    return words.say(
        "Of the people for whom the model decides favourably, %(against)s were refused; of those "
        "against whom it decides, %(favour)s were decided favourably.",
        against=numbers.said(against.value, RATE),
        favour=numbers.said(favour.value, RATE),
    )


def _cut(look: Lookup) -> str:
    words, numbers = look.words, look.numbers
    cut = look.row(AGREEMENT, "threshold_recovered")
    left = look.row(AGREEMENT, "threshold_disagreement")
    if cut is None or left is None or cut.value is None:
        return ""
    return words.say(
        "The log is reproduced best by cutting the model’s score at %(cut)s; %(left)s of decisions "
        "then still differ.",
        cut=numbers.said(cut.value, INDEX),
        left=numbers.said(left.value, RATE),
    )


def _distance(look: Lookup) -> str:
    words, numbers = look.words, look.numbers
    most, largest = look.row(SCORES, "distance_q99"), look.row(SCORES, "largest_distance")
    if most is None or largest is None or most.value is None:
        return ""
    if (largest.value or 0.0) <= ROUNDING:
        return words.say("Every person’s score by the model is the logged one, up to rounding.")
    return words.say(
        "For 99 of 100 people the model’s score lies within %(most)s of the logged one; the "
        "largest distance is %(largest)s.",
        most=numbers.said(most.value, INDEX),
        largest=numbers.said(largest.value, INDEX),
    )


def _groups(look: Lookup) -> list[Row]:
    return [
        one
        for one in look.family(AGREEMENT)
        if one.metric == "disagreement_rate" and one.group and not one.versus and not one.window
        and " × " not in one.by and one.value is not None
    ]  # fmt: skip


def _figure(look: Lookup, groups: list[Row], figures: Iterator[int]) -> Figure:
    words = look.words
    rows = [
        charts.IntervalRow(
            f"{attribute(one.by)}: {short(visible(one.group), 40)}",
            look.numbers.count(one.n),
            (estimate(one.value or 0.0, one.low, one.high),),
        )
        for one in groups
    ]
    title = words.say("Whose decision differs from the model’s")
    measured = words.say("Share of people decided otherwise than by the model, by group, percent")
    drawing = charts.interval_chart(
        rows,
        [charts.Panel(words.say("Decided otherwise, %%"), tick_of(RATE, look), keep=(0.0,))],
        heads=(words.say("Group"), words.say("People"), ""),
        title=f"{title}. {measured}.",
        width=357.0,
    )
    share = look.numbers.percent(look.results.confidence)
    source = words.say("Line: %(share)s confidence interval.", share=share)
    reading = words.say(
        "A group further right was decided otherwise more often. Where lines of one attribute do "
        "not overlap, the model does not stand for what happened to these groups alike."
    )
    return Figure(next(figures), title, measured, drawing, source, False, reading)


def _of_windows(look: Lookup) -> list[Row]:
    return [
        one
        for one in look.family(AGREEMENT)
        if one.metric == "disagreement_rate" and one.window and not one.by
    ]


def _windows(look: Lookup, tables: Iterator[int]) -> Table:
    words, numbers = look.words, look.numbers
    rows = tuple(
        TableRow(
            (
                TableCell(visible(one.window)),
                TableCell(numbers.count(one.n)),
                TableCell(numbers.bare(one.value, RATE), numbers.bracket(one.low, one.high, RATE)),
            )
        )
        for one in _of_windows(look)
    )
    columns = (
        Column(words.say("Time"), 40),
        Column(words.say("People"), 20, True),
        Column(words.say("Decided otherwise, %%"), 40, True),
    )
    caption = words.say("Table %(table)s. Model and log over time", table=next(tables))
    note = words.say("a step means that the system was changed")
    return Table(caption, note, columns, rows)


def _repeated(look: Lookup) -> Block | None:
    words, numbers = look.words, look.numbers
    points = []
    asked = {
        "again": words.say("Asked a second time"),
        "alone": words.say("Asked about one person alone instead of among others"),
    }
    for how, start in asked.items():
        flips = look.row(REPEATED, f"flip_rate_{how}")
        if flips is None or flips.value is None:
            continue
        if flips.value == 0:
            points.append(
                words.say(
                    "%(start)s, the model decided the same for all %(count)s people.",
                    start=start,
                    count=numbers.count(flips.n),
                )
            )
        else:
            points.append(
                words.say(
                    "%(start)s, the model decided otherwise for %(rate)s of %(count)s people "
                    "(%(spread)s).",
                    start=start,
                    rate=numbers.said(flips.value, RATE),
                    count=numbers.count(flips.n),
                    spread=numbers.spread(flips.low, flips.high, RATE),
                )
            )
    if not points:
        return None
    return Block(words.say("Does it answer the same twice?"), points=tuple(points))
