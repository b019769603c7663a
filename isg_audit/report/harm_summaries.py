"""The burden of being checked, errors weighed by how grave they are, and welfare of the worst-off.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report.harm_words import BURDEN, SEVERITY, WELFARE
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import COUNT, DASH, RATE, RATIO
from isg_audit.report.pages import Block, Column, Table, TableCell, TableRow
from isg_audit.report.wording import _mark, visible

MOST_ROWS, MOST_SENTENCES, MOST_NAMED = 16, 2, 3
MUCH = "2"
"""How much more the worse-off count: very much."""
CHECKED, FOUND = "wrong_checks_per_1000", "checks_per_case_found"


def burden_blocks(look: Lookup, tables: Iterator[int]) -> Iterator[Block]:
    """How many innocent people are checked, and how many checks find one case."""
    words, numbers = look.words, look.numbers
    rows = _single(look, BURDEN, CHECKED)
    if not rows:
        return
    points = []
    for one in rows:
        gap = look.row(BURDEN, f"{CHECKED}.difference", one.by, one.group, "rest")
        if gap is None or gap.value is None or not (gap.low or 0.0) > 0:
            continue
        points.append(
            (
                gap.value,
                words.say(
                    "%(by)s %(group)s: of 1,000 people of whom nothing came true, %(n)s were "
                    "flagged, %(more)s more than of everybody else (%(spread)s).",
                    by=attribute(one.by),
                    group=group_name(one),
                    n=numbers.count(one.value),
                    more=numbers.count(gap.value),
                    spread=numbers.spread(gap.low, gap.high, COUNT),
                ),
            )
        )
    told = [said for _, said in sorted(points, reverse=True)[:MOST_SENTENCES]]
    if not told:
        none = "No group with published numbers is checked more for nothing than everybody else."
        told = [words.say(none)]
    yield Block(words.say("The burden of being checked"), points=tuple(told))
    yield Block(tables=(_burden_table(look, rows, tables),))


def _single(look: Lookup, measure: str, metric: str) -> list[Row]:
    return [
        one
        for one in look.family(measure)
        if (one.measure, one.metric) == (measure, metric)
        and one.group
        and one.value is not None
        and not one.versus
        and JOINT not in one.by
    ]


def _burden_table(look: Lookup, rows: list[Row], tables: Iterator[int]) -> Table:
    words, numbers = look.words, look.numbers
    columns = (
        Column(words.say("Group"), 24),
        Column(words.say("Of whom nothing came true"), 15, True),
        Column(words.say("Flagged of 1,000 of them"), 20, True),
        Column(words.say("More than of everybody else"), 21, True),
        Column(words.say("Flags for each case found"), 20, True),
    )
    body = []
    for one in rows[:MOST_ROWS]:
        gap = look.row(BURDEN, f"{CHECKED}.difference", one.by, one.group, "rest")
        found = look.row(BURDEN, FOUND, one.by, one.group)
        more = TableCell(DASH)
        if gap is not None and gap.value is not None:
            bracket = f"({numbers.spread(gap.low, gap.high, COUNT)})"
            more = TableCell(numbers.count(gap.value), bracket)
        per_case = TableCell(DASH)
        if found is not None and found.value is not None:
            per_case = TableCell(
                numbers.bare(found.value, RATIO), numbers.bracket(found.low, found.high, RATIO)
            )
        body.append(
            TableRow(
                (
                    TableCell(group_name(one)),
                    TableCell(numbers.count(one.n)),
                    TableCell(numbers.count(one.value), numbers.bracket(one.low, one.high, COUNT)),
                    more,
                    per_case,
                )
            )
        )
    caption = words.say("Table %(table)s. Checked for nothing, by group", table=next(tables))
    note = words.say(
        "%(share)s intervals in brackets",
        share=numbers.percent(look.results.confidence),
    )
    return Table(caption, note, columns, tuple(body), dense=True)


def severity_block(look: Lookup) -> Block | None:
    """Errors weighed by how grave a checklist holds them to be; None without weights."""
    words, numbers = look.words, look.numbers
    everybody = look.row(SEVERITY, "severity_weighted_harm")
    if everybody is None or everybody.value is None:
        return None
    weights = everybody.method.rpartition("weights: ")[2]
    borne = sorted(
        _single(look, SEVERITY, "severity_weighted_harm"), key=lambda one: -(one.value or 0.0)
    )
    said = words.say(
        "Weighed by how grave the checklists hold each error to be (%(weights)s), each person "
        "bears %(value)s on average (%(spread)s); 1 is an error of weight 1 for everybody. The "
        "weights are a judgement, written down with its reason.",
        weights=visible(weights),
        value=numbers.bare(everybody.value, RATIO),
        spread=numbers.spread(everybody.low, everybody.high, RATIO),
    )
    if borne:
        named = [
            f"{group_name(one)}, {numbers.bare(one.value, RATIO)} "
            f"({numbers.spread(one.low, one.high, RATIO)})"
            for one in borne[:MOST_NAMED]
        ]
        said += " " + words.say("Most is borne by %(groups)s.", groups="; ".join(named))
    return Block(words.say("How grave"), paragraphs=(said,))


def welfare_block(look: Lookup) -> Block | None:
    """What is true of the worst-off, and of all when they count for more; None where withheld."""
    words, numbers = look.words, look.numbers
    bys = [one.name for one in look.results.subject.attributes]
    name = "due_rate" if _least(look, "due_rate", bys) else "favourable_rate"
    points = []
    for by in bys:
        least = look.row(WELFARE, f"{name}.least", by)
        equal = _of(look, f"{name}.equivalent", by, MUCH)
        if least is None or least.value is None or equal is None or equal.value is None:
            continue
        points.append(
            words.say(
                "%(by)s: %(worst)s (%(spread)s) in the worst-off group, %(group)s. If the "
                "worse-off count very much more, all together are as well off as if each had "
                "%(equal)s (%(range)s).",
                by=attribute(by),
                worst=numbers.said(least.value, RATE),
                spread=numbers.spread(least.low, least.high, RATE),
                group=visible(least.note.removeprefix("the lowest: ")),
                equal=numbers.said(equal.value, RATE),
                range=numbers.spread(equal.low, equal.high, RATE),
            )
        )
    if not points:
        return None
    said = {
        "due_rate": _mark(
            "A gap can close by making everybody worse off. So this is the share of people who got "
            "the favourable decision that was due to them:"
        ),
        "favourable_rate": _mark(
            "A gap can close by making everybody worse off. So this is the share with the "
            "favourable decision:"
        ),
    }[name]
    return Block(words.say("The worst-off"), paragraphs=(words.say(said),), points=tuple(points))


def _least(look: Lookup, name: str, bys: list[str]) -> bool:
    return any(
        (one := look.row(WELFARE, f"{name}.least", by)) is not None and one.value is not None
        for by in bys
    )


def _of(look: Lookup, metric: str, by: str, aversion: str) -> Row | None:
    return next(
        (one for one in look.family(WELFARE)
         if (one.metric, one.by, one.feature) == (metric, by, aversion)),
        None,
    )  # fmt: skip
