"""What closing a gap by other thresholds would cost, and whom: from the tally alone.

Imports `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from isg_audit.measures.impact.change import FEWEST, Change
from isg_audit.measures.impact.choosing import Tried, summary_of
from isg_audit.measures.impact.remedy_rows import About, rows_as_it_is, rows_of
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.measures.weighing import LIMIT_OF, Point, Weighing
from isg_audit.stats import Thresholds, best_thresholds
from isg_audit.tally.halves import FIT, READ, Halves, halves_of
from isg_audit.tally.table import Floats

if TYPE_CHECKING:
    from isg_audit.tally import Tally

TOLERANCES = (0.0, 0.02, 0.05, 0.1)
"""Gaps that may stay; this project's default."""

FOR_ALL, BY_GROUP = "one threshold for all", "thresholds by group"

MOST_GROUPS = 12
"""Groups of one attribute beyond which nobody reads who pays."""

NOT_ASKED = "the audit file asks for no remedies ([remedy])"
NO_SCORE = "no score is recorded: where thresholds would lie is not known"
NO_OUTCOME = "no outcome is recorded: who is decided rightly is not known"
NO_DECISION = "no decision is recorded that a remedy could be compared with"
SELECTIVE = (
    "outcomes are known of nobody who was refused: whom a remedy would grant rightly cannot be told"
)


def frontier(
    tally: Tally, plan: Plan, asked: Weighing | None, measure: str
) -> Iterator[Measurement | NotMeasured]:
    """What closing a gap by other thresholds would cost, and which people.

    From counts of score, decision and outcome: for each aim and each gap that may stay (0, 2, 5
    and 10 points) the thresholds by group that decide most people rightly, exact by linear
    programming; for the first aim with one threshold for all too. The aims: `no_group_worse` (no
    group is granted rightly less often than it is today, nor than today's best-off group, less the
    gap: a floor takes from nobody and stands first), `equal_opportunity` (equal rates of wrong
    denial),
    `demographic_parity` (equal rates of favourable decisions), `equal_wrong_grants`,
    `equalized_odds` (both). A threshold may be mixed: people of one score are then decided by lot,
    and figures are of the expected decision. Thresholds by group need to know a person's group
    when deciding, which is often unlawful.

    Fitted on a random half of the people, read on the other (all cases of a person are in one
    half), and told for everybody with a known outcome: the gap, the accuracy, how many people of
    each group gain and lose a favourable decision, and who is then denied or granted wrongly.
    `levelling_down` is 1 where the gap closes by taking away: it closes but the lowest rate does
    not rise, or every group falls, or some group falls and none rises, or most of the closing is
    the best-off group falling; it is judged on paired intervals and stays open with few people.
    `lowered_share` is the share of the closing that comes from the best-off group falling.

    Summaries: `gap_closed_at_no_cost`, how much of the gap in right grants one threshold for all
    closes, of those that are as accurate on the half that was fitted (and by the interval lose at
    most a point), not mostly by the best-off group falling; not told where the other half shows a
    loss;
    `worth_discussing_...`, of the remedy that lifts the worst-off group most at a loss of accuracy
    of at most one point without levelling down, chosen on the half that was fitted, among those
    that need nobody's group; `worth_discussing_by_group_...`, among those that do. No remedy is
    applied.

    Groups with fewer than 30 people of either outcome in either half are left out and named.
    Weights count by Kish's effective cases, repeated persons by the worst case. People are rounded
    to tens and shares to three decimals, outwards at the ends of intervals.

    Source:
        Hardt, Price & Srebro (2016), Equality of opportunity in supervised learning; Mittelstadt,
        Wachter & Russell (2023), The unfairness of fair machine learning; Martinez, Bertran &
        Sapiro (2020), Minimax Pareto fairness; Agresti & Min (2005), Statistics in Medicine
        24:729-740, for paired intervals.
    """
    if asked is None:
        yield NotMeasured(measure, NOT_ASKED, "gap")
        return
    if tally.task != "binary":
        other = "thresholds divide decisions for or against people alone"
        yield NotMeasured(measure, NO_DECISION if tally.task == "score" else other, "gap")
        return
    for attribute in plan.attributes:
        yield from _of(halves_of(tally, attribute, plan.seed), attribute, plan, asked, measure)


