"""What recourse costs, by group. Imports this folder and numpy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.explaining import FEWEST_PEOPLE
from isg_audit.measures.explain.recourse.coverage import covered, mean_of_cheapest, median_cost
from isg_audit.measures.explain.recourse.looked import Looked
from isg_audit.measures.measurement import Measurement, NotMeasured

MEASURE, METRIC = "explain.recourse_cost", "recourse_cost"
METHOD = "percentile shift; bootstrap by person"

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


def recourse_cost(looked: Looked) -> Iterator[Measurement | NotMeasured]:
    """What the cheapest change that turns a refusal round costs, by group.

    The cost of a change is summed over the inputs it changes: for a number, the share of the whole
    population between its old and its new value, so that 0.20 passes one person in five; for a
    category, or supplying a missing value, a fixed step (0.3, project default); each times its
    weight. Inputs that follow others cost nothing of their own. The population is everybody's,
    never a group's own.

    `recourse_cost` is the mean over those for whom recourse was found; read it beside
    `no_recourse_found_rate`, for people left out of a mean lower it. `recourse_cost_median` is the
    cost within which half of all refused people are turned. `recourse_cost.difference` and
    `.ratio` compare a group with everybody else at equal coverage: of each, the cheapest so many
    per cent of all refused, as many as have recourse in that of the two where fewer have.

    Interval: percentiles of 1,000 bootstrap replicates by person; coverage is determined anew in
    each. A group, or everybody else, with fewer than 10 refused people, or 10 with recourse, gives
    no row. No published threshold: limits of a ratio of 1.10 and 1.25 are project defaults.

    Source:
        Cost: Ustun, Spangher & Liu (2019), FAT*, arXiv 1809.06514. Gap between groups: Gupta et al.
        (2019), Equalizing recourse across groups; Sharma et al. (2020), CERTIFAI (burden).
    """
    cost = looked.found.cost
    if np.isfinite(cost).sum() < FEWEST_PEOPLE:
        reason = f"recourse was found for fewer than {FEWEST_PEOPLE} people in the sample"
        yield NotMeasured(MEASURE, reason, METRIC)
        return
    everybody = np.ones(len(cost), dtype=bool)
    yield from _levels(looked, everybody, "", "")
    few: dict[str, list[str]] = {}
    for by, group, members, rest in looked.groups():
        with_recourse = [int(np.isfinite(cost[one]).sum()) for one in (members, rest)]
        if min(with_recourse) < FEWEST_PEOPLE:
            few.setdefault(by, []).append(group)
            continue
        yield from _levels(looked, members, by, group)
        yield from _gaps(looked, members, rest, by, group)
    for by, names in few.items():
        reason = f"recourse was found for fewer than {FEWEST_PEOPLE} people: {', '.join(names)}"
        yield NotMeasured(MEASURE, reason, METRIC, by)
    yield from looked.few(MEASURE, METRIC)


def _levels(looked: Looked, members: Truths, by: str, group: str) -> Iterator[Measurement]:
    cost, draws = looked.found.cost[members], looked.draws[:, members]
    once = np.ones((1, len(cost)))
    least = _least(cost)
    mean, means = (mean_of_cheapest(cost, w, covered(cost, w)) for w in (once, draws))
    yield looked.bootstrapped(
        means,
        measure=MEASURE,
        metric=METRIC,
        by=by,
        group=group,
        value=float(mean[0]),
        n=int(np.isfinite(cost).sum()),
        unit="share of the population",
        method=METHOD,
        smallest=least,
    )
    half = float(median_cost(cost, once)[0])
    yield looked.bootstrapped(
        median_cost(cost, draws),
        measure=MEASURE,
        metric=f"{METRIC}_median",
        by=by,
        group=group,
        value=half if np.isfinite(half) else None,
        n=len(cost),
        unit="share of the population",
        method=METHOD,
        note="" if np.isfinite(half) else "Fewer than half of them have recourse that was found.",
        smallest=least,
    )


def _least(*several: Floats) -> float:
    """The smallest count, not 0, of people with or without recourse."""
    counts = [int(one.sum()) for cost in several for one in (np.isfinite(cost), np.isinf(cost))]
    return float(min(one for one in counts if one))


def _gaps(
    looked: Looked, members: Truths, rest: Truths, by: str, group: str
) -> Iterator[Measurement]:  # fmt: skip
    cost, draws = looked.found.cost, looked.draws
    ours, theirs = cost[members], cost[rest]
    once = np.ones((1, len(cost)))
    share = float(_shares(looked, members, rest, once)[0])
    here, there = _at_equal_coverage(looked, members, rest, once)
    many_here, many_there = _at_equal_coverage(looked, members, rest, draws)
    with np.errstate(divide="ignore", invalid="ignore"):
        gaps = {
            "difference": (here - there, many_here - many_there, "difference"),
            "ratio": (here / there, many_here / many_there, "ratio"),
        }
    for name, (value, replicates, unit) in gaps.items():
        yield looked.bootstrapped(
            replicates,
            measure=MEASURE,
            metric=f"{METRIC}.{name}",
            by=by,
            group=group,
            versus="rest",
            value=float(value[0]) if np.isfinite(value[0]) else None,
            n=len(ours) + len(theirs),
            unit=unit,
            method=METHOD,
            note=f"Compared at equal coverage: the cheapest {share:.1%} of the refused of each.",
            smallest=_least(ours, theirs),
        )


def _shares(looked: Looked, members: Truths, rest: Truths, weights: Floats) -> Floats:
    cost = looked.found.cost
    ours, theirs = (covered(cost[one], weights[:, one]) for one in (members, rest))
    return np.minimum(ours, theirs)


def _at_equal_coverage(
    looked: Looked, members: Truths, rest: Truths, weights: Floats
) -> tuple[Floats, Floats]:
    cost, share = looked.found.cost, _shares(looked, members, rest, weights)
    ours, theirs = (
        mean_of_cheapest(cost[one], weights[:, one], share) for one in (members, rest)
    )  # fmt: skip
    return ours, theirs
