"""Who is in the log against who is in a reference population.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from isg_audit.evidence import Row, Tolerance
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import JOINT, Lookup, attribute
from isg_audit.report.numbers import COUNT, RATIO
from isg_audit.report.pages import Block, Figure
from isg_audit.report.tolerance import allowed, sides
from isg_audit.report.why_words import named
from isg_audit.report.wording import short, visible

MEASURE, RATIO_METRIC = "coverage.representation", "representation_ratio"
DIFFERENCE = "representation_difference"
MOST_OF_ONE = 20
"""Groups of one attribute that the picture shows: those furthest from 1."""
MOST_ROWS, MOST_SAID, MOST_OVER = 36, 4, 2
NOBODY = "nobody of this group is in the log"
"""How the note of a group begins that has no people in the log."""


def who(one: Row) -> str:
    """A group by its value; one whose value says nothing alone, by its attribute too."""
    return named(one.by, one.group) if one.group else attribute(one.by)


def beside(one: Row) -> str:
    """The attribute, where the name of the group does not say it already."""
    by = attribute(one.by)
    return "" if who(one).startswith(f"{by}: ") else by


def in_full(one: Row) -> str:
    """`Female (Sex)`, or `Foreign background: 1`."""
    return f"{who(one)} ({beside(one)})" if beside(one) else who(one)


def ratios_of(look: Lookup) -> list[Row]:
    """The ratios that are published."""
    return [
        one for one in look.family(MEASURE) if one.metric == RATIO_METRIC and one.value is not None
    ]


def distance(one: Row) -> float:
    """How far a ratio is from 1, half as far as twice; 0 is furthest."""
    value = one.value or 0.0
    return abs(math.log(value)) if value > 0 else math.inf


def _points(look: Lookup) -> Iterator[str]:
    """The groups that are there least, in people, and those that are there most."""
    words, numbers = look.words, look.numbers
    ratios = {(one.by, one.group): one for one in ratios_of(look)}
    apart = [one for one in look.family(MEASURE)
             if one.metric == DIFFERENCE and (one.by, one.group) in ratios]  # fmt: skip
    missing = [one for one in apart if one.affected and (one.high or 0.0) < 0]
    missing = [one for one in missing if JOINT not in one.by] or missing
    missing.sort(key=lambda one: -(one.affected or 0.0))
    for one in missing[:MOST_SAID]:
        about = numbers.about(one.affected or 0.0)
        if one.note.startswith(NOBODY):
            yield words.say(
                "%(group)s: nobody is in the log; if they were there as often as in the "
                "population, they would be about %(about)s.",
                group=in_full(one), about=about,
            )  # fmt: skip
        else:
            yield words.say(
                "%(group)s: %(ratio)s of what the population makes expect. About "
                "%(about)s more people of the group would be in a log of this size (interval "
                "%(spread)s).",
                group=in_full(one),
                ratio=numbers.bare(ratios[one.by, one.group].value, RATIO), about=about,
                spread=numbers.spread(one.affected_low, one.affected_high, COUNT),
            )  # fmt: skip
    over = [ratios[one.by, one.group] for one in apart
            if JOINT not in one.by and (one.low or 0.0) > 0]  # fmt: skip
    for one in sorted(over, key=lambda one: -(one.value or 0.0))[:MOST_OVER]:
        yield words.say(
            "%(group)s: %(ratio)s times as many as the population makes expect (interval "
            "%(spread)s).",
            group=in_full(one), ratio=numbers.bare(one.value, RATIO),
            spread=numbers.spread(one.low, one.high, RATIO),
        )  # fmt: skip


def against_population(look: Lookup, figures: Iterator[int]) -> Iterator[Block]:
    """Sentences, the picture, and what it leaves out; nothing without a population."""
    rows = ratios_of(look)
    if not rows:
        return
    words = look.words
    yield Block(
        words.say("Against the population"),
        paragraphs=(_origin(look, rows),),
        points=tuple(_points(look)),
    )
    yield Block(figures=(_figure(look, rows, figures),), after=tuple(_left_out(look)))


def _origin(look: Lookup, rows: list[Row]) -> str:
    words = look.words
    chi = next((one for one in look.family(MEASURE) if one.metric == "population_chi_square"), None)
    origin = ""
    if chi is not None:
        origin = chi.note.partition("; ")[0].removeprefix("population: ")
        origin = "" if origin.startswith("approximate") or not chi.note else origin
    people = max((one.n or 0) for one in rows)
    who = (
        words.say("The reference population: %(origin)s.", origin=visible(origin))
        if origin
        else words.say("The audit file does not say where the reference population comes from.")
    )
    return words.say(
        "Each group’s part of the %(n)s people in the log is held against its part of the "
        "reference population. %(who)s",
        n=look.numbers.count(people),
        who=who,
    )


def _tolerance(look: Lookup) -> Tolerance | None:
    """The band that a checklist of this audit judges the ratio by, if any does."""
    return next(
        (
            item.tolerance
            for _, item in look.items
            if item.tolerance is not None
            and any((one.measure, one.metric) == (MEASURE, RATIO_METRIC) for one in item.groups)
        ),
        None,
    )


def _figure(look: Lookup, rows: list[Row], figures: Iterator[int]) -> Figure:
    words, numbers, tolerance = look.words, look.numbers, _tolerance(look)
    lines: list[charts.IntervalRow] = []
    for by in dict.fromkeys(one.by for one in rows):
        mine = sorted((one for one in rows if one.by == by), key=lambda one: -distance(one))
        mine = sorted(mine[:MOST_OF_ONE], key=lambda one: one.value or 0.0)
        lines.append(charts.IntervalRow(attribute(by), section=True))
        lines += [
            charts.IntervalRow(
                who(one),
                "",
                (estimate(one.value or 0.0, one.low, one.high),),
                "",
                numbers.bare(one.value, RATIO),
            )
            for one in mine
        ]
    least = max(rows, key=distance)
    title = words.say(
        "%(group)s is furthest from its part of the population: %(ratio)s",
        group=short(who(least), 60),
        ratio=numbers.bare(least.value, RATIO),
    )
    below, above = sides(tolerance, RATIO, words)
    panel = charts.Panel(
        words.say("Part of the log over part of the population"),
        tick_of(RATIO, look),
        allowed=allowed(tolerance),
        keep=(0.0, 1.0),
        below=below,
        above=above,
    )
    drawing = charts.interval_chart(
        lines[:MOST_ROWS],
        [panel],
        heads=(words.say("Group"), "", words.say("Ratio")),
        title=title + ".",
    )
    source = words.say(
        "1 is as often as in the population. Line: %(share)s confidence interval. Source: measure "
        "%(measure)s; all groups in the attached file.",
        share=numbers.percent(look.results.confidence),
        measure=MEASURE,
    )
    measured = words.say("People in the log against the reference population, by group")
    return Figure(next(figures), title, measured, drawing, source, True)


def _left_out(look: Lookup) -> Iterator[str]:
    """Groups not published or that the population lacks, and its people of unknown group."""
    most = max((sum(row.by == one.by for row in ratios_of(look)) for one in ratios_of(look)),
               default=0)  # fmt: skip
    if most > MOST_OF_ONE:
        yield look.words.say(
            "Of each attribute the %(n)s groups furthest from 1 are drawn.", n=MOST_OF_ONE
        )
    held = sum(one.metric == RATIO_METRIC and one.value is None for one in look.family(MEASURE))
    if held:
        yield look.words.plural(
            "%(n)s more group is not shown: its numbers, or those of another that would follow "
            "from them, are too few to be published.",
            "%(n)s more groups are not shown: their numbers, or those of others that would follow "
            "from them, are too few to be published.",
            held,
        )
    for one in look.results.not_measured:
        if one.measure == MEASURE and one.metric in (
            "groups beyond the population", "unknown in the population",
        ):  # fmt: skip
            reason = visible(one.reason)
            yield f"{attribute(one.by)}: {reason}."


def cannot_appear(look: Lookup) -> Block | None:
    """Who is missing from the population's own table."""
    words = look.words
    named = [
        visible(one.reason).rstrip(".") + "."
        for one in look.results.not_measured
        if one.measure == "coverage.beyond_population"
    ]
    rows = ratios_of(look)
    if not named and not rows:
        return None
    warned = words.say(
        "A census misses people at the margin too, so a ratio of 1 is no evidence that they are "
        "included."
    )
    if not named:
        silent = words.say("The audit file names nobody who cannot appear in it.")
        return Block(words.say("Who cannot appear at all"), paragraphs=(f"{warned} {silent}",))
    return Block(words.say("Who cannot appear at all"), paragraphs=(warned,), points=tuple(named))
