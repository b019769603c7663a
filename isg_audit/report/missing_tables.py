"""Inputs that people lack, and cases that could not be processed, by group.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report.lookup import JOINT, Lookup
from isg_audit.report.numbers import DASH, POINTS, RATE, Form
from isg_audit.report.pages import Block, Column, Table, TableCell, TableRow
from isg_audit.report.population_pages import beside, who
from isg_audit.report.wording import visible

INPUTS = "coverage.missing_inputs"
UNPROCESSED = "coverage.unprocessed"
MOST_ROWS = 16
SHOWN = ("any_missing_input_rate", "missing_input_rate", "largest_missing_gap")
WORTH_SAYING = 0.0005
"""Below this share of people no page is given to inputs that are missing."""


def missing_inputs(look: Lookup, tables: Iterator[int]) -> Block | None:
    """The inputs that some groups lack more often than others."""
    words, numbers = look.words, look.numbers
    rows = [one for one in look.family(INPUTS) if one.value is not None]
    everybody = next(
        (one for one in rows if one.metric == "any_missing_input_rate" and not one.by), None
    )
    widest_of_all = max((one.value or 0.0 for one in rows if one.metric in SHOWN), default=0.0)
    if everybody is None or widest_of_all < WORTH_SAYING:
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
        if one.metric == "missing_input_rate.difference" and (one.low or 0.0) > 0
    ]  # fmt: skip
    gaps.sort(key=lambda one: -(one.value or 0.0))
    if not gaps:
        return None
    body = tuple(
        TableRow(
            (
                TableCell(who(one), beside(one)),
                TableCell(visible(one.feature)),
                cell(rates.get((one.by, one.group, one.feature)), look, RATE),
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


def unprocessed(look: Lookup, tables: Iterator[int]) -> Block | None:
    """Cases that the system could not process: without a decision, or without a score."""
    words, numbers = look.words, look.numbers
    rows = [one for one in look.family(UNPROCESSED) if one.value is not None]
    everybody = next((one for one in rows if not one.by), None)
    if everybody is None or not everybody.value:
        return None
    said = words.say(
        "%(share)s of the cases have no decision or no score. They are in no rate of decisions and "
        "in no figure of scores, and were nevertheless dealt with somehow.",
        share=numbers.said(everybody.value, RATE),
    )
    rates = {(one.by, one.group): one for one in rows if one.metric == "unprocessed_rate"}
    gaps = [
        one for one in rows if one.metric == "unprocessed_rate.difference" and JOINT not in one.by
    ]
    made = (_unprocessed_table(look, rates, gaps, tables),) if len(gaps) > 1 else ()
    return Block(words.say("Could not be processed"), paragraphs=(said,), tables=made)


def _unprocessed_table(
    look: Lookup, rates: dict[tuple[str, str], Row], gaps: list[Row], tables: Iterator[int]
) -> Table:
    words, numbers = look.words, look.numbers
    body = tuple(
        TableRow(
            (
                TableCell(who(one), beside(one)),
                cell(rates.get((one.by, one.group)), look, RATE),
                TableCell(
                    numbers.bare(one.value, POINTS), numbers.bracket(one.low, one.high, POINTS)
                ),
                TableCell(numbers.count(one.affected) if one.affected is not None else DASH),
            )
        )
        for one in sorted(gaps, key=lambda one: -(one.value or 0.0))[:MOST_ROWS]
    )
    columns = (
        Column(words.say("Group"), 36),
        Column(words.say("Not processed, %%"), 24, True),
        Column(words.say("More than everybody else, points"), 26, True),
        Column(words.say("People"), 14, True),
    )
    caption = words.say("Table %(table)s. Who could not be processed", table=next(tables))
    note = words.say(
        "%(share)s intervals in brackets; people: how many more than at everybody else’s rate",
        share=numbers.percent(look.results.confidence),
    )
    return Table(caption, note, columns, body, dense=True)


def cell(one: Row | None, look: Lookup, form: Form) -> TableCell:
    """A value with its interval; words where it is withheld."""
    if one is None or one.value is None:
        return TableCell(look.words.say("not published"))
    numbers = look.numbers
    return TableCell(numbers.bare(one.value, form), numbers.bracket(one.low, one.high, form))
