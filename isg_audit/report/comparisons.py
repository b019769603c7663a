"""The parts of a judged requirement that one figure can show, and the words around them.

Imports `evidence` and the wording of this room. Draws nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from isg_audit.evidence import ItemVerdict, JudgedGroup, Row
from isg_audit.report.lookup import JOINT, Lookup, by_weight
from isg_audit.report.numbers import form_of
from isg_audit.report.tolerance import required

MOST_ROWS = 26
MOST_COLUMNS = 7
FEWEST_CELLS = 3
MOST_CROSSED = 12
"""Combinations of attributes that one figure shows, the weightiest first."""

FEW_ROWS = 6
"""So few comparisons share a figure, the log's above the model's."""


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Groups of a requirement judged on one measure: what one figure can show.

    Attributes:
        measure, metric: as in the table of measurements.
        groups: attribute to its judged groups, in the order of the results.
        matrix: whether these are the combinations of two attributes, few enough for a matrix.
    """

    measure: str
    metric: str
    groups: tuple[tuple[str, tuple[JudgedGroup, ...]], ...]
    matrix: bool

    @property
    def crossed(self) -> bool:
        """Whether all groups are combinations of several attributes."""
        return all(JOINT in by for by, _ in self.groups)

    def weightiest(self, most: int) -> Comparisons:
        """The same with so many groups at most: those published, and those that weigh most."""
        every = by_weight([one for _, groups in self.groups for one in groups])
        every.sort(key=lambda one: one.value is None)
        kept = {(one.by, one.group) for one in every[:most]}
        parts = (
            (by, tuple(one for one in groups if (by, one.group) in kept))
            for by, groups in self.groups
        )
        return replace(self, groups=tuple((by, groups) for by, groups in parts if groups))


def comparisons_of(item: ItemVerdict) -> tuple[Comparisons, ...]:
    """Parts a requirement into figures: by measure, single attributes together, pairs alone."""
    found: dict[tuple[str, str, str], dict[str, list[JudgedGroup]]] = {}
    for one in item.groups:
        pair = one.by if one.by.count(JOINT) == 1 and one.group else ""
        found.setdefault((one.measure, one.metric, pair), {}).setdefault(one.by, []).append(one)
    return tuple(
        Comparisons(
            measure,
            metric,
            tuple((by, tuple(groups)) for by, groups in parts.items()),
            bool(pair) and _fits(parts[pair]),
        )
        for (measure, metric, pair), parts in found.items()
    )


def rows_of(part: Comparisons) -> int:
    """How many comparisons a part holds."""
    return sum(len(groups) for _, groups in part.groups)


def tables_of(parts: Sequence[Comparisons]) -> tuple[tuple[Comparisons, ...], ...]:
    """Parts that one table can show: the log's and the model's values of the same quantity."""
    gathered: dict[tuple[str, bool], list[Comparisons]] = {}
    for part in parts:
        gathered.setdefault((part.metric, part.matrix), []).append(part)
    return tuple(tuple(alike) for alike in gathered.values())


def figures_of(parts: Sequence[Comparisons]) -> tuple[tuple[Comparisons, ...], ...]:
    """Parts that one figure can show: as those of a table, where together they are few rows."""
    drawn: list[tuple[Comparisons, ...]] = []
    for alike in tables_of(parts):
        few = not alike[0].matrix and sum(rows_of(part) for part in alike) <= FEW_ROWS
        drawn += [alike] if few else [(part,) for part in alike]
    return tuple(drawn)


def _fits(groups: Sequence[JudgedGroup]) -> bool:
    """Whether a matrix of these combinations is legible."""
    firsts = {one.group.split(JOINT)[0] for one in groups}
    seconds = {one.group.split(JOINT)[-1] for one in groups}
    few, many = sorted((len(firsts), len(seconds)))
    return few <= MOST_COLUMNS and many <= MOST_ROWS and len(groups) >= FEWEST_CELLS


