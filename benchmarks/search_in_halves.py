"""The other way to keep the level: discover on one half of the people, confirm on the other (Holm).

    python benchmarks/search_in_halves.py [--audits N]

On the logs of `planted_harm.py`. On one half, groups beyond 2.5 standard errors are chosen as an
audit chooses what to tell, ten at most; on the other half each is tested by itself, with Holm's
correction for as many as were chosen. Why the toolkit does otherwise: docs/decisions/0027.
"""

from __future__ import annotations

import argparse

import numpy as np
from planted_harm import LEAST, NAMES, SIZES, Case, log_of, shares_half, told

CASES = (
    Case(0.01, 20_000, 0.0),
    Case(0.01, 20_000, 0.1),
    Case(0.01, 20_000, 0.15),
    Case(0.01, 20_000, 0.2),
    Case(0.01, 100_000, 0.075),
)
CHOSEN_BEYOND = 2.5


def told_in_halves(columns: dict[str, np.ndarray], case: Case, seed: int) -> list[list[int]]:
    """The groups that the second half confirms."""
    from scipy.special import ndtr

    from isg_audit import stats

    place = np.ravel_multi_index([columns[name] for name in NAMES], SIZES)
    first = np.random.default_rng(seed).random(case.people) < 0.5
    every = np.arange(int(np.prod(SIZES)))
    codes = np.column_stack(np.unravel_index(every, SIZES)).astype(np.intp)
    halves = []
    for half in (first, ~first):
        cases = np.bincount(place[half], minlength=len(every)).astype(float)
        hits = np.bincount(place[half], columns["refused"][half], minlength=len(every))
        halves.append(stats.Cube(codes, SIZES, cases, hits))
    seen, held_out = halves
    groups = stats.conjunctions(seen, 4, max(15, LEAST[case.share] * case.people / 2))
    chosen = [groups.values[at] for at in stats.told(seen, groups, CHOSEN_BEYOND)]
    counts = []
    for asked in chosen:
        among = held_out.of_values(asked.tolist())
        counts.append((held_out.hits[among].sum(), held_out.cases[among].sum()))
    if not counts:
        return []
    hits, cases = np.array(counts).T
    score = stats.signed_root(hits, cases, held_out.hits.sum(), held_out.cases.sum())
    p = stats.holm(2 * ndtr(-np.abs(score)))
    return [asked.tolist() for asked, its, way in zip(chosen, p, score, strict=True)
            if its <= 0.05 and way > 0]  # fmt: skip


def main() -> None:
    """Both ways on the same logs, as a table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--audits", type=int, default=100)
    audits = asked.parse_args().audits
    print("| people | more often refused | everybody, max-T | two halves, Holm |")
    print("|---:|---:|---:|---:|")
    for case in CASES:
        found = np.zeros(2)
        for seed in range(audits):
            columns = log_of(case, seed)
            for way, search in enumerate((told, told_in_halves)):
                several = search(columns, case, seed)
                found[way] += shares_half(columns, case, several) if case.harm else bool(several)
        what = f"{100 * case.harm:g} points" if case.harm else "nothing planted: tells anything"
        shares = " | ".join(f"{100 * one / audits:.0f}%" for one in found)
        print(f"| {case.people:,} | {what} | {shares} |", flush=True)


if __name__ == "__main__":
    main()
