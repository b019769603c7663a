"""Race hidden, true gap known: how often bounds hold, and how far others are off.

    python benchmarks/hidden_race.py [--logs N] [--people N]

Two groups. First a part of the people is of unknown group; then nobody's group is recorded and only
chances by signal are known. The true gap is that of the population the logs are drawn from.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np

from isg_audit.measures.coverage import unknown_bounds, unknown_imputed
from isg_audit.measures.impact.unobserved import unobserved
from isg_audit.measures.measurement import Measurement
from isg_audit.measures.plan import Plan
from isg_audit.stats import Counts, frechet_extremes, newcombe, others_of
from isg_audit.tally import Tally
from isg_audit.tally.signals import Signals

Rng = np.random.Generator
Found = dict[str, tuple[float, float, float]]
"""Method to its gap, lower and upper limit."""

PLUG_IN = "most likely group imputed"

PARTLY: dict[str, tuple[float, float, float]] = {
    "hidden at random": (0.3, 0.3, 0.0),
    "refused are hidden more often": (0.1, 0.5, 0.0),
    "refused of one area are hidden": (0.05, 0.2, 0.5),
    "refused of one group are hidden": (0.1, 0.1, -0.5),
}
"""Who is of unknown group: the chance of the favoured, of the refused, and how much more that is
for refused people of one area; below 0, of one group instead."""

WHOLLY: dict[str, tuple[float, float, float, int]] = {
    "decisions depend on the place alone": (0.0, 0.9, 40, 1),
    "worse within each place": (-0.10, 0.9, 40, 1),
    "better within each place": (0.10, 0.9, 40, 1),
    "places say little": (-0.15, 0.2, 40, 1),
    "2,000 names, a few people each": (-0.10, 0.9, 2_000, 1),
    "every place at the corner of its bound": (0.0, 0.0, 40, 0),
}
"""Gap within strata, how far chances differ between strata, strata, whether rates differ too."""


def counted(group: Any, area: Any, yes: Any) -> Tally:
    """The tally of people with a group (-1 unknown), an area and a decision."""
    keys = np.column_stack([group, area, np.full(len(yes), 2), 1 - yes]).astype(np.int32)
    cells, place = np.unique(keys, axis=0, return_inverse=True)
    cases = np.bincount(place.reshape(-1)).astype(float)
    none = np.full((len(cells), 2), -1, dtype=np.int32)
    sums = np.column_stack([cases, cases, cases, np.zeros((len(cells), 2))])
    return Tally(
        attributes=("group", "area"), levels=(("a", "b"), ("0", "1")),
        codes=np.hstack([cells, none]).astype(np.int32), scores=np.full(len(cells), np.nan),
        sums=sums,
    )  # fmt: skip


def partly(
    rng: Rng, people: int, favoured: float, refused: float, more: float
) -> tuple[float, Found]:
    """One log in which some are of unknown group: the true gap of `b`, and what is found."""
    group = (rng.random(people) < 0.35).astype(int)
    area = (rng.random(people) < np.where(group, 0.7, 0.3)).astype(int)
    yes = (rng.random(people) < 0.65 - 0.12 * group - 0.10 * area).astype(int)
    truth = -0.12 - 0.10 * (0.7 - 0.3)
    hidden = np.where(yes, favoured, refused + abs(more) * (area if more > 0 else group))
    seen = np.where(rng.random(people) < hidden, -1, group)
    tally, plan = counted(seen, area, yes), Plan(("group", "area"))
    rows = {
        (one.metric, one.by, one.group, one.versus): one
        for one in (*unknown_bounds(tally, plan, "b"), *unknown_imputed(tally, plan, "i"))
        if isinstance(one, Measurement)
    }
    key = ("group", "b", "rest")
    bounds = rows["favourable_rate_bounds.difference", *key]
    imputed = rows["favourable_rate_imputed.difference", *key]
    guess = seen.copy()
    for where in range(2):
        for decision in range(2):
            cell = (area == where) & (yes == decision)
            known = seen[cell & (seen >= 0)]
            guess[cell & (seen < 0)] = int(known.mean() > 0.5) if len(known) else 0
    return truth, {
        "bounds": _of(bounds),
        "imputed many times": _of(imputed),
        "unknown left out": _plain(seen, yes),
        PLUG_IN: _plain(guess, yes),
    }


def wholly(
    rng: Rng, people: int, gap: float, spread: float, strata: int, differs: int
) -> tuple[float, Found]:
    """One log without groups, and chances by stratum: the true gap, and what is found."""
    design = np.random.default_rng(strata + int(100 * gap) + 7)  # one population for all logs
    lean = design.normal(size=strata)
    chance = 1 / (1 + np.exp(-(2.2 * spread * lean - 0.8)))
    share = design.dirichlet(np.full(strata, 5.0))
    base = np.clip(0.62 - 0.12 * lean * differs, 0.15, 0.85) if differs else chance
    ours, theirs = np.clip(base + gap, 0.02, 0.98), base
    of, others = share * chance, share * (1 - chance)
    truth = float(of @ ours / of.sum() - others @ theirs / others.sum())
    cells = rng.multinomial(
        people, np.concatenate([of * ours, of * (1 - ours), others * theirs, others * (1 - theirs)])
    ).reshape(2, 2, strata)
    yes, no = cells[:, 0].sum(axis=0), cells[:, 1].sum(axis=0)
    sums = np.zeros((3, strata, 3, 3))
    sums[:, :, 2, 0], sums[:, :, 2, 1] = yes, no
    there = (yes + no) > 0
    chances = np.column_stack([chance, 1 - chance])[there]
    signals = Signals(
        "race", ("b", "a"), chances, chances**2, np.full(int(there.sum()), np.inf),
        sums[:, there], np.zeros((3, 3, 3)),
    )  # fmt: skip
    every = counted(np.array([0, 1]), np.array([0, 0]), np.array([0, 1]))
    rows = {
        (one.metric, one.group, one.versus): one
        for one in unobserved((signals,), every, Plan(()), "u")
        if isinstance(one, Measurement)
    }
    guess = chance > 0.5
    some, every_one = yes.astype(float), (yes + no).astype(float)
    plain = (np.nan, np.nan, np.nan)
    if guess.any() and not guess.all():
        one = some[guess].sum(), every_one[guess].sum()
        two = some[~guess].sum(), every_one[~guess].sum()
        low, high = newcombe(*one, *two)
        plain = (one[0] / one[1] - two[0] / two[1], float(low), float(high))
    bounds = _of(rows["favourable_rate_unobserved.difference", "b", "rest"])
    here = Counts(
        of * ours + others * theirs, of * (1 - ours) + others * (1 - theirs), np.zeros(strata)
    )
    sharp = frechet_extremes(chance, here)
    rest = others_of(sharp, here.hits.sum(), 1.0)
    ends = sharp.least.share - rest.most.share, sharp.most.share - rest.least.share
    whole = bounds[1] <= ends[0] and ends[1] <= bounds[2]
    return truth, {
        "bounds": bounds,
        "bounds, and the whole sharp range": bounds if whole else (bounds[0], np.inf, np.inf),
        "weighted": _of(rows["favourable_rate_weighted.difference", "b", "rest"]),
        "regression": _of(rows.get(("favourable_rate_regression.difference", "b", "rest"))),
        PLUG_IN: plain,
    }


def _of(row: Measurement | None) -> tuple[float, float, float]:
    if row is None or row.value is None or row.low is None or row.high is None:
        return np.nan, np.nan, np.nan
    return row.value, row.low, row.high


def _plain(group: Any, yes: Any) -> tuple[float, float, float]:
    """The gap among people of known group, by Newcombe's interval."""
    one, two = yes[group == 1], yes[group == 0]
    low, high = newcombe(one.sum(), len(one), two.sum(), len(two))
    return float(one.mean() - two.mean()), float(low), float(high)