def comparator(part: Comparisons, by: str, look: Lookup) -> Row | None:
    """The group that the others of `by` are compared with, None where it is no single group."""
    judged = {one.group for one in dict(part.groups)[by]}
    named = {one.compared_with or one.versus for one in dict(part.groups)[by]}
    quantity = part.metric.partition(".")[0]
    rates = [one for one in look.groups(part.measure, quantity, by) if one.value is not None]
    for one in rates:
        if named == {one.group}:
            return one
    left = [one for one in rates if one.group not in judged]
    return left[0] if len(left) == 1 and named <= {"best", left[0].group} else None


def rate_of(one: JudgedGroup, look: Lookup) -> Row | None:
    """The group's own rate, where the comparison is of rates."""
    quantity, _, kind = one.metric.partition(".")
    return look.row(one.measure, quantity, one.by, one.group) if kind and one.group else None


def finding_in_words(groups: Sequence[JudgedGroup], look: Lookup) -> str:
    """Title of a figure: how many groups lie where."""
    words = look.words
    count = {
        word: sum(one.word == word for one in groups) for word in ("fail", "inconclusive", "pass")
    }
    parts = []
    if count["fail"]:
        parts.append(
            words.plural(
                "%(n)s group misses the limit", "%(n)s groups miss the limit", count["fail"]
            )
        )
    if count["inconclusive"]:
        parts.append(
            words.plural(
                "%(n)s group is too close to call",
                "%(n)s groups are too close to call",
                count["inconclusive"],
            )
        )
    if count["pass"] and len(parts) < 2:
        parts.append(
            words.plural("%(n)s group meets it", "%(n)s groups meet it", count["pass"])
            if parts
            else words.plural(
                "%(n)s group meets the limit", "%(n)s groups meet the limit", count["pass"]
            )
        )
    return words.listed(parts) if parts else words.say("No limit applies to these figures")


def withheld_note(look: Lookup) -> str:
    """What stands in place of numbers that would give people away."""
    return look.words.say(
        "Not published: a count below %(least)s would show",
        least=look.results.disclosure.minimum_cell,
    )


def basis(parts: Sequence[Comparisons], look: Lookup) -> str:
    """Whose decisions a figure rests on, and by which measures."""
    names = list(dict.fromkeys(part.measure for part in parts))
    one = len(parts) == 1 and names[0].startswith("fairness.")
    said = look.words.say(
        "Source: %(who)s, %(cases)s cases; measure %(measure)s.",
        who=look.decides(names[0]).lower() if one else look.words.say("this audit"),
        cases=look.numbers.count(look.results.subject.cases),
        measure=look.words.listed(names),
    )
    if any(".own_" in name or ".model_own_" in name for name in names):
        said += " " + look.words.say("Computed from rows, by a function of the auditor’s own.")
    return said


def measured_of(item: ItemVerdict, parts: Sequence[Comparisons], look: Lookup) -> str:
    """What a figure shows, and what the requirement asks."""
    part = parts[0]
    form = form_of(part.metric)
    limit = required(item.tolerance, form, look.words)
    what = look.vocabulary.comparison(part.metric)
    origin = look.decides(part.measure)
    if len(parts) > 1:
        origin = look.words.say("The decisions in the log, and the model’s")
    if limit:
        return look.words.say(
            "%(origin)s. %(what)s by group; the requirement is %(limit)s",
            origin=origin,
            what=what,
            limit=limit,
        )
    return look.words.say("%(origin)s. %(what)s by group", origin=origin, what=what)


def yardstick(part: Comparisons, by: str, look: Lookup) -> str:
    """What to call the group that the others of `by` are compared with."""
    if any(one.versus != "best" for one in dict(part.groups)[by]):
        return look.words.say("Compared with")
    # The best rate of an error or of a burden is the lowest one.
    if part.metric.startswith("favourable_rate."):
        return look.words.say("Highest rate")
    return look.words.say("Best-off")
