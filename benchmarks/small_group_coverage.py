"""How often the intervals of small groups and of welfare hold what is true, by simulation.

Prints the tables of docs/small-groups.md. Run `python benchmarks/small_group_coverage.py`; it takes
some minutes. Each line has a seed of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial

import numpy as np

from isg_audit import stats

SIZES = {
    "5 groups of 5 to 200": [5, 10, 20, 50, 200],
    "20 groups of 5 to 300": [5] * 5 + [12] * 5 + [40] * 5 + [300] * 5,
    "100 groups of 5 to 300": [5] * 25 + [12] * 25 + [40] * 25 + [300] * 25,
}
SPREADS = {
    "hardly differ": (400.0, 600.0),
    "differ a little": (20.0, 30.0),
    "differ much": (4.0, 6.0),
    "rare and differ": (1.0, 9.0),
    "all or nothing": (0.5, 0.5),
}
DRAWS = 1_000


def _inside(low: object, high: object, true: object) -> float:
    return float(np.mean((np.asarray(low) <= true) & (np.asarray(true) <= np.asarray(high))))


def drawn_towards_all(runs: int) -> Iterator[tuple[str, str, float, float, float, float]]:
    """Three intervals of the same shares: as they are, empirical Bayes, and with its prior open."""
    for seed, (name, sizes) in enumerate(SIZES.items()):
        cases = np.array(sizes)
        for spread, shape in SPREADS.items():
            rng, held = np.random.default_rng([seed, len(spread)]), []
            for _ in range(runs):
                true = rng.beta(*shape, len(cases))
                hits = rng.binomial(cases, true)
                prior = stats.beta_binomial_fit(hits, cases)
                _, *naive = stats.shrunken_share(hits, cases, *prior)
                plain = np.ones((len(cases), 1))
                draws = stats.cell_posterior(hits, cases, plain, DRAWS, rng)
                _, *ours = stats.shrunken_shares(draws)
                raw = stats.wilson(hits, cases)
                width = np.mean(ours[1] - ours[0]) / np.mean(raw.high - raw.low)
                ends = (raw, naive, ours)
                held.append((*(_inside(*one, true) for one in ends), float(width)))
            yield (name, spread, *np.nanmean(held, axis=0).tolist())


def by_attributes(runs: int) -> Iterator[tuple[str, str, float, float]]:
    """Shares and what attributes do not explain, of 3 x 4 x 2 cells with additive effects."""
    codes = np.array([(a, b, c) for a in range(3) for b in range(4) for c in range(2)])
    design = stats.additive_design(codes)
    for seed, (name, worth) in enumerate(
        (("attributes explain all", 1e6), ("nearly all", 60.0), ("half", 8.0))
    ):
        rng, held = np.random.default_rng([7, seed]), []
        for _ in range(runs):
            effects = np.concatenate([[0.0], rng.normal(0, 0.7, design.shape[1] - 1)])
            mean = 1.0 / (1.0 + np.exp(-design @ effects))
            true = rng.beta(worth * mean, worth * (1.0 - mean))
            cases = rng.integers(5, 150, len(codes))
            hits = rng.binomial(cases, true)
            draws = stats.cell_posterior(hits, cases, design, DRAWS, rng)
            shares = stats.middle_of(draws.shares)
            apart = stats.middle_of(draws.shares - draws.expected)
            held.append((_inside(*shares, true), _inside(*apart, true - mean)))
        yield ("24 groups of 5 to 150", name, *np.mean(held, axis=0).tolist())


def one_unlike_all(runs: int) -> Iterator[tuple[str, float, float, float]]:
    """One small group far below nineteen that are alike: how often its interval holds its share."""
    for cases_of_one in (12, 40, 150):
        rng, held = np.random.default_rng([11, cases_of_one]), []
        cases = np.array([cases_of_one, *[200] * 19])
        true = np.array([0.2, *[0.6] * 19])
        for _ in range(runs):
            hits = rng.binomial(cases, true)
            draws = stats.cell_posterior(hits, cases, np.ones((20, 1)), DRAWS, rng)
            _, low, high = stats.shrunken_shares(draws)
            raw = stats.wilson(hits, cases)
            worst = stats.ranks_of(draws.shares).worst[0]
            held.append(
                (_inside(raw.low[0], raw.high[0], 0.2), _inside(low[0], high[0], 0.2), worst)
            )
        yield (f"{cases_of_one} people", *np.mean(held, axis=0).tolist())


def welfare(runs: int) -> Iterator[tuple[str, float, float, float, float]]:
    """Intervals of the worst-off rate, of the equivalent and of Atkinson's index."""
    tables = {
        "equal, 5 x 100": ([0.6] * 5, [100] * 5),
        "0.80, 0.72, 0.50 of 400, 200, 50": ([0.8, 0.72, 0.5], [400, 200, 50]),
        "one of 30 at 0.3, others 0.6": ([0.6] * 4 + [0.3], [500, 300, 100, 50, 30]),
        "10 x 40, 0.3 to 0.6": (np.linspace(0.3, 0.6, 10), [40] * 10),
        "rare: 0.10, 0.05, 0.02": ([0.1, 0.05, 0.02], [200, 100, 60]),
    }
    for seed, (name, (shares, sizes)) in enumerate(tables.items()):
        true, cases = np.array(shares), np.array(sizes)
        truth = [
            true.min(),
            *(of(true, cases, aversion)
              for of in (stats.equally_distributed_equivalent, stats.atkinson_index)
              for aversion in (1.0,)),
            float(stats.atkinson_index(true, cases, 2.0)),
        ]  # fmt: skip
        rng, held = np.random.default_rng([13, seed]), []
        for _ in range(runs):
            hits = rng.binomial(cases, true)
            found = (
                stats.least_interval(partial(stats.wilson, hits, cases)),
                stats.equivalent_interval(hits, cases, cases, 1.0, rng),
                stats.atkinson_interval(hits, cases, cases, 1.0, rng),
                stats.atkinson_interval(hits, cases, cases, 2.0, rng),
            )
            held.append([_inside(low - 1e-12, high + 1e-12, one)
                         for (low, high), one in zip(found, truth, strict=True)])  # fmt: skip
        yield (name, *np.mean(held, axis=0).tolist())


def _table(heads: tuple[str, ...], lines: Iterator[tuple[object, ...]]) -> None:
    print("| " + " | ".join(heads) + " |")
    print("| " + " | ".join("---" for _ in heads) + " |")
    for line in lines:
        told = (one if isinstance(one, str) else f"{100 * float(one):.1f}" for one in line)  # type: ignore[arg-type]
        print("| " + " | ".join(told) + " |", flush=True)
    print()


if __name__ == "__main__":
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    print(f"{runs} runs a line, percent\n")
    heads = ("as it is (Wilson)", "prior taken as known", "`.shrunken`", "its width, Wilson 100")
    _table(("groups", "their shares", *heads), drawn_towards_all(runs))
    _table(("groups", "attributes explain", "`.multilevel`", "`.interaction`"), by_attributes(runs))
    _table(("the one group", "as it is", "`.shrunken`", "is the worst"), one_unlike_all(runs))
    heads = ("`.least`", "`.equivalent`, 1", "`.atkinson`, 1", "`.atkinson`, 2")
    _table(("shares", *heads), welfare(runs))