def study(made: Callable[[Rng], tuple[float, Found]], logs: int, seed: int) -> dict[str, Any]:
    """How often each method's interval holds the truth, its mean error and mean width, in points.

    Args:
        made: makes one log and says what is found in it.
        logs: how many.
        seed: of the draws.
    """
    rng = np.random.default_rng(seed)
    every: dict[str, list[tuple[bool, float, float]]] = {}
    for _ in range(logs):
        truth, found = made(rng)
        for method, (value, low, high) in found.items():
            if not np.isnan(value):
                width = high - low if np.isfinite(low) else np.nan
                told = (low <= truth <= high, 100 * (value - truth), 100 * width)
                every.setdefault(method, []).append(told)
    return {
        method: tuple(float(one) for one in np.nanmean(several, axis=0))
        for method, several in every.items()
    }


def main() -> None:
    """Run every scenario and print two tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--logs", type=int, default=400)
    asked.add_argument("--people", type=int, default=4_000)
    given = asked.parse_args()
    head = "| scenario | method | holds the true gap | mean error, points | mean width, points |"
    for scenarios, of in ((PARTLY, partly), (WHOLLY, wholly)):
        print(f"\n{head}\n| --- | --- | --- | --- | --- |")
        for name, scenario in scenarios.items():
            found = study(
                lambda rng, of=of, more=scenario: of(rng, given.people, *more),  # type: ignore[misc]
                given.logs,
                20221129,
            )
            for method, (held, error, width) in found.items():
                off = "—" if method.startswith("bounds") else f"{error:+.1f}"
                print(f"| {name} | {method} | {100 * held:.1f}% | {off} | {width:.1f} |")


if __name__ == "__main__":
    main()
