"""Which of the named factors a gap goes with, and which may stand in for a group.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import Lookup, attribute
from isg_audit.report.numbers import DASH, POINTS, RATE, SCORE, Form
from isg_audit.report.pages import Block, Column, Figure, Table, TableCell, TableRow
from isg_audit.report.why_words import FACTORS, named, versus_name
from isg_audit.report.wording import short, visible

STAND_INS = "impact.proxy_factors"
MOST_ROWS, MOST_GROUPS = 20, 3


def any_factors(look: Lookup) -> bool:
    """Whether there is a gap that was taken apart by factors."""
    return bool(_worst(look))


def factor_blocks(
    look: Lookup, figures: Iterator[int], tables: Iterator[int], *, beside: bool
) -> tuple[Block, ...]:
    """What each factor explains, for the groups that fare worse; nothing where not measured.

    Args:
        look: what the audit found.
        figures: numbering.
        tables: numbering.
        beside: whether the gap within strata is told already: then one factor needs no more.
    """
    worst, words = _worst(look), look.words
    asked = tuple(said for one in worst for said in _question(one, look))
    question = Block(words.say("A question to answer"), points=asked[:MOST_GROUPS])
    parts = _rows(look, worst[0], "explained_by.difference") if worst else []
    if len(parts) < 2 and beside:
        return (question,) if asked else ()
    blocks = []
    if parts:
        blocks.append(Block(attribute(worst[0].by), paragraphs=(_sentence(worst[0], look),)))
        blocks.append(Block(figures=(_figure(worst[0], parts, look, figures),)))
    if len(worst) > 1:
        table = _table(worst[:MOST_ROWS], look, tables)
        blocks.append(Block(words.say("Group by group"), tables=(table,)))
    return (*blocks, question) if asked else tuple(blocks)


def _worst(look: Lookup) -> list[Row]:
    """The explained part of the gaps to a group's disadvantage, the largest gap first."""
    rows = [one for one in look.family(FACTORS) if one.metric == "explained.difference"]
    first: dict[str, str] = {}
    for one in rows:
        first.setdefault(one.by, one.versus)
    told = [
        (gap.value, one)
        for one in rows
        if one.versus == first[one.by] and one.value is not None
        if (gap := _plain(one, look)) is not None and gap.value is not None and gap.value < 0
    ]
    return [one for _, one in sorted(told, key=lambda pair: pair[0])]


def _plain(one: Row, look: Lookup) -> Row | None:
    metric = "favourable_rate.difference"
    return look.row("fairness.favourable_rate", metric, one.by, one.group, one.versus)


def _rows(look: Lookup, whole: Row, metric: str) -> list[Row]:
    """Rows of one factor each, those that explain most of the gap first."""
    rows = [
        one
        for one in look.family(FACTORS)
        if one.metric == metric
        and (one.by, one.group, one.versus) == (whole.by, whole.group, whole.versus)
        and one.feature
    ]
    return sorted(rows, key=lambda one: one.value or 0.0)[:MOST_ROWS]


def _sentence(whole: Row, look: Lookup) -> str:
    words, numbers = look.words, look.numbers
    plain = _plain(whole, look)
    rest = look.row(FACTORS, "unexplained.difference", whole.by, whole.group, whole.versus)
    said = words.say(
        "%(group)s against %(other)s: of a gap of %(gap)s, differences in the named factors go "
        "with %(explained)s (%(spread)s); %(rest)s are left that none of them explains "
        "(%(left)s).",
        group=_first(named(whole.by, whole.group)),
        other=versus_name(whole.by, whole.versus, look),
        gap=DASH if plain is None else numbers.said(plain.value, POINTS),
        explained=numbers.said(whole.value, POINTS),
        spread=numbers.spread(whole.low, whole.high, POINTS),
        rest=DASH if rest is None else numbers.said(rest.value, POINTS),
        left="" if rest is None else numbers.spread(rest.low, rest.high, POINTS),
    )
    if rest is not None and rest.affected is not None and rest.affected_low is not None:
        said += " " + words.say(
            "What is left stands for about %(people)s people.", people=numbers.count(rest.affected)
        )
    others = [
        one.value
        for name in ("group", "comparator")
        if (one := look.row(FACTORS, f"explained_at_{name}.difference", whole.by, whole.group,
                            whole.versus)) is not None and one.value is not None
    ]  # fmt: skip
    if len(others) == 2:
        said += " " + words.say(
            "How much a factor is worth is itself a choice: valued as in one or the other group "
            "alone, the factors would explain %(low)s to %(high)s.",
            low=numbers.bare(min(others), POINTS),
            high=numbers.said(max(others), POINTS),
        )
    return said


def _first(said: str) -> str:
    """As a sentence begins."""
    return said[:1].upper() + said[1:]


