"""Groups that nobody recorded: the printed numbers, linear programming, coverage."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import (
    Counts,
    bisg,
    drawn_limits,
    frechet_extremes,
    merged_strata,
    others_of,
    proxy_gap,
    weighted_share,
)

SHARE = np.array([0.5, 0.3, 0.2])
CHANCE = np.array([0.1, 0.4, 0.8])
RATE = np.array([0.6, 0.5, 0.3])
HITS, MISSES = SHARE * RATE, SHARE * (1 - RATE)
COUNTS = Counts(HITS, MISSES, np.zeros(3))


def test_surname_place_and_first_name():
    by_place = bisg([[0.2, 0.7, 0.1]], [[0.0010, 0.0004, 0.0002]])
    assert by_place[0] == approx([0.40, 0.56, 0.04])
    by_name = bisg([[0.2, 0.7, 0.1]], [[0.0010, 0.0004, 0.0002]], [[0.002, 0.001, 0.003]])
    assert by_name[0] == approx([0.540541, 0.378378, 0.081081], abs=1e-6)
    assert np.isnan(bisg([[1.0, 0.0]], [[0.0, 0.5]])).all()


def test_the_printed_bounds():
    group = frechet_extremes(CHANCE, COUNTS)
    rest = others_of(group, HITS.sum(), 1.0)
    assert (group.least.share, group.most.share) == approx((0.060606, 0.696970), abs=1e-6)
    assert (rest.least.share, rest.most.share) == approx((0.417910, 0.731343), abs=1e-6)
    gap = group.least.share - rest.most.share, group.most.share - rest.least.share
    assert gap == approx((-0.670737, 0.279059), abs=1e-6)


def test_the_printed_estimates():
    sums = (1.0, SHARE @ CHANCE, SHARE @ CHANCE**2, HITS.sum(), HITS @ CHANCE)
    found = proxy_gap(*sums)
    assert found == approx((-0.137042, -0.420250), abs=1e-6)
    shares = weighted_share(np.column_stack([CHANCE, 1 - CHANCE]), HITS, SHARE)
    assert shares[0] - shares[1] == approx(found.weighted)


whole = st.integers(0, 9)


@given(st.lists(st.tuples(whole, whole, whole, st.integers(0, 10)), min_size=1, max_size=3))
def test_linear_programming_finds_the_same_gap(strata):
    """Over all joint tables of a binary group: the ratio of shares is quasi-linear, so corners."""
    optimize = pytest.importorskip("scipy.optimize")
    hits, misses, others, tenths = (np.array(one, dtype=float) for one in zip(*strata, strict=True))
    assume(hits.sum() + misses.sum() > 0)
    chance = tenths / 10
    every = hits + misses + others
    group = frechet_extremes(chance, Counts(hits, misses, others))
    size = len(hits)
    for sign, share in ((1.0, group.least.share), (-1.0, group.most.share)):
        if np.isnan(share):
            continue
        # Charnes and Cooper: hits / (hits + misses) with the cases scaled to 1
        cost = np.r_[sign * np.ones(size), np.zeros(2 * size), 0.0]
        fixed = np.zeros((size + 1, 3 * size + 1))
        fixed[0, : 2 * size] = 1.0
        for at in range(size):
            fixed[at + 1, [at, at + size, at + 2 * size]] = 1.0
            fixed[at + 1, -1] = -chance[at] * every[at]
        above = np.c_[np.eye(3 * size), -np.r_[hits, misses, others]]
        due = np.r_[1.0, np.zeros(size)]
        found = optimize.linprog(
            cost, A_ub=above, b_ub=np.zeros(3 * size), A_eq=fixed, b_eq=due, bounds=(0, None)
        )
        if found.status == 0:
            assert sign * found.fun == approx(float(share), abs=1e-6)


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 10)), min_size=1, max_size=30))
def test_no_merged_stratum_is_small(strata):
    cases = np.array([n for n, _ in strata], dtype=float)
    chances = np.array([[a / 10] for _, a in strata])
    place = merged_strata(chances, cases, 20)
    assert (place >= 0).all()
    together = np.bincount(place, cases)
    together = together[together > 0]
    assert (together >= min(20, cases.sum())).all() or len(together) == 1


def test_one_person_a_stratum_would_have_shrunk_to_a_point():
    rng = np.random.default_rng(3)
    hits = rng.integers(0, 2, 400).astype(float)
    chance = np.full(400, 0.5)
    alone = frechet_extremes(chance, Counts(hits, 1 - hits, np.zeros(400)))
    assert alone.most.share - alone.least.share < 1e-9
    place = merged_strata(chance[:, None], np.ones(400), 50)
    some, every = np.bincount(place, hits), np.bincount(place).astype(float)
    merged = frechet_extremes(
        np.full(len(some), 0.5), Counts(some, every - some, np.zeros(len(some)))
    )
    assert merged.most.share > 0.9 and merged.least.share < 0.1


def test_people_without_signals_may_be_anybody():
    inside = frechet_extremes(CHANCE, COUNTS)
    wider = frechet_extremes(CHANCE, COUNTS, 0.1, 0.2)
    assert wider.least.share < inside.least.share and wider.most.share > inside.most.share


def test_the_limits_cover_the_bounds_end():
    """600 logs of 20 strata at the corner of min(a, y), where the bound is found too far inside."""
    rng = np.random.default_rng(5)
    chance = np.full(20, 0.4)
    covered = []
    for _ in range(600):
        hits = rng.binomial(60, 0.4, 20).astype(float)
        drawn = rng.poisson(hits, (200, 20)), rng.poisson(60 - hits, (200, 20))
        found = frechet_extremes(chance, Counts(hits, 60 - hits, np.zeros(20)), unit=1.0)
        again = frechet_extremes(chance, Counts(*map(np.asarray, drawn), np.zeros(20)))
        limits = drawn_limits(
            found.least.share, found.most.share, again.least.share, again.most.share
        )
        covered.append(limits.high >= 1.0)
    assert np.mean(covered) >= 0.95


def test_what_cannot_be_is_refused():
    with pytest.raises(ImpossibleCount):
        frechet_extremes([1.2], Counts(*map(np.array, ([1.0], [1.0], [0.0]))))
    with pytest.raises(ImpossibleCount):
        bisg([[0.5, 0.5]], [[1.0]])
    with pytest.raises(ImpossibleCount):
        drawn_limits(0, 1, [0], [1])
