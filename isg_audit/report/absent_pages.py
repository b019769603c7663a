"""Who is not in the data: against a population, uncovered combinations, and what is not known.

Imports `evidence`, the charts, the other pages on absence and the wording of this room.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from isg_audit.evidence import Row, Tolerance
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.missing_tables import combinations, missing_inputs, per_thousand
from isg_audit.report.numbers import COUNT, RATIO
from isg_audit.report.pages import Block, Figure, Section
from isg_audit.report.tolerance import allowed, sides
from isg_audit.report.unseen_pages import unseen_outcomes
from isg_audit.report.wording import short, visible

MEASURE, RATIO_METRIC = "coverage.representation", "representation_ratio"
DIFFERENCE = "representation_difference"
MOST_ROWS, MOST_SAID, MOST_OVER = 36, 4, 2
NOBODY = "nobody of this group is in the log"
"""How the note of a group begins that has no people in the log."""


def absent_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section | None:
    """The section; None where nothing of it was measured."""
    words = look.words
    blocks = [
        block
        for block in (
            *_against_population(look, figures),
            _cannot_appear(look),
            per_thousand(look, tables),
            combinations(look),
            missing_inputs(look, tables),
            *unseen_outcomes(look, figures, tables),
        )
        if block is not None
    ]
    if not blocks:
        return None
    lead = words.say(
        "An audit counts who is in the data. This section asks who is not: who never entered it, "
        "of whom less is known than of others, and of whom nobody knows what happened afterwards."
    )
    return Section("absent", words.say("Who is absent"), _heading(look), lead, tuple(blocks))


def _ratios(look: Lookup) -> list[Row]:
    return [
        one for one in look.family(MEASURE) if one.metric == RATIO_METRIC and one.value is not None
    ]


def _heading(look: Lookup) -> str:
    """The group that is furthest from its part of the population, if its interval says so."""
    words = look.words
    sure = [
        one
        for one in _ratios(look)
        if one.low is not None and one.high is not None and not one.low <= 1 <= one.high
    ]
    single = [one for one in sure if JOINT not in one.by] or sure
    if not single:
        return words.say("Who is not in the data, and what is not known of those who are")
    worst = max(single, key=_distance)
    group = short(group_name(worst), 50)
    if worst.note.startswith(NOBODY):
        return words.say("Nobody of the group %(group)s is in the data", group=group)
    return words.say(
        "%(group)s: in the data at %(ratio)s times the rate of the population",
        group=group,
        ratio=look.numbers.bare(worst.value, RATIO),
    )


def _distance(one: Row) -> float:
    """How far a ratio is from 1, half as far as twice; 0 is furthest."""
    value = one.value or 0.0
    return abs(math.log(value)) if value > 0 else math.inf


def _against_population(look: Lookup, figures: Iterator[int]) -> Iterator[Block]:
    rows = _ratios(look)
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


def _points(look: Lookup) -> Iterator[str]:
    """The groups that are there least, in people, and those that are there most."""
    words, numbers = look.words, look.numbers
    ratios = {(one.by, one.group): one for one in _ratios(look)}
    apart = [one for one in look.family(MEASURE)
             if one.metric == DIFFERENCE and (one.by, one.group) in ratios]  # fmt: skip
    missing = [one for one in apart if one.affected and (one.high or 0.0) < 0]
    missing = [one for one in missing if JOINT not in one.by] or missing
    missing.sort(key=lambda one: -(one.affected or 0.0))
    for one in missing[:MOST_SAID]:
        about = numbers.about(one.affected or 0.0)
        if one.note.startswith(NOBODY):
            yield words.say(
                "%(group)s (%(by)s): nobody is in the log; if they were there as often as in the "
                "population, they would be about %(about)s.",
                group=group_name(one), by=attribute(one.by), about=about,
            )  # fmt: skip
        else:
            yield words.say(
                "%(group)s (%(by)s): %(ratio)s of what the population makes expect. About "
                "%(about)s more people of the group would be in a log of this size (interval "
                "%(spread)s).",
                group=group_name(one), by=attribute(one.by),
                ratio=numbers.bare(ratios[one.by, one.group].value, RATIO), about=about,
                spread=numbers.spread(one.affected_low, one.affected_high, COUNT),
            )  # fmt: skip
    over = [ratios[one.by, one.group] for one in apart
            if JOINT not in one.by and (one.low or 0.0) > 0]  # fmt: skip
    for one in sorted(over, key=lambda one: -(one.value or 0.0))[:MOST_OVER]:
        yield words.say(
            "%(group)s (%(by)s): %(ratio)s times as many as the population makes expect (interval "
            "%(spread)s).",
            group=group_name(one), by=attribute(one.by), ratio=numbers.bare(one.value, RATIO),
            spread=numbers.spread(one.low, one.high, RATIO),
        )  # fmt: skip


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
        mine = sorted((one for one in rows if one.by == by), key=lambda one: one.value or 0.0)
        lines.append(charts.IntervalRow(attribute(by), section=True))
        lines += [
            charts.IntervalRow(
                group_name(one),
                "",
                (estimate(one.value or 0.0, one.low, one.high),),
                "",
                numbers.bare(one.value, RATIO),
            )
            for one in mine
        ]
    least = max(rows, key=_distance)
    title = words.say(
        "%(group)s is furthest from its part of the population: %(ratio)s",
        group=short(group_name(least), 60),
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


def _cannot_appear(look: Lookup) -> Block | None:
    """Who is missing from the population's own table."""
    words = look.words
    named = [
        visible(one.reason).rstrip(".") + "."
        for one in look.results.not_measured
        if one.measure == "coverage.beyond_population"
    ]
    rows = _ratios(look)
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
