"""What to think of the explanations, and how firm the model's decisions stand.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from isg_audit.evidence import Row
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import DASH, RATE
from isg_audit.report.pages import Block, Column, Table, TableCell, TableRow
from isg_audit.report.reason_pages import reason_blocks
from isg_audit.report.wording import _mark, short, visible

ROBUSTNESS, MONOTONICITY = "explain.robustness", "explain.monotonicity"


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a table: the check, its measure and metric, what the reader makes of it."""

    check: str
    measure: str
    metric: str
    reading: str
    feature: str = ""


def trust_blocks(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> tuple[Block, ...]:
    """Explanations, reasons, robustness: what was found; nothing for what was not measured."""
    found = (
        _explanations(look, tables),
        *reason_blocks(look, figures, tables),
        _robustness(look, tables),
    )
    return tuple(block for block in found if block is not None)


def _explanations(look: Lookup, tables: Iterator[int]) -> Block | None:
    words = look.words
    lines = (
        _Line(
            words.say("A rule of four questions tells the decision"),
            "explain.surrogate",
            "surrogate_fidelity",
            words.say("low: no simple rule is true of this model"),
        ),
        _Line(
            words.say("Same first reason when others are drawn to compare with"),
            "explain.stability_draw",
            "same_first_reason",
            words.say("low: the first reason hangs on chance"),
        ),
        _Line(
            words.say("Same first reason when compared with people decided favourably"),
            "explain.stability_baseline",
            "same_first_reason",
            words.say("low: a reason means little unless it says compared with whom"),
        ),
        _Line(
            words.say("Same first reason when the data are a little off"),
            "explain.stability_noise",
            "same_first_reason",
            words.say("low: the first reason hangs on small errors"),
        ),
        _Line(
            words.say("Another method names the same weightiest inputs"),
            "explain.agreement",
            "top_reasons_overlap",
            words.say("low: inputs work together, and no one of them is “the” reason"),
        ),
    )
    rows = [row for row in (_row(look, line, lowest=True) for line in lines) if row is not None]
    points = tuple(_directions(look))
    if not rows and not points:
        return None
    columns = (
        Column(words.say("Check"), 28),
        Column(words.say("Everybody, %%"), 23, True),
        Column(words.say("Lowest group, %%"), 25, True),
        Column(words.say("How to read it"), 24, small=True),
    )
    made: tuple[Table, ...] = ()
    if rows:
        caption = words.say("Table %(table)s. What the explanations are worth", table=next(tables))
        note = words.say(
            "%(share)s confidence intervals in brackets; a lowest group is the lowest in part by "
            "chance",
            share=look.numbers.percent(look.results.confidence),
        )
        made = (Table(caption, note, columns, tuple(rows)),)
    return Block(
        words.say("What to think of these explanations"),
        paragraphs=(
            words.say(
                "An explanation can be exact and still be of little use: another, equally exact, "
                "may name other inputs. These checks say how far one may be relied on."
            ),
        ),
        tables=made,
        after=points,
    )


def _directions(look: Lookup) -> Iterator[str]:
    words, numbers = look.words, look.numbers
    for one in look.family(MONOTONICITY):
        if one.metric != "reversal_rate" or one.by or one.value is None:
            continue
        if one.value > 0:
            said = words.say(
                "%(feature)s was declared to work in one direction only. For %(rate)s of people "
                "(%(spread)s) a change of it in their favour turns the decision against them.",
                feature=_input(one.feature),
                rate=numbers.said(one.value, RATE),
                spread=numbers.spread(one.low, one.high, RATE),
            )
        else:
            said = words.say(
                "%(feature)s was declared to work in one direction only. Among %(count)s people no "
                "decision turned against anybody when it changed in their favour.",
                feature=_input(one.feature),
                count=numbers.count(one.n),
            )
        yield said


def _robustness(look: Lookup, tables: Iterator[int]) -> Block | None:
    words = look.words
    lines = (
        _Line(
            words.say("Every number is a little off"), ROBUSTNESS, "noise_flip_rate",
            words.say("these decisions hang on small errors"),
        ),
        _Line(
            words.say("One input takes one step"), ROBUSTNESS, "step_flip_rate",
            words.say("these decisions hang on a single entry"),
        ),
        _Line(
            words.say("One input is missing"), ROBUSTNESS, "missing_flip_rate",
            words.say("these decisions hang on what somebody left out"),
        ),
        _Line(
            words.say("One input lies out of range"), ROBUSTNESS, "out_of_range_flip_rate",
            words.say("the model decides all the same: faulty data must be caught before it"),
        ),
    )  # fmt: skip
    rows = [row for row in (_row(look, line, lowest=False) for line in lines) if row is not None]
    points = tuple(_failing(look))
    if not rows and not points:
        return None
    made: tuple[Table, ...] = ()
    if rows:
        columns = (
            Column(words.say("What is changed"), 25),
            Column(words.say("Decision changes, %%"), 24, True),
            Column(words.say("Most in a group, %%"), 25, True),
            Column(words.say("How to read it"), 26, small=True),
        )
        caption = words.say("Table %(table)s. Decisions that do not stand firm", table=next(tables))
        note = words.say(
            "share of people whose decision changes with any one such change; %(share)s confidence "
            "intervals in brackets; a highest group is the highest in part by chance",
            share=look.numbers.percent(look.results.confidence),
        )
        made = (Table(caption, note, columns, tuple(rows)),)
    return Block(words.say("How firm decisions stand"), tables=made, after=points)


def _failing(look: Lookup) -> Iterator[str]:
    words = look.words
    for metric, said in (
        (
            "fails_on_missing",
            _mark("The model gives no usable answer where one of these is missing: %(inputs)s."),
        ),
        (
            "fails_out_of_range",
            _mark(
                "The model gives no usable answer where one of these has a value never seen "
                "before: %(inputs)s."
            ),
        ),
    ):
        inputs = [
            _input(one.feature)
            for one in look.family(ROBUSTNESS)
            if one.metric == metric and one.value == 1.0
        ]
        if inputs:
            yield words.say(said, inputs=words.listed(inputs, at_most=12))


def _row(look: Lookup, line: _Line, *, lowest: bool) -> TableRow | None:
    overall = next((one for one in _rows(look, line) if not one.by and one.value is not None), None)
    if overall is None:
        return None
    groups = [
        one
        for one in _rows(look, line)
        if one.group and JOINT not in one.by and one.value is not None
    ]
    sign = 1.0 if lowest else -1.0
    worst = min(groups, key=lambda one: sign * (one.value or 0.0), default=None)
    if worst is not None and sign * (worst.value or 0.0) >= sign * (overall.value or 0.0):
        worst = None
        none = look.words.say("no group lower") if lowest else look.words.say("no group higher")
    else:
        none = DASH
    return TableRow(
        (
            TableCell(line.check),
            _figure(look, overall),
            _worst(look, worst) if worst is not None else TableCell(none),
            TableCell(line.reading),
        )
    )


def _rows(look: Lookup, line: _Line) -> Iterator[Row]:
    for one in look.family(line.measure):
        if (one.measure, one.metric, one.feature, one.versus) == (
            line.measure, line.metric, line.feature, "",
        ):  # fmt: skip
            yield one


def _figure(look: Lookup, one: Row, below: str = "") -> TableCell:
    numbers = look.numbers
    return TableCell(
        numbers.bare(one.value, RATE), numbers.bracket(one.low, one.high, RATE), below=below
    )


def _worst(look: Lookup, one: Row) -> TableCell:
    return _figure(look, one, short(f"{attribute(one.by)}: {group_name(one)}", 60))


def _input(name: str) -> str:
    said = visible(name).replace("_", " ")
    return short(said[:1].upper() + said[1:], 60)
