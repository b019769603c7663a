"""Gaps over windows of time: who is worse off how steadily, and what changed when.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import COUNT, POINTS
from isg_audit.report.pages import Block, Section
from isg_audit.report.time_changes import drifted, undeclared_changes
from isg_audit.report.time_figures import control_figure, gap_figure, gap_table
from isg_audit.report.time_words import MOST_POINTS, QUANTITIES, Quantity, ends, rows_of, size
from isg_audit.report.wording import short


def time_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section | None:
    """The section; None where there are not two windows of time."""
    words = look.words
    if not any(one.window for one in look.family("impact.gap_over_time")):
        return None
    blocks = [
        Block(words.say("How steadily"), points=tuple(_steadily(look))),
        Block(figures=gap_figure(look, figures)),
        Block(words.say("After declared changes"), paragraphs=tuple(_after(look))),
        Block(words.say("Changes nobody declared"), points=tuple(undeclared_changes(look))),
        Block(tables=gap_table(look, tables)),
        Block(figures=control_figure(look, figures)),
        Block(words.say("Drift"), points=tuple(drifted(look))),
    ]
    told = tuple(
        block
        for block in blocks
        if block.points or block.paragraphs or block.figures or block.tables
    )
    return Section(
        "over-time",
        words.say("Over time"),
        words.say("How gaps change over time"),
        words.say(
            "%(who)s, by window of time. What one window shows may be chance; so tests and limits "
            "allow for all windows and groups together, and a window with few people is not "
            "judged. Somebody with decisions in several windows counts in each.",
            who=look.decides("impact.gap_over_time"),
        ),
        told,
    )


def _steadily(look: Lookup) -> Iterator[str]:
    """Groups that are worse off in some windows beyond chance, the most people first."""
    found = [
        (quantity, one)
        for quantity in QUANTITIES
        for one in rows_of(look, "persistence", f"{quantity[0]}_worse_windows")
        if (one.value or 0) > 0
    ]
    several = len({quantity for quantity, _ in found}) > 1
    for quantity in QUANTITIES:
        rows = [one for of, one in found if of == quantity]
        ranked = sorted(rows, key=lambda one: -_people(look, one, quantity[0]))
        for one in ranked[: 2 if several else 3]:
            yield _worse(look, one, quantity)
    if not found:
        yield look.words.say(
            "No group is worse off than everybody else in any one window beyond chance. That does "
            "not show that none is: few people in a window show large gaps only."
        )


def _people(look: Lookup, row: Row, rate: str) -> float:
    pooled = look.row("impact.persistence", f"{rate}_pooled.difference", row.by, row.group, "rest")
    return 0.0 if pooled is None else abs(pooled.affected or 0.0)


def _worse(look: Lookup, row: Row, quantity: Quantity) -> str:
    words, numbers = look.words, look.numbers
    rate, sign, what = quantity
    windows = "".join(filter(str.isdigit, row.note.split(" windows")[0])) or "0"
    run = look.row("impact.persistence", f"{rate}_longest_run", row.by, row.group, "rest")
    said = words.say(
        "%(group)s (%(by)s), %(what)s: worse off than everybody else in %(some)s of %(all)s "
        "windows with enough people",
        group=short(group_name(row), 60),
        by=attribute(row.by).lower(),
        what=words.say(what),
        some=numbers.count(row.value),
        all=windows,
    )
    if run is not None and (run.value or 0) > 1:
        said += words.say(", %(run)s of them in a row", run=numbers.count(run.value))
    said += "."
    pooled = look.row("impact.persistence", f"{rate}_pooled.difference", row.by, row.group, "rest")
    if pooled is not None and pooled.value is not None:
        said += " " + words.say(
            "Over all windows the gap is %(gap)s (%(spread)s)",
            gap=numbers.said(pooled.value, POINTS),
            spread=numbers.spread(pooled.low, pooled.high, POINTS),
        )
        if pooled.affected is not None:
            said += words.say(
                ", which stands for about %(people)s people", people=numbers.about(pooled.affected)
            )
        said += "."
    trend = look.row("impact.trend", f"{rate}_per_year.difference", row.by, row.group, "rest")
    return f"{said} {_trend(look, trend, sign)}".strip()


def _trend(look: Lookup, row: Row | None, sign: int) -> str:
    words = look.words
    if row is None or row.value is None or row.low is None or row.high is None:
        return ""
    pattern = (
        "The gap widens by %(much)s a year (%(spread)s)."
        if sign * row.value > 0
        else "The gap narrows by %(much)s a year (%(spread)s)."
    )
    if row.low <= 0 <= row.high:
        pattern = "Whether it widens or narrows cannot be told (%(spread)s a year)."
    return words.say(
        pattern,
        much=size(look, row),
        spread=ends(look, row) if row.low * row.high > 0 else _signed(look, row),
    )


def _signed(look: Lookup, row: Row) -> str:
    return look.numbers.spread(row.low, row.high, POINTS)


def _after(look: Lookup) -> Iterator[str]:
    """For each declared change who fell behind, in people, and how sure that is."""
    words = look.words
    rows = _declared(look, "favourable_rate_change.difference")
    wrong = _declared(look, "wrong_denial_rate_change.difference")
    level = 1 - look.results.confidence
    for change in dict.fromkeys(one.feature for one in [*rows, *wrong]):
        behind = [
            (one, quantity)
            for quantity, several in zip(QUANTITIES, (rows, wrong), strict=True)
            for one in several
            if one.feature == change
            and quantity[1] * (one.value or 0) > 0
            and one.p_adjusted is not None
            and one.p_adjusted <= level
        ]
        day, _, what = change.partition(" ")
        if not behind:
            yield words.say(
                "%(day)s, %(what)s: no group fell behind everybody else beyond chance. That does "
                "not show that none did.",
                day=day, what=what,
            )  # fmt: skip
        for one, quantity in behind[:MOST_POINTS]:
            yield _fell(look, one, quantity, day, what)


def _declared(look: Lookup, metric: str) -> list[Row]:
    """Rows of every declared change, of groups of single attributes."""
    return [
        one
        for one in look.family("impact.after_update")
        if (one.metric, one.versus) == (metric, "rest")
        and one.feature
        and one.value is not None
        and JOINT not in one.by
    ]


def _fell(look: Lookup, row: Row, quantity: Quantity, day: str, what: str) -> str:
    words, numbers = look.words, look.numbers
    said = words.say(
        "%(day)s, %(what)s: since then the gap of %(group)s (%(by)s) to everybody else in "
        "%(rate)s is worse by %(gap)s (%(spread)s).",
        day=day,
        what=what,
        group=short(group_name(row), 60),
        by=attribute(row.by).lower(),
        rate=words.say(quantity[2]),
        gap=size(look, row),
        spread=ends(look, row),
    )
    if row.affected is not None:
        said += " " + words.say(
            "That stands for about %(people)s of the %(n)s people of the group decided upon since "
            "(interval %(spread)s). Who applies may have changed as well.",
            people=numbers.about(row.affected),
            n=numbers.count(row.n),
            spread=numbers.spread(max(0.0, row.affected_low or 0.0), row.affected_high, COUNT),
        )
    return said
