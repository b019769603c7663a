"""Cramér's V: other implementations, coverage, laws, silent cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import cramers_v


def test_the_chi_square_is_that_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    table = np.array([[30, 50, 20], [60, 20, 40]])
    found = stats.chi2_contingency(table, correction=False)
    ours = cramers_v(table)
    assert ours.p_value == approx(found.pvalue)
    # the limits are those noncentralities under which the chi square is at the tails
    for end, share in ((ours.strength.low, 0.975), (ours.strength.high, 0.025)):
        assert stats.ncx2.cdf(found.statistic, 2, end**2 * table.sum()) == approx(share, abs=1e-6)


def test_limits_hold_what_they_promise() -> None:
    rng = np.random.default_rng(11)
    shares = np.array([[0.16, 0.14, 0.1], [0.12, 0.18, 0.3]])
    expected = np.outer(shares.sum(1), shares.sum(0))
    true = np.sqrt(((shares - expected) ** 2 / expected).sum())
    drawn = rng.multinomial(400, shares.ravel(), 600).reshape(-1, 2, 3)
    held = [one.low <= true <= one.high for one in (cramers_v(table).strength for table in drawn)]
    assert 0.93 <= np.mean(held) <= 0.99


def test_nothing_is_told_by_chance_alone() -> None:
    rng = np.random.default_rng(5)
    drawn = rng.multinomial(300, np.full(8, 1 / 8), 400).reshape(-1, 2, 4)
    found = [cramers_v(table).strength for table in drawn]
    assert np.mean([one.low > 0 for one in found]) <= 0.05
    assert np.mean([one.value for one in found]) < 0.06


def test_strata_do_not_count_for_what_they_tell_themselves() -> None:
    apart = np.array([[[90, 10], [9, 1]], [[1, 9], [10, 90]]])
    assert cramers_v(apart.sum(axis=0)).strength.low > 0.5
    assert cramers_v(apart).strength.value == 0


@given(st.lists(st.integers(0, 40), min_size=6, max_size=6), st.permutations(range(3)))
def test_order_does_not_matter(cells, order) -> None:
    table = np.array(cells).reshape(2, 3)
    ours, turned = cramers_v(table), cramers_v(table[:, order].T)
    assert ours.strength == approx(turned.strength, nan_ok=True)
    assert np.isnan(ours.strength.value) or 0 <= ours.strength.low <= ours.strength.value
    assert np.isnan(ours.strength.value) or ours.strength.value <= ours.strength.high <= 1


def test_what_tells_everything_is_one() -> None:
    assert cramers_v([[50, 0], [0, 50]]).strength.value == approx(1, abs=0.01)


def test_one_column_tells_nothing_and_is_no_zero() -> None:
    found = cramers_v([[5, 0], [7, 0]])
    assert np.isnan(found.strength.value) and np.isnan(found.p_value)
    with pytest.raises(ImpossibleCount):
        cramers_v([[-1, 2], [3, 4]])
    with pytest.raises(ImpossibleCount):
        cramers_v([1, 2])