def _of(
    halves: Halves, attribute: str, plan: Plan, asked: Weighing, measure: str
) -> Iterator[Measurement | NotMeasured]:
    why = _cannot(halves)
    if not why:
        enough = (halves.cases.sum(axis=(3, 4)) >= FEWEST).all(axis=(0, 2))
        few = [name for name, keep in zip(halves.groups, enough, strict=True) if not keep]
        halves = halves.kept(enough)
        if few:
            reason = f"fewer than {FEWEST} people of an outcome in a half: {', '.join(few)}"
            yield NotMeasured(measure, reason, "gap", attribute)
        if len(halves.groups) < 2:
            why = f"fewer than two groups have {FEWEST} people of each outcome in each half"
        elif len(halves.groups) > MOST_GROUPS:
            why = f"{len(halves.groups)} groups; at most {MOST_GROUPS} are weighed"
    if why:
        yield NotMeasured(measure, why, "gap", attribute)
        return
    about = About(measure, attribute, plan.confidence, plan.seed, _note(halves, asked))
    as_it_is = change_of(halves, READ, None)
    yield from rows_as_it_is(as_it_is, about)
    tried = []
    for point, thresholds in points_of(halves, asked):
        change = change_of(halves, READ, thresholds)
        yield from rows_of(change, point, about)
        tried.append(Tried(point, change_of(halves, FIT, thresholds), change))
    yield from summary_of(tried, about)


def _cannot(halves: Halves) -> str:
    if not len(halves.groups) or not halves.cases.shape[-1]:
        return NO_SCORE
    if math.isnan(halves.refused_known) and math.isnan(halves.granted_known):
        return NO_DECISION
    if not halves.cases.any():
        return NO_OUTCOME
    return SELECTIVE if halves.refused_known == 0 else ""


def _note(halves: Halves, asked: Weighing) -> str:
    said = [asked.note]
    known, among = halves.refused_known, halves.granted_known
    if min(known, among) < 0.95:
        said.append(
            f"outcomes are known of {known:.0%} of those refused and {among:.0%} of the others"
        )
    if not (halves.cases == halves.weight).all():
        said.append("weighted, effective cases")
    return ", ".join(filter(None, said))


def points_of(halves: Halves, asked: Weighing) -> Iterator[tuple[Point, Thresholds]]:
    """Every remedy by thresholds that there is, fitted on the first half."""
    good, bad = halves.weight[FIT, :, 0].sum(axis=1), halves.weight[FIT, :, 1].sum(axis=1)
    granted = halves.weight[FIT, :, :, 0].sum()
    number = float(granted / halves.weight[FIT].sum()) if asked.same_number else None
    today = _right_grants(halves)
    # One threshold for all makes groups equal by granting everybody, or nobody: only floors help.
    floor = {"no_group_worse": LIMIT_OF["no_group_worse"]}
    for method, one_for_all, aims in ((FOR_ALL, True, floor), (BY_GROUP, False, LIMIT_OF)):
        for aim, limit in (("accuracy", "none"), *aims.items()):
            for tolerance in (None,) if limit == "none" else TOLERANCES:
                found = best_thresholds(
                    good,
                    bad,
                    limit,  # type: ignore[arg-type]  # one of its literals
                    # A floor: nobody below today's best-off less the gap, nor below themselves.
                    np.maximum(today, today.max() - (tolerance or 0.0))
                    if limit.startswith("least")
                    else tolerance or 0.0,
                    costs=asked.costs,
                    favourable=number,
                    one_for_all=one_for_all,
                )
                if found is not None:
                    yield Point(method, aim, tolerance, not one_for_all), found


def _right_grants(halves: Halves) -> Floats:
    """Rate of right grants as things are, by group, in the half that is fitted."""
    good = halves.weight[FIT, :, 0].sum(axis=2)
    rate: Floats = good[:, 0] / good.sum(axis=1)
    return rate


def change_of(halves: Halves, half: int, thresholds: Thresholds | None) -> Change:
    """The people of one half before and after; without thresholds after as before."""
    cases, weight = halves.cases[half], halves.weight[half]
    groups, shape = len(halves.groups), cases.shape[1:]
    flat = (groups, int(np.prod(shape)))
    granted = np.zeros(shape)
    granted[:, 0] = 1.0
    before = np.broadcast_to(granted, cases.shape).reshape(flat)
    good = np.zeros(shape, dtype=bool)
    good[0] = True
    after = before
    if thresholds is not None:
        after = np.broadcast_to(thresholds.granted[:, None, None], cases.shape).reshape(flat)
    return Change(
        groups=halves.groups,
        cases=(weight * halves.effective[:, None, None, None]).reshape(flat),
        heads=cases.reshape(flat),
        good=np.broadcast_to(good, cases.shape).reshape(flat),
        before=before,
        after=after,
        people=halves.people,
    ).gathered
