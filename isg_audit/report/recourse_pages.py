"""What would have changed the decision: for whom, at what cost, and three worked examples.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import Lookup, attribute, group_name
from isg_audit.report.numbers import RATE, RATIO, SCORE
from isg_audit.report.pages import Block, Column, Figure, Table, TableCell, TableRow
from isg_audit.report.wording import short, visible

FOUND, NONE_FOUND = "explain.recourse", "no_recourse_found_rate"
COSTS, COST = "explain.recourse_cost", "recourse_cost"
CHOICE, SAME = "explain.recourse_choice", "same_change_rate"
MOST_GAPS = 6


def recourse_blocks(
    look: Lookup, figures: Iterator[int], tables: Iterator[int]
) -> tuple[Block, ...]:
    """The blocks; none where no recourse was looked for, and why where that was not possible."""
    words = look.words
    heading = words.say("What would have changed the decision")
    everybody = look.row(FOUND, NONE_FOUND, "", "", "")
    if everybody is None:
        reasons = [one.reason for one in look.results.not_measured if one.measure == FOUND]
        if not reasons:
            return ()
        said = words.say("Not examined: %(reason)s.", reason=visible(reasons[0]))
        return (Block(heading, paragraphs=(said,)),)
    caveat = words.say(
        "For each refused person the cheapest change was looked for after which this model "
        "would decide in their favour. That says what the model would do. It is no promise that "
        "the change will be enough, it names no cause, and people may be unable to bring it about."
    )
    cost = words.say(
        "The cost of a change says how many people it passes by: 0.20 is one in five of all in the "
        "log. Another category costs a fixed step."
    )
    return (
        Block(heading, paragraphs=(caveat, cost)),
        Block(figures=(_figure(everybody, look, figures),), after=tuple(_gaps(look))),
        _examples(look, tables),
    )


def _figure(everybody: Row, look: Lookup, figures: Iterator[int]) -> Figure:
    words, numbers = look.words, look.numbers
    title = words.say("What it takes to turn a refusal round is not published")
    if everybody.value == 0:
        title = words.say("A change that turns the decision was found for every refused person")
    elif everybody.value is not None:
        title = words.say(
            "For %(rate)s of the refused no change was found that turns the decision",
            rate=numbers.said(everybody.value, RATE),
        )
    measured = words.say(
        "Share of refused people without a change, and mean cost of the cheapest change of the "
        "others, by group"
    )
    panels = [
        charts.Panel(words.say("No change found, %%"), tick_of(RATE, look), within=(0.0, 1.0)),
        charts.Panel(words.say("Mean cost of the change"), tick_of(SCORE, look), keep=(0.0,)),
    ]
    drawing = charts.interval_chart(
        list(_lines(everybody, look)),
        panels,
        heads=(words.say("Group"), words.say("Refused"), ""),
        title=f"{title}. {measured}.",
    )
    share = numbers.percent(look.results.confidence)
    source = words.say("Line: %(share)s confidence interval.", share=share)
    said = f"{source} {visible(everybody.note)}"
    return Figure(next(figures), title, measured, drawing, said)


def _lines(everybody: Row, look: Lookup) -> Iterator[charts.IntervalRow]:
    yield _line(everybody, look.words.say("Everybody refused"), look)
    rows = [
        one
        for one in look.family(FOUND)
        if (one.measure, one.metric) == (FOUND, NONE_FOUND) and one.group and " × " not in one.by
    ]
    for by in dict.fromkeys(one.by for one in rows):
        yield charts.IntervalRow(attribute(by), section=True)
        for one in rows:
            if one.by == by:
                yield _line(one, group_name(one), look)


def _line(one: Row, label: str, look: Lookup) -> charts.IntervalRow:
    cost = look.row(COSTS, COST, one.by, one.group, "")
    estimates = tuple(
        None if row is None or row.value is None else estimate(row.value, row.low, row.high)
        for row in (one, cost)
    )
    people = look.numbers.count(one.n) if one.n is not None else ""
    return charts.IntervalRow(label, people, estimates)


def _gaps(look: Lookup) -> Iterator[str]:
    """Gaps in cost that their own interval shows, and what the same change does for all."""
    words, numbers = look.words, look.numbers
    rows = [
        one
        for one in look.family(COSTS)
        if one.metric == f"{COST}.ratio" and one.value is not None and one.low is not None
    ]
    shown = [one for one in rows if (one.low or 0.0) > 1 or (one.high is not None and one.high < 1)]
    if rows and not shown:
        yield words.say(
            "At equal coverage, no group’s change is shown to cost more or less than that of "
            "everybody else."
        )
    for one in sorted(shown, key=lambda one: -(one.value or 0.0))[:MOST_GAPS]:
        yield words.say(
            "%(group)s (%(by)s): the change costs %(ratio)s times what it costs everybody else "
            "(interval %(interval)s, this comparison taken by itself).",
            group=short(group_name(one), 60),
            by=attribute(one.by),
            ratio=numbers.bare(one.value, RATIO),
            interval=numbers.spread(one.low, one.high, RATIO),
        )
    same = look.row(CHOICE, SAME, "", "", "")
    if same is not None and same.value is not None:
        change = same.note.partition("The change: ")[2].partition(". ")[0]
        yield words.say(
            "Of changes that are the same for all, the one that turns most refusals (%(what)s) "
            "turns %(rate)s of them.",
            what=visible(change.replace("_", " ")),
            rate=numbers.said(same.value, RATE),
        )


def _examples(look: Lookup, tables: Iterator[int]) -> Block:
    words, numbers = look.words, look.numbers
    heading = words.say("Worked examples")
    if not look.results.examples:
        missing = [
            one.reason
            for one in look.results.not_measured
            if one.measure == "explain.recourse_example"
        ]
        why = missing[0] if missing else words.say("too few people share what would be shown")
        said = words.say("No example can be shown: %(why)s.", why=visible(why))
        return Block(heading, paragraphs=(said,))
    rows = []
    for number, one in enumerate(look.results.examples, start=1):
        head = words.plural(
            "Example %(number)s: cost at most %(cost)s; %(n)s refused person shares what is shown",
            "Example %(number)s: cost at most %(cost)s; %(n)s refused people share what is shown",
            one.alike,
            number=numbers.count(number),
            cost=numbers.bare(one.cost, SCORE),
        )
        rows.append(TableRow((TableCell(head),), section=True))
        for change in one.changes:
            cells = (_name(change.feature), visible(change.before), visible(change.after))
            rows.append(TableRow(tuple(TableCell(said) for said in cells)))
        for feature in one.follows:
            moved = words.say("follows the others")
            rows.append(TableRow((TableCell(_name(feature)), TableCell(""), TableCell(moved))))
    columns = (
        Column(words.say("What changes"), 40),
        Column(words.say("Before"), 30),
        Column(words.say("After, decided in favour"), 30),
    )
    caption = words.say(
        "Table %(table)s. Real refusals, and a change that turned them when the model scored the "
        "changed row",
        table=next(tables),
    )
    note = words.say(
        "numbers in bands and rounded, all else left out, so that nobody can be told from it; "
        "inputs not named stay as they are"
    )
    return Block(heading, tables=(Table(caption, note, columns, tuple(rows)),))


def _name(feature: str) -> str:
    said = visible(feature).replace("_", " ")
    return short(said[:1].upper() + said[1:], 60)
