"""Places in ranked lists: what is grouped by, and what is wrong with them.

Imports `errors`, `sources` and this room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from isg_audit.errors import DataError, Fault

if TYPE_CHECKING:
    from isg_audit.sources.decisions import Decisions

MOST_PLACES = 10_000
"""Places are counted one by one down to here; below it nobody is taken to look."""


@dataclass(frozen=True)
class Ranked:
    """Ranked lists as they are counted.

    Attributes:
        keys: what to group by, name to Ibis expression.
        lists: how many lists there are.
    """

    keys: dict[str, Any]
    lists: int


def look_at_places(decisions: Decisions) -> Ranked:
    """The keys of a ranking, once every entry has one place in one list.

    Raises:
        DataError: places that are missing, not whole, below 1, too far down, or taken twice in
            one list; entries of no list.
    """
    roles, table = decisions.roles, decisions.table
    place = table[roles.position].cast("float64")
    known = place.notnull() & ~place.isnan()
    questions = {
        "missing": (~known).sum(),
        "broken": (known & ((place < 1) | (place != place.floor()))).sum(),
        "far": (known & (place > MOST_PLACES)).sum(),
    }
    if roles.list is not None:
        questions |= {"unlisted": table[roles.list].isnull().sum(),
                      "lists": table[roles.list].nunique()}  # fmt: skip
    facts = {name: int(value or 0) for name, value in decisions.ask(**questions).items()}
    faults = list(_faults(decisions, facts)) or list(_twice(decisions))
    if faults:
        raise DataError(faults)
    return Ranked({"score": place, "decision": known}, facts.get("lists", 1))


def _faults(decisions: Decisions, facts: dict[str, int]) -> Iterator[Fault]:
    roles, where = decisions.roles, "decisions.position"
    if facts["missing"]:
        what = f"column '{roles.position}' is empty in {facts['missing']:,} rows."
        advice = "Leave out whoever has no place, or give the place after the last one."
        yield Fault(where, what, advice)
    if facts["broken"]:
        what = f"column '{roles.position}' is no whole number from 1 in {facts['broken']:,} rows."
        yield Fault(where, what, "Places are 1, 2, 3 and so on; 1 stands first.")
    if facts["far"]:
        what = f"column '{roles.position}' is above {MOST_PLACES:,} in {facts['far']:,} rows."
        advice = (
            f"Leave out rows beyond place {MOST_PLACES:,}, or name 'list' if these are several."
        )
        yield Fault(where, what, advice)
    if facts.get("unlisted"):
        what = f"column '{roles.list}' is empty in {facts['unlisted']:,} rows."
        yield Fault("decisions.list", what, "Say of every entry in which list it stands.")


def _twice(decisions: Decisions) -> Iterator[Fault]:
    """Places that more than one entry of a list has."""
    roles, table = decisions.roles, decisions.table
    keys = {"place": table[roles.position]}
    if roles.list is not None:
        keys["its_list"] = table[roles.list]
    each = table.group_by(**keys).agg(entries=table.count())
    shared = each.filter(each.entries > 1)
    asked = shared.aggregate(places=shared.count(), one=shared.place.min())
    (found,) = decisions.answer(asked, "look for places taken twice").to_pylist()
    if found["places"]:
        where = "" if roles.list is None else " in one list"
        yield Fault(
            "decisions.position",
            f"{found['places']:,} places are taken more than once{where}, such as place "
            f"{int(found['one'])}.",
            "Break ties as people saw them, and name as 'list' the column that tells lists apart.",
        )
