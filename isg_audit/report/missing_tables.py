"""Selection per head of the population, combinations nobody has, inputs that people lack.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import POINTS, RATE, RATIO, Form
from isg_audit.report.pages import Block, Column, Table, TableCell, TableRow
from isg_audit.report.wording import visible

HEADS = "coverage.per_population"
UNCOVERED = "coverage.uncovered"
INPUTS = "coverage.missing_inputs"
MOST_ROWS, MOST_NAMED = 16, 12
PER_THOUSAND = Form(decimals=1)


def per_thousand(look: Lookup, tables: Iterator[int]) -> Block | None:
    """How often people of each group are decided on, and decided against, per 1,000 of them."""
    words, numbers = look.words, look.numbers
    rates = [
        one
        for one in look.family(HEADS)
        if one.metric == "decisions_per_thousand" and one.value is not None and JOINT not in one.by
    ]
    if not rates:
        return None
    bad = {
        (one.by, one.group, one.metric): one
        for one in look.family(HEADS)
        if one.metric.startswith("unfavourable_per_thousand")
    }
    body = []
    for one in rates[:MOST_ROWS]:
        refused = bad.get((one.by, one.group, "unfavourable_per_thousand"))
        ratio = bad.get((one.by, one.group, "unfavourable_per_thousand.ratio"))
        body.append(
            TableRow(
                (
                    TableCell(group_name(one), attribute(one.by)),
                    _cell(one, look, PER_THOUSAND),
                    _cell(refused, look, PER_THOUSAND),
                    _cell(ratio, look, RATIO),
                )
            )
        )
    columns = (
        Column(words.say("Group"), 28),
        Column(words.say("Decisions"), 24, True),
        Column(words.say("Unfavourable decisions"), 24, True),
        Column(words.say("Unfavourable, over everybody else’s rate"), 24, True),
    )
    caption = words.say(
        "Table %(table)s. For every 1,000 people of the population", table=next(tables)
    )
    note = words.say(
        "%(share)s intervals in brackets; cases are counted, and one person may be counted several "
        "times",
        share=numbers.percent(look.results.confidence),
    )
    said = words.say(
        "Where people are picked rather than apply, the first question is who is picked: how many "
        "of every 1,000 people of a group are decided upon, and decided against."
    )
    table = Table(caption, note, columns, tuple(body), dense=True)
    return Block(words.say("For every 1,000 people"), paragraphs=(said,), tables=(table,))


def _cell(one: Row | None, look: Lookup, form: Form) -> TableCell:
    if one is None or one.value is None:
        return TableCell(look.words.say("not published"))
    numbers = look.numbers
    return TableCell(numbers.bare(one.value, form), numbers.bracket(one.low, one.high, form))


def combinations(look: Lookup) -> Block | None:
    """Combinations that hardly anybody in the log has, by name alone."""
    words = look.words
    rows = look.family(UNCOVERED)
    counts = {one.metric: round(one.value) for one in rows if one.value is not None}
    if "uncovered_combinations" not in counts:
        return None
    expected, every = counts.get("expected_but_uncovered"), counts["uncovered_combinations"]
    said = words.plural(
        "Fewer than 30 people in the log have %(n)s combination of the declared attributes, though "
        "all that is coarser has 30 or more. No figure says anything of them.",
        "Fewer than 30 people each in the log have %(n)s combinations of the declared attributes, "
        "though all that is coarser has 30 or more. No figure says anything of them.",
        every,
    )
    if not every:
        said = words.say(
            "Every combination of up to four declared attributes has 30 people or more in the log."
        )
    metric = "uncovered_combination"
    if expected is not None:
        metric = "expected_combination" if expected else metric
        said += " " + (
            words.plural(
                "The population makes 30 or more expect of %(n)s such combination:",
                "The population makes 30 or more expect of %(n)s such combinations:",
                expected,
            )
            if expected
            else words.say("The population makes 30 or more expect of none of them.")
        )
    names = [f"{group_name(one)} ({attribute(one.by)})" for one in rows if one.metric == metric]
    more = max(0, (expected or every) - MOST_NAMED)
    after = (
        (words.plural("One more in the attached file.", "%(n)s more in the attached file.", more),)
        if more and names
        else ()
    )
    return Block(
        words.say("Combinations nobody sees"),
        paragraphs=(said,),
        points=tuple(names[:MOST_NAMED]),
        after=after,
    )


def missing_inputs(look: Lookup, tables: Iterator[int]) -> Block | None:
    """The inputs that some groups lack more often than others."""
    words, numbers = look.words, look.numbers
    rows = [one for one in look.family(INPUTS) if one.value is not None]
    everybody = next(
        (one for one in rows if one.metric == "any_missing_input_rate" and not one.by), None
    )
    if everybody is None:
        return None
    said = [
        words.say(
            "%(share)s of the people in the log lack a value of one input or more.",
            share=numbers.said(everybody.value, RATE),
        )
    ]
    largest = [one for one in rows if one.metric == "largest_missing_gap" and one.value]
    if largest:
        widest = max(largest, key=lambda one: one.value or 0.0)
        said.append(
            words.say(
                "The widest difference of a group from everybody else: %(who)s, %(gap)s (interval "
                "%(spread)s, allowed for having looked at many).",
                who=visible(widest.note.partition(": ")[0]),
                gap=numbers.bare(widest.value, RATE) + POINTS.suffix,
                spread=numbers.spread(widest.low, widest.high, RATE),
            )
        )
    decided = [
        one for one in rows
        if one.metric == "missing_by_decision" and one.p_adjusted is not None
        and one.p_adjusted < 0.05
    ]  # fmt: skip
    if decided:
        most = max(decided, key=lambda one: abs(one.value or 0.0))
        said.append(
            words.say(
                "People decided unfavourably differ from others in lacking %(what)s by %(gap)s "
                "(interval %(spread)s).",
                what=visible(most.feature) or words.say("any input"),
                gap=numbers.said(most.value, POINTS),
                spread=numbers.spread(most.low, most.high, POINTS),
            )
        )
    table = _inputs_table(look, rows, tables)
    return Block(
        words.say("Less known of some"),
        paragraphs=(" ".join(said),),
        tables=() if table is None else (table,),
    )


def _inputs_table(look: Lookup, rows: list[Row], tables: Iterator[int]) -> Table | None:
    """The widest gaps by group and input."""
    words, numbers = look.words, look.numbers
    rates = {(one.by, one.group, one.feature): one for one in rows
             if one.metric == "missing_input_rate"}  # fmt: skip
    gaps = [
        one for one in rows
        if one.metric == "missing_input_rate.difference" and (one.value or 0.0) > 0
    ]  # fmt: skip
    gaps.sort(key=lambda one: -(one.value or 0.0))
    if not gaps:
        return None
    body = tuple(
        TableRow(
            (
                TableCell(group_name(one), attribute(one.by)),
                TableCell(visible(one.feature)),
                _cell(rates.get((one.by, one.group, one.feature)), look, RATE),
                TableCell(
                    numbers.bare(one.value, POINTS), numbers.bracket(one.low, one.high, POINTS)
                ),
                TableCell(numbers.count(one.affected)),
            )
        )
        for one in gaps[:MOST_ROWS]
    )
    columns = (
        Column(words.say("Group"), 28),
        Column(words.say("Input"), 18),
        Column(words.say("Lack it, %%"), 20, True),
        Column(words.say("More than everybody else, points"), 22, True),
        Column(words.say("People"), 12, True),
    )
    caption = words.say(
        "Table %(table)s. Who lacks an input more often than everybody else", table=next(tables)
    )
    note = words.say(
        "%(share)s intervals in brackets, not allowed for having looked at many; people: how many "
        "more than at everybody else’s rate",
        share=numbers.percent(look.results.confidence),
    )
    return Table(caption, note, columns, body, dense=True)