def _figure(whole: Row, parts: list[Row], look: Lookup, figures: Iterator[int]) -> Figure:
    words, numbers = look.words, look.numbers
    rest = look.row(FACTORS, "unexplained.difference", whole.by, whole.group, whole.versus)
    told, shares = _told(whole, look), _rows(look, whole, "explained_share")
    share_of = {one.feature: one for one in shares}
    rows = [
        _interval(
            one,
            short(visible(one.feature), 40),
            _percent(share_of.get(one.feature), look),
            _gives_away(one.feature, told, look),
        )
        for one in parts
    ]
    rows.append(charts.IntervalRow(words.say("Together"), section=True))
    share = look.row(FACTORS, "explained_share", whole.by, whole.group, whole.versus)
    rows.append(_interval(whole, words.say("All named factors"), _percent(share, look)))
    if rest is not None and rest.value is not None:
        rows.append(_interval(rest, words.say("Not explained by them")))
    most = parts[0]
    title = words.say(
        "%(factor)s goes with most of what is explained: %(worth)s",
        factor=short(visible(most.feature), 50),
        worth=numbers.said(most.value, POINTS),
    )
    drawing = charts.interval_chart(
        rows,
        [charts.Panel(words.say("Part of the gap, percentage points"), tick_of(POINTS, look),
                      keep=(0.0,))],
        heads=(words.say("Factor"), words.say("Part, %%"), words.say("What it gives away")),
        title=title + ".",
    )  # fmt: skip
    source = words.say(
        "Line: %(share)s confidence interval. Left of 0: to the disadvantage of %(group)s. "
        "Oaxaca-Blinder, coefficients of all groups together. Given away: Cramér’s V, 0 nothing, 1 "
        "all; of outcomes within groups. Source: measures %(measure)s, %(other)s.",
        other=STAND_INS,
        share=numbers.percent(look.results.confidence),
        group=named(whole.by, whole.group),
        measure=FACTORS,
    )
    measured = words.say("%(who)s. What each named factor goes with", who=look.decides(""))
    return Figure(next(figures), title, measured, drawing, source, True)


def _interval(one: Row, label: str, share: str = "", said: str = "") -> charts.IntervalRow:
    estimates = (estimate(one.value or 0.0, one.low, one.high),)
    return charts.IntervalRow(label, share, estimates, "", said)


def _percent(one: Row | None, look: Lookup) -> str:
    return "" if one is None or one.value is None else look.numbers.bare(one.value, RATE)


def _told(whole: Row, look: Lookup) -> dict[tuple[str, str], Row]:
    """What each factor tells of the group and of the outcome, by metric and factor."""
    return {
        (one.metric, one.feature): one
        for one in look.family(STAND_INS)
        if (one.by, one.group) == (whole.by, whole.group) and one.value is not None
    }


def _gives_away(factor: str, told: dict[tuple[str, str], Row], look: Lookup) -> str:
    """`group 0.23, outcome 0.10`."""
    words, numbers = look.words, look.numbers
    group, outcome = told.get(("tells_group", factor)), told.get(("tells_outcome", factor))
    said = []
    if group is not None:
        said.append(words.say("group %(value)s", value=numbers.bare(group.value, SCORE)))
    if outcome is not None:
        said.append(words.say("outcome %(value)s", value=numbers.bare(outcome.value, SCORE)))
    return ", ".join(said)


def _table(worst: list[Row], look: Lookup, tables: Iterator[int]) -> Table:
    """The gap of each group, what the factors explain, and what is left."""
    words = look.words
    rows = []
    for one in worst:
        key = (one.by, one.group, one.versus)
        rest = look.row(FACTORS, "unexplained.difference", *key)
        share = look.row(FACTORS, "explained_share", *key)
        rows.append(
            TableRow(
                (
                    TableCell(named(one.by, one.group), below=_against(one, look)),
                    _cell(_plain(one, look), look, POINTS),
                    _cell(one, look, POINTS),
                    _cell(share, look, RATE),
                    _cell(rest, look, POINTS),
                )
            )
        )
    caption = words.say(
        "Table %(table)s. What the named factors explain, group by group", table=next(tables)
    )
    note = words.say(
        "Groups that fare worse. Explained is not justified. %(share)s confidence intervals in "
        "brackets",
        share=look.numbers.percent(look.results.confidence),
    )
    columns = (
        Column(words.say("Group"), 24),
        Column(words.say("Gap, points"), 19, True),
        Column(words.say("Explained, points"), 19, True),
        Column(words.say("Part of the gap, %%"), 19, True),
        Column(words.say("Not explained, points"), 19, True),
    )
    return Table(caption, note, columns, tuple(rows), dense=True)


def _against(one: Row, look: Lookup) -> str:
    return look.words.say("against %(who)s", who=versus_name(one.by, one.versus, look))


def _cell(one: Row | None, look: Lookup, form: Form) -> TableCell:
    if one is None or one.value is None:
        withheld = one is not None and one.n is None
        return TableCell(look.words.say("not published" if withheld else "not estimable"))
    numbers = look.numbers
    return TableCell(numbers.bare(one.value, form), numbers.bracket(one.low, one.high, form))


def _question(whole: Row, look: Lookup) -> tuple[str, ...]:
    """The factor that most may stand in for the group, as a question."""
    words, numbers = look.words, look.numbers
    one = look.row(STAND_INS, "largest_stand_in", whole.by, whole.group)
    if one is None or not one.value or one.low is None or one.low <= 0:
        return ()
    name, _, rest = one.note.partition(": ")
    return (
        words.say(
            "%(group)s: %(factor)s carries a part of the gap and gives the group away (the smaller "
            "of the two is %(value)s, %(spread)s); %(outcome)s. What is it for?",
            group=named(whole.by, whole.group),
            factor=short(visible(name), 50),
            value=numbers.bare(one.value, SCORE),
            spread=numbers.spread(one.low, one.high, SCORE),
            outcome=visible(rest.partition(";")[0]),
        ),
    )
