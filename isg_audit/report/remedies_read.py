"""The remedies of an audit as the pages need them: rows of one remedy together, names in words.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from isg_audit.evidence import Row
from isg_audit.report.lookup import Lookup
from isg_audit.report.numbers import POINTS, Form
from isg_audit.report.wording import Words, _mark

FRONTIER, TRAINED = "impact.frontier", "impact.remedies"
AS_IT_IS, PLAIN = "as it is", "plain model"
WORTH, AT_NO_COST = ("worth_discussing_", "worth_discussing_by_group_"), "gap_closed_at_no_cost"
FOR_ALL, BY_GROUP = "one threshold for all", "thresholds by group"

METHODS = {
    FOR_ALL: _mark("one threshold for everybody"),
    BY_GROUP: _mark("a threshold for each group"),
    PLAIN: _mark("a new model without any limit"),
    "exponentiated gradient": _mark("a new model trained under the limit"),
    "grid search": _mark("a new model picked from a grid under the limit"),
    "thresholds by group (fairlearn)": _mark("a threshold for each group, fitted by fairlearn"),
    "correlation removal": _mark("a new model on inputs cleared of what goes with the group"),
}
NEEDS_GROUP = (BY_GROUP, "thresholds by group (fairlearn)", "correlation removal")
"""Remedies that must know a person's group when deciding."""

GAP = Form(100, 1, False, POINTS.suffix)
"""A gap in points, without a sign."""
WHOLE = Form(scale=100)

AIMS = {
    "no_group_worse": _mark("no group below today’s best-off, and none worse than today"),
    "equal_opportunity": _mark("equal shares of wrong denials"),
    "demographic_parity": _mark("equal shares of favourable decisions"),
    "equal_wrong_grants": _mark("equal shares of wrong grants"),
    "equalized_odds": _mark("equal shares of wrong denials and of wrong grants"),
    "accuracy": _mark("as many right decisions as possible"),
}


@dataclass(frozen=True)
class Remedy:
    """All rows of one remedy, or of the decisions as they are."""

    name: str
    rows: dict[tuple[str, str], Row]

    @property
    def parts(self) -> tuple[str, str, float | None]:
        """How decisions are made, what is aimed at, the gap that may stay."""
        method, aim, *stays = self.name.split(" / ")
        return method, aim, float(stays[0]) if stays else None

    @property
    def needs_group(self) -> bool:
        """Whether a person's group must be known when deciding."""
        return self.parts[0] in NEEDS_GROUP

    @property
    def levels_down(self) -> bool | None:
        """Whether it takes away instead of giving; None where that cannot be told."""
        row = self.rows.get(("levelling_down", ""))
        return None if row is None or row.value is None else row.value == 1

    def row(self, metric: str, group: str = "") -> Row | None:
        """The row of a metric, None where there is none."""
        return self.rows.get((metric, group))

    def value(self, metric: str, group: str = "") -> float | None:
        """The value of a metric, None where there is none or it is withheld."""
        row = self.row(metric, group)
        return None if row is None else row.value

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that are told of, in order."""
        return tuple(group for metric, group in self.rows if metric == "gained")

    def said(self, words: Words) -> str:
        """Its name in words, without what it aims at."""
        return words.say(METHODS.get(self.parts[0], self.parts[0]))

    def aim(self, words: Words) -> str:
        """What it aims at, and the gap that may stay."""
        method, aim, stays = self.parts
        said = words.say(AIMS.get(aim, aim))
        if aim == "no_group_worse" and method not in (FOR_ALL, BY_GROUP):
            said = words.say("no group decided wrongly more often than today’s best-off")
        if not stays:
            return said
        within = words.numbers.bare(stays, WHOLE)
        return words.say("%(aim)s, within %(stays)s points", aim=said, stays=within)


@dataclass(frozen=True)
class Weighed:
    """What was weighed for the gap between the groups of one attribute."""

    by: str
    as_it_is: Remedy
    gap: Row | None
    """In right grants, as things are."""
    remedies: tuple[Remedy, ...]
    trained_as_it_is: Remedy | None
    trained: tuple[Remedy, ...]
    worth: tuple[Remedy, dict[str, Row]] | None
    """The remedy worth discussing, and its rows; None where none was found."""
    at_no_cost: tuple[Row, ...]


def weighed(look: Lookup) -> tuple[Weighed, ...]:
    """Everything that was weighed, the attribute with the widest gap first."""
    found = [
        _of(by, look)
        for by in dict.fromkeys(
            one.by for one in look.family("impact.") if one.measure in (FRONTIER, TRAINED)
        )
    ]
    return tuple(sorted(found, key=lambda one: -((one.gap.value if one.gap else None) or 0.0)))


def _of(by: str, look: Lookup) -> Weighed:
    frontier, trained = (_remedies(measure, by, look) for measure in (FRONTIER, TRAINED))
    base = frontier or trained
    here = base.get(AS_IT_IS, Remedy(AS_IT_IS, {}))
    gap = base.get(f"{AS_IT_IS} / equal_opportunity")
    return Weighed(
        by=by,
        as_it_is=here,
        gap=None if gap is None else gap.row("gap"),
        remedies=_tried(frontier),
        trained_as_it_is=trained.get(AS_IT_IS),
        trained=_tried(trained),
        worth=_worth(by, look, frontier | trained),
        at_no_cost=tuple(
            row
            for measure in (FRONTIER, TRAINED)
            if (row := look.row(measure, AT_NO_COST, by)) is not None and row.value is not None
        ),
    )


def _tried(found: dict[str, Remedy]) -> tuple[Remedy, ...]:
    return tuple(one for name, one in found.items() if name and not name.startswith(AS_IT_IS))


def _remedies(measure: str, by: str, look: Lookup) -> dict[str, Remedy]:
    found: dict[str, dict[tuple[str, str], Row]] = {}
    for one in look.family(measure):
        if one.by == by and one.feature:
            found.setdefault(one.feature, {})[one.metric, one.group] = one
    return {name: Remedy(name, rows) for name, rows in found.items()}


def _worth(by: str, look: Lookup, found: dict[str, Remedy]) -> tuple[Remedy, dict[str, Row]] | None:
    """The remedy whose lift of the worst-off is shown on held-out people, if one is.

    One that needs nobody's group comes first.
    """
    for start, measure in ((start, one) for start in WORTH for one in (FRONTIER, TRAINED)):
        rows = {
            one.metric.removeprefix(start): one
            for one in look.family(measure)
            if one.by == by and one.metric.startswith(start)
        }
        lift, closed = rows.get("least_rise"), rows.get("gap_closed")
        if lift is None or lift.low is None or lift.low <= 0:
            continue
        if closed is None or closed.value is None or closed.value <= 0:
            continue
        name = lift.note.partition("; ")[0].removeprefix("of ")
        if name in found and found[name].levels_down is False:
            return found[name], rows
    return None


def together(remedy: Remedy, metric: str) -> tuple[float, bool]:
    """People of all groups to whom something happens, and whether a group is withheld."""
    rows: Sequence[Row] = [row for (name, _), row in remedy.rows.items() if name == metric]
    known = [row.value for row in rows if row.value is not None]
    return float(sum(known)), len(known) < len(rows)


def capital(said: str) -> str:
    """With a capital letter."""
    return said[:1].upper() + said[1:]
