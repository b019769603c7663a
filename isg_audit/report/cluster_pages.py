"""Clusters of like people who fare worse: leads, in sentences and one picture.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import Lookup
from isg_audit.report.numbers import COUNT, POINTS, RATE
from isg_audit.report.pages import Block, Figure, Section
from isg_audit.report.wording import short, visible

MEASURE = "impact.clusters"
MOST_TOLD, MOST_SENTENCES = 8, 4
WRONG = "error_rate"


def cluster_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section | None:
    """The section; None where no clusters were looked for."""
    words = look.words
    found = next((one for one in look.family(MEASURE) if one.metric == "clusters_found"), None)
    if found is None or found.value is None:
        return None
    gaps = [
        one
        for one in look.family(MEASURE)
        if one.metric.endswith(".difference") and one.value is not None
    ][:MOST_TOLD]
    lead = words.say(
        "%(who)s, of a sample of %(n)s. People who are alike were put together without any label, "
        "on one half; whether they fare worse was tested on the other half. What is found is a "
        "lead for people to look into, never a verdict.",
        who=look.decides(MEASURE),
        n=look.numbers.count(found.n),
    )
    heading = words.plural(
        "%(n)s cluster of like people fares worse, and is worth a look",
        "%(n)s clusters of like people fare worse, and are worth a look",
        max(len(gaps), int(found.value)),
    )
    if not gaps:
        heading = words.say("No cluster of like people was shown to fare worse")
    told = tuple(_sentence(look, one) for one in gaps[:MOST_SENTENCES])
    blocks = [Block(words.say("Leads"), points=told, after=_not_told(look, found, gaps))]
    if not gaps:
        held = words.say(
            "What was found is not published, to protect the few people in it."
            if found.value
            else "That does not mean that there is none: clusters are coarse."
        )
        blocks = [Block(words.say("Leads"), paragraphs=(held,))]
    if len(gaps) > 1:
        blocks.append(Block(figures=(_figure(look, gaps, figures),)))
    blocks.append(Block(words.say("How many were tested"), paragraphs=(_tested(look),)))
    label = words.say("Clusters of like people")
    return Section("clusters", label, heading, lead, tuple(blocks), new_page=len(gaps) > 1)


def _not_told(look: Lookup, found: Row, gaps: list[Row]) -> tuple[str, ...]:
    held = int(found.value or 0) - len(
        [
            one
            for one in look.family(MEASURE)
            if one.metric.endswith(".difference") and one.value is not None
        ]
    )
    said = []
    if len(gaps) > MOST_SENTENCES:
        said.append(look.words.say("The others stand in the figure."))
    if held:
        said.append(
            look.words.plural(
                "The numbers of one more are not published, to protect the people in it.",
                "The numbers of %(n)s more are not published, to protect the people in them.",
                held,
            )
        )
    return (" ".join(said),) if said else ()


def _sentence(look: Lookup, one: Row) -> str:
    words, numbers = look.words, look.numbers
    rate = look.row(MEASURE, one.metric.partition(".")[0], one.by, one.group)
    wrong = one.metric.startswith(WRONG)
    apart, _, rest = one.note.partition("; ")
    value = None if rate is None else rate.value
    if wrong:
        said = words.say(
            "%(name)s: of %(n)s people held back, %(rate)s were decided wrongly, %(gap)s more than "
            "of everybody else (%(spread)s).",
            name=visible(one.group).capitalize(),
            n=numbers.count(one.n),
            rate=numbers.said(value, RATE),
            gap=numbers.said(abs(one.value or 0.0), POINTS).lstrip("+"),
            spread=numbers.spread(one.low, one.high, POINTS),
        )
    else:
        said = words.say(
            "%(name)s: of %(n)s people held back, %(rate)s were %(received)s, %(gap)s less than of "
            "everybody else (%(spread)s).",
            name=visible(one.group).capitalize(),
            n=numbers.count(one.n),
            rate=numbers.said(value, RATE),
            received=look.vocabulary.received(),
            gap=numbers.said(abs(one.value or 0.0), POINTS).lstrip("+"),
            spread=numbers.spread(one.low, one.high, POINTS),
        )
    if one.affected is not None:
        said += " " + words.say(
            "In all the log that would be about %(people)s people (%(spread)s).",
            people=numbers.count(one.affected),
            spread=numbers.spread(one.affected_low, one.affected_high, COUNT),
        )
    groups = rest.rpartition("; ")[0]
    about = ". ".join(visible(part[:1].upper() + part[1:]) for part in (apart, groups) if part)
    return f"{said} {about}."


def _figure(look: Lookup, gaps: list[Row], figures: Iterator[int]) -> Figure:
    words, numbers = look.words, look.numbers
    title = words.say(
        "%(name)s differs most from everybody else: %(gap)s",
        name=visible(gaps[0].group).capitalize(),
        gap=numbers.said(gaps[0].value, POINTS),
    )
    rows = [
        charts.IntervalRow(
            visible(one.group).capitalize(),
            numbers.count(one.n),
            (estimate(one.value or 0.0, one.low, one.high),),
            "",
            short(visible(one.note.partition("; ")[0].removeprefix("set apart by: ")), 60),
        )
        for one in gaps
    ]
    drawing = charts.interval_chart(
        rows,
        [charts.Panel(words.say("Less everybody else, points"), tick_of(POINTS, look),
                      keep=(0.0,))],
        heads=(words.say("Cluster"), words.say("People"), words.say("Set apart by")),
        title=title + ".",
    )  # fmt: skip
    source = words.say(
        "Line: interval that allows for every cluster tested, on the half that was held back. "
        "Source: measure %(measure)s.",
        measure=MEASURE,
    )
    measured = words.say("%(who)s. Clusters of like people", who=look.decides(MEASURE))
    return Figure(next(figures), title, measured, drawing, source, True)


def _tested(look: Lookup) -> str:
    words = look.words
    several = [one for one in look.family(MEASURE) if one.metric.endswith(".clusters_tested")]
    tested = sum(int(one.value or 0) for one in several)
    return words.say(
        "%(n)s clusters that fared worse on the first half were tested on the second, all of them "
        "allowed for. Declared attributes played no part in making them.",
        n=look.numbers.count(tested),
    )
