"""Who is not in the data: against a population, uncovered combinations, and what is not known.

Imports the pages on each of these and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.report.lookup import JOINT, Lookup
from isg_audit.report.missing_tables import missing_inputs, unprocessed
from isg_audit.report.numbers import RATIO
from isg_audit.report.pages import Section
from isg_audit.report.population_pages import (
    NOBODY,
    against_population,
    cannot_appear,
    distance,
    ratios_of,
    who,
)
from isg_audit.report.population_tables import combinations, per_thousand
from isg_audit.report.unseen_pages import unseen_outcomes
from isg_audit.report.wording import short


def absent_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section | None:
    """The section; None where nothing of it was measured."""
    words = look.words
    blocks = [
        block
        for block in (
            *against_population(look, figures),
            cannot_appear(look),
            per_thousand(look, tables),
            combinations(look),
            missing_inputs(look, tables),
            unprocessed(look, tables),
            *unseen_outcomes(look, figures, tables),
        )
        if block is not None
    ]
    if not blocks:
        return None
    lead = words.say(
        "An audit counts who is in the data. This section asks who is not: who never entered it, "
        "of whom less is known than of others, and of whom nobody knows what happened afterwards."
    )
    return Section(
        "absent",
        words.say("Who is absent"),
        _heading(look),
        lead,
        tuple(blocks),
        new_page=bool(ratios_of(look)),
    )


def _heading(look: Lookup) -> str:
    """The group that is furthest from its part of the population, if its interval says so."""
    words = look.words
    sure = [
        one
        for one in ratios_of(look)
        if one.low is not None and one.high is not None and not one.low <= 1 <= one.high
    ]
    single = [one for one in sure if JOINT not in one.by] or sure
    if not single:
        return words.say("Who is not in the data, and what is not known of those who are")
    worst = max(single, key=distance)
    group = short(who(worst), 50)
    if worst.note.startswith(NOBODY):
        return words.say("Nobody of the group %(group)s is in the data", group=group)
    return words.say(
        "In the data %(ratio)s times as often as in the population: %(group)s",
        group=group,
        ratio=look.numbers.bare(worst.value, RATIO),
    )
