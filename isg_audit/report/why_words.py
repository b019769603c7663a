"""Gaps and what they are made of, found among the rows; names of factors and comparators.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from isg_audit.evidence import Row
from isg_audit.report.lookup import Lookup, attribute
from isg_audit.report.wording import short, visible

MEASURE, STRATA, FACTORS = "impact.gap_decomposition", "impact.gap_by_stratum", "impact.gap_factors"
PLAIN, WITHIN = "fairness.favourable_rate", "fairness.favourable_rate_within"
BARE = ("yes", "no", "true", "false", "y", "n")
"""Values that mean nothing without their attribute."""
BEST = re.compile(r"compared with (.+), the best-off group as things are")
CHOICE = re.compile(r"\bstrat(?:um|a) of (.+?), the auditor's choice")


@dataclass(frozen=True)
class Gap:
    """One group against its comparator: the gap as it is, and its parts by metric."""

    by: str
    group: str
    versus: str
    plain: Row
    parts: dict[str, Row]

    @property
    def name(self) -> str:
        """Of the group."""
        return named(self.by, self.group)

    def part(self, metric: str) -> Row | None:
        """A part of the gap."""
        return self.parts.get(metric)

    @property
    def comparator(self) -> str:
        """The group behind the comparator's name; empty for everybody else."""
        if self.versus not in ("best", "rest"):
            return self.versus
        said = next((one.note for one in self.parts.values() if BEST.search(one.note)), "")
        found = BEST.search(said)
        return found[1] if found and self.versus == "best" else ""

    def other(self, look: Lookup) -> str:
        """Whom it is compared with, by name where there is one."""
        name = self.comparator
        return named(self.by, name) if name else versus_name(self.by, self.versus, look)

    @property
    def misleads(self) -> bool:
        """Whether the gap as it is says something else than the gaps within strata, for sure."""
        one = self.part("simpson_reversal")
        return one is not None and one.low is not None and one.low >= 1

    @property
    def turned(self) -> bool:
        """Whether it has another sign if both stood alike."""
        one = self.part("standardised_rate.difference")
        return one is not None and (one.value or 0.0) * (self.plain.value or 0.0) < 0


def gaps_of(look: Lookup) -> list[Gap]:
    """Each group against the declared reference, else the best-off group, in table order."""
    found: dict[tuple[str, str, str], dict[str, Row]] = {}
    for one in look.results.measurements:
        if one.measure == MEASURE:
            found.setdefault((one.by, one.group, one.versus), {})[one.metric] = one
    first = {by: versus for by, _, versus in reversed(found)}
    gaps = []
    for (by, group, versus), parts in found.items():
        plain = look.row(PLAIN, "favourable_rate.difference", by, group, versus)
        if versus == first[by] and plain is not None and plain.value is not None:
            gaps.append(Gap(by, group, versus, plain, parts))
    return [gap for gap in gaps if any(one.value is not None for one in gap.parts.values())]


def factors_named(look: Lookup) -> list[str]:
    """The factors that the audit file names, as columns are called."""
    rows = [one for one in look.family(FACTORS) if one.metric == "explained_by.difference"]
    named = list(dict.fromkeys(visible(one.feature) for one in rows))
    if named:
        return named
    for one in look.family(WITHIN):
        if said := CHOICE.search(one.note):
            return [visible(name) for name in said[1].split(" × ")]
    return []


def named(by: str, group: str) -> str:
    """A group by its value; one whose value says nothing alone, by attribute and value."""
    bare = group.casefold() in BARE or group.replace(".", "", 1).isdigit()
    said = f"{attribute(by)}: {visible(group)}" if bare else visible(group)
    return short(said, 60)


def versus_name(by: str, versus: str, look: Lookup) -> str:
    """Whom a group is compared with."""
    words = look.words
    known = {"best": words.say("the best-off group"), "rest": words.say("everybody else")}
    return known.get(versus) or named(by, versus)
