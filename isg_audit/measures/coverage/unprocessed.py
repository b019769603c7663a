"""People whom the system could not process: no decision, or no score to decide by.

Imports this family, `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.coverage.groups_of_shares import (
    Shares,
    p_of,
    rows_by_group,
    share_row,
    too_few,
)
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.stats import holm
from isg_audit.tally.codes import DECISION, NO_VALUE
from isg_audit.tally.table import JOINT, Floats
from isg_audit.tally.tally import Tally

MEASURE, RATE = "coverage.unprocessed", "unprocessed_rate"

NEITHER = "neither a decision nor a score is recorded"
ONE_ALONE = (
    "not both decisions and scores are recorded: coverage.undecided or coverage.missing_score "
    "tells it all"
)


def unprocessed(tally: Tally, plan: Plan) -> Iterator[Measurement | NotMeasured]:
    """Share of cases that the system could not process: without a decision, or without a score.

    Both together, so that nobody falls between two figures: `coverage.undecided` and
    `coverage.missing_score` have them apart, and tell it all where only one of the two is recorded.
    Groups are compared with everybody else (Newcombe; Fisher's exact test, Holm over the groups).
    They are in no rate of decisions and in no figure of scores, and were nevertheless dealt with
    somehow: sent back, sent to a person, or left waiting.

    Weights: Kish's effective cases; repeated persons: cases over the design effect, worst case.

    Source:
        Newcombe (1998), Statistics in Medicine 17:873-890.
    """
    decided, scored = _there(tally)
    if not (decided.any() and scored.any()):
        yield NotMeasured(MEASURE, ONE_ALONE if decided.any() or scored.any() else NEITHER, RATE)
        return
    lost = ~(decided & scored)
    if not lost.any():
        yield NotMeasured(MEASURE, "every case has a decision and a score", RATE)
        return
    for by in ((), *plan.several_by):
        table = tally.table(by)
        every, hit = _counts(tally, lost, by, table.groups)
        shares = Shares.of(every, hit, table.repeats)
        row = partial(Measurement, measure=MEASURE, by=JOINT.join(by), feature="")
        if not by:
            few, smallest = too_few(shares, plan.minimum_cell)
            yield share_row(
                partial(row, metric=RATE, smallest=smallest if few.any() else None),
                shares, 0, plan.confidence,
            )  # fmt: skip
            continue
        p = p_of(shares, shares.rest)
        least = plan.minimum_cell * float(table.repeats.max(initial=1.0))
        yield from rows_by_group(
            row, shares, table.groups, RATE, plan.confidence, (p, holm(p)), least
        )


def _there(tally: Tally) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether the cases of each cell have a decision, and whether they have a score."""
    decision = tally.codes[:, DECISION]
    decided = decision >= 0 if tally.task == "classes" else decision != NO_VALUE
    return np.asarray(decided), ~np.isnan(tally.scores)


def _counts(
    tally: Tally, lost: NDArray[np.bool_], by: tuple[str, ...], groups: tuple[str, ...]
) -> tuple[Floats, Floats]:
    """Cases, Σw, Σw² of everybody by group, and cases and Σw of those lost."""
    places = [tally.attributes.index(name) for name in by]
    order = {group: at for at, group in enumerate(groups)}
    keys, at = np.unique(tally.codes[:, places], axis=0, return_inverse=True)
    named = [
        order.get(
            JOINT.join(tally.levels[place][code] for place, code in zip(places, key, strict=True)),
            -1,
        )
        if (key >= 0).all()
        else -1
        for key in keys
    ]
    row = np.array(named, dtype=np.intp)[at.reshape(-1)]
    every, hit = np.zeros((len(groups), 3)), np.zeros((len(groups), 2))
    known = row >= 0
    np.add.at(every, row[known], tally.sums[known, :3])
    np.add.at(hit, row[known & lost], tally.sums[known & lost, :2])
    return every, hit
