"""Who was heard in consultations, and whether it could still change anything.

Imports `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from statistics import median

import numpy as np

from isg_audit.measures.few import smallest_known
from isg_audit.measures.impact.redress import exactly
from isg_audit.measures.impact.voice import NO_TABLE
from isg_audit.measures.marked_rates import safety
from isg_audit.measures.measurement import Limits, Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.stats import newcombe, score_ratio, wilson
from isg_audit.tally.heard import Heard
from isg_audit.tally.table import NEGATIVE, POSITIVE, Counted, Floats, Table

MEASURE = "impact.consultations"

NO_RECORDS = "the audit file names no records of consultations ([voice.consultations])"

ONLINE = "online"

OF_PEOPLE = ("open", "channel")
"""Columns whose facts are of people; others are of meetings and statements, which are no people and
are published however few they are: their rows have no `n`."""

Rows = Iterator[Measurement | NotMeasured]


def consultations(
    counted: Counted, plan: Plan, heard: Heard | None, voiced: bool, measure: str = MEASURE
) -> Rows:
    """Who was heard about the system, against who is affected by it.

    Of all records: `meetings`, `statements`, `people_heard`; `affected_share`, people whom the
    system decides about or leaves out, of all heard; `affected_statements`, their statements (their
    number, where statements are not counted); `open_share`, heard while the decision was still
    open; `response_rate`, statements answered, and `response_days_median`;
    `dissent_recorded_rate`, meetings whose record says what was objected, or that nothing was;
    `offline_share`, heard in another way than online. These are facts of the records, without an
    interval.

    By group, of affected people where the records tell them apart: `heard_share`, its part of those
    heard, and `heard_share.ratio` and `.difference` against its part of the people refused (of
    all, where nothing was decided), taken as two independent samples (Miettinen and Nurminen,
    Newcombe); `groups_heard_rate`, groups in at least one record of all in the log;
    `unheard_decisions`, the refusals (decisions) of a group that no record names, 0 where one
    does. Being heard once does not show that anything changed.

    Source:
        Frameworks 5.1: affected-person share, coverage of groups, response to statements, share
        consulted before the decision was fixed.
    """
    if heard is None:
        yield NotMeasured(measure, NO_RECORDS if voiced else NO_TABLE)
        return
    yield from _facts(heard, measure)
    for name in plan.attributes:
        if name not in heard.told:
            why = f"the records of consultations have no column '{name}'"
            yield NotMeasured(measure, why, "heard_share", name)
            continue
        yield from _by_group(heard, counted.table((name,)), plan, measure)


def _facts(heard: Heard, measure: str) -> Rows:
    people = heard.sums[:, 0]
    fact = partial(_fact, measure)
    everyone, affected = float(people.sum()), float(people[heard.affected].sum())
    yield fact("people_heard", everyone, everyone, "count", f"records: {heard.source}")
    stated = "statements" in heard.columns
    said = np.array([one.statements for one in heard.records]) if stated else people
    if "stakeholder" in heard.columns:
        yield fact("affected_share", _over(affected, everyone), everyone)
        kinds = {one.texts["stakeholder"] or "not recorded" for one in heard.records}
        note = f"stakeholders recorded: {', '.join(sorted(kinds)[:20])}"
        theirs = float(said[heard.affected].sum())
        yield fact("affected_statements", theirs, 0.0 if stated else everyone, "count", note)
    else:
        why = "the records have no column 'stakeholder'"
        yield NotMeasured(measure, why, "affected_share")
        yield NotMeasured(measure, why, "affected_statements")
    yield from _shares(heard, measure)


def _shares(heard: Heard, measure: str) -> Rows:
    """Facts that need one column each."""
    people, records = heard.sums[:, 0], heard.records
    fact = partial(_fact, measure)
    known = np.array([one is not None for one in heard.open])
    still = np.array([bool(one) for one in heard.open])
    places = [(one.texts["channel"] or "").casefold() for one in records]
    offline = np.array([bool(one) and one != ONLINE for one in places])
    placed = np.array([bool(one) for one in places])
    meetings = {one.meeting or str(at): False for at, one in enumerate(records)}
    for at, one in enumerate(records):
        meetings[one.meeting or str(at)] |= one.texts["dissent"] is not None
    made = sum(one.statements for one in records)
    answered = sum(one.answered for one in records)
    days = [
        (one.answered_on - one.held_on).days
        for one in records
        if one.answered_on is not None
        and one.held_on is not None
        and one.answered_on >= one.held_on
    ]
    facts = (
        ("open", "open_share", float(people[known & still].sum()), float(people[known].sum())),
        ("channel", "offline_share", float(people[offline].sum()), float(people[placed].sum())),
        ("dissent", "dissent_recorded_rate", float(sum(meetings.values())), float(len(meetings))),
        ("answered", "response_rate", answered, made),
    )
    for column, metric, part, whole in facts:
        if column not in heard.columns:
            yield NotMeasured(measure, f"the records have no column '{column}'", metric)
        elif column in OF_PEOPLE:
            yield fact(metric, _over(part, whole), whole)
        else:
            yield fact(metric, _over(part, whole), 0.0, "share")
    yield fact("meetings", float(len(meetings)), 0.0, "count")
    if "statements" in heard.columns:
        yield fact("statements", made, 0.0, "count")
    if days:
        yield fact("response_days_median", float(median(days)), 0.0, "days")


def _over(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def _fact(
    measure: str, metric: str, value: float, n: float, unit: str = "proportion", note: str = ""
) -> Measurement:
    """Something the records say of themselves: there is no more of it to infer."""
    if math.isnan(value):
        return Measurement(measure, metric, None, n=0, unit=unit, note="not estimable: none")
    return Measurement(
        measure, metric, value, value, value, n=round(n), unit=unit, method="counted", note=note,
        limits=partial(exactly, value),
    )  # fmt: skip


def _by_group(heard: Heard, table: Table, plan: Plan, measure: str) -> Rows:
    (name,) = table.by
    place = heard.place(table.by, table.groups)
    theirs = heard.affected & (place >= 0)
    spoke = np.bincount(
        place[theirs], weights=heard.sums[theirs, 0], minlength=len(table.groups)
    ).astype(float)
    known = heard.affected & (heard.codes[:, heard.attributes.index(name)] >= 0)
    every = float(heard.sums[known, 0].sum())
    cases, what = _concerned(table)
    row = partial(Measurement, measure, confidence=plan.confidence, by=name)
    told = float((spoke > 0).sum()) / len(table.groups)
    yield row(
        metric="groups_heard_rate", value=told, low=told, high=told, n=round(every),
        method="counted", limits=partial(exactly, told),
        note=_strangers(heard, table, name),
    )  # fmt: skip
    nameless = float(heard.sums[heard.affected & ~known, 0].sum())
    spoken = safety(smallest_known(heard, table.by, table.groups, [known]), table, None)
    for at, group in enumerate(table.groups):
        silent = float(cases[at]) if not spoke[at] else 0.0
        yield row(
            metric="unheard_decisions", group=group, value=silent, low=silent, high=silent,
            n=round(float(cases[at])), unit="count", method="counted",
            affected=silent or None, affected_low=silent or None, affected_high=silent or None,
            note=f"{what} of people whom no consultation heard" if silent else "",
            limits=partial(exactly, silent), smallest=float(cases[at]) or None,
        )  # fmt: skip
        if not every:
            continue
        for one in _shares_of(row, group, (spoke[at], every), (cases[at], cases.sum()), what):
            least = spoken(one)
            fewest = [value for value in (least, float(cases[at]), nameless) if value]
            yield replace(one, smallest=min(fewest, default=None))


def _shares_of(
    row: partial[Measurement],
    group: str,
    heard: tuple[float, float],
    concerned: tuple[float, float],
    what: str,
) -> Iterator[Measurement]:
    """A group's part of those heard, and against its part of those concerned."""
    share, other = _over(*heard), _over(*concerned)
    level = row.keywords["confidence"]
    versus = f"its part of {what}: {other:.1%}"
    made: tuple[tuple[str, str, float, Limits, str, str], ...] = (
        ("heard_share", "", share, lambda one: _ends(wilson(*heard, one)), "proportion", "wilson"),
        ("heard_share.difference", "all", share - other,
         lambda one: _ends(newcombe(*heard, *concerned, one)), "difference", "newcombe"),
        ("heard_share.ratio", "all", _over(share, other),
         lambda one: _ends(score_ratio(*heard, *concerned, one)), "ratio", "miettinen-nurminen"),
    )  # fmt: skip
    for metric, against, value, limits, unit, method in made:
        known = not math.isnan(value)
        low, high = limits(level) if known else (math.nan, math.nan)
        yield row(
            metric=metric, group=group, versus=against, value=value if known else None,
            low=low if known else None, high=high if known else None, n=round(heard[1]), unit=unit,
            method=method, note=versus if known else "not estimable: nobody to compare with",
            limits=limits if known else None,
        )  # fmt: skip


def _ends(bounds: tuple[Floats, Floats]) -> tuple[float, float]:
    return float(bounds[0]), float(bounds[1])


def _concerned(table: Table) -> tuple[Floats, str]:
    """How many of each group were refused, or decided upon where nobody is."""
    place = NEGATIVE if table.positive_is_favourable else POSITIVE
    refused: Floats = table.cases[:, :, place].sum(axis=1)
    if table.task in ("binary", "classes") and refused.sum():
        return refused, "unfavourable decisions"
    return table.people, "cases"


def _strangers(heard: Heard, table: Table, name: str) -> str:
    """Groups that were heard and of whom nobody is in the log."""
    levels = heard.levels[heard.attributes.index(name)]
    others = [level for level in levels if level not in table.groups]
    return f"heard, and not in the log: {', '.join(others[:10])}" if others else ""
