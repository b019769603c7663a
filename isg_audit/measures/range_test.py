"""The test that all groups have one share, for the row of their range.

Shared by the families; imports `measures.estimates`, `stats`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from isg_audit.measures.estimates import Share
from isg_audit.stats import generator_of, homogeneity, range_expected_without_gap

FEW_EXPECTED = 5.0
"""Expected cases of a group below which chi square is not trusted."""

REPLICATES, MOST_PERMUTED = 2_000, 100
"""Permutations, and groups above which none are made."""

STRICT = 0.95
"""Confidence at which the test allows for how uncertain the repeats of persons are."""


def range_p(share: Share | None, seed: int) -> tuple[float, str]:
    """Two-sided p of equal shares over groups, and how it was made; NaN where there is none.

    Pearson's chi square where five cases or more of each kind are expected in every group; else
    the share of permutations with a range at least as great. Weighted counts of so few have none.
    """
    if share is None:
        return float("nan"), ""
    hits, cases = (np.asarray(one, dtype=float) for one in share.at(STRICT))
    there = np.isfinite(hits) & (cases > 0)
    hits, cases = hits[there], cases[there]
    if len(cases) < 2:
        return float("nan"), ""
    pooled = hits.sum() / cases.sum()
    if min(pooled, 1.0 - pooled) * cases.min() >= FEW_EXPECTED:
        return float(homogeneity(hits, cases).p_value), "; p: chi square"
    whole = np.array_equal(np.rint(hits), hits) and np.array_equal(np.rint(cases), cases)
    if not whole or len(cases) > MOST_PERMUTED or not 0 < pooled < 1:
        return float("nan"), ""
    # In an order of their own, so that the names of groups change nothing.
    p = _permuted(tuple(sorted(zip(cases.tolist(), hits.tolist(), strict=True))), seed)
    return p, f"; p: {REPLICATES:,} permutations"


@lru_cache(maxsize=4096)
def _permuted(groups: tuple[tuple[float, float], ...], seed: int) -> float:
    """Kept, since what is published is measured again from the same counts."""
    rng = generator_of(seed, "range over groups")
    cases, hits = zip(*groups, strict=True)
    return float(range_expected_without_gap(hits, cases, REPLICATES, rng)[1])
