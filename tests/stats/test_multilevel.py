"""The multilevel model of cells: published cells, other packages, laws, nobody."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import (
    additive_design,
    beta_binomial_fit,
    cell_posterior,
    middle_of,
    multilevel_fit,
    ranks_of,
    shrunken_share,
    shrunken_shares,
)

# Dawson (1995): the passengers and crew of the Titanic; class, child, woman, died, survived.
TITANIC = np.array(
    [
        (0, 1, 0, 0, 5), (0, 1, 1, 0, 1), (0, 0, 0, 118, 57), (0, 0, 1, 4, 140),
        (1, 1, 0, 0, 11), (1, 1, 1, 0, 13), (1, 0, 0, 154, 14), (1, 0, 1, 13, 80),
        (2, 1, 0, 35, 13), (2, 1, 1, 17, 14), (2, 0, 0, 387, 75), (2, 0, 1, 89, 76),
        (3, 0, 0, 670, 192), (3, 0, 1, 3, 20),
    ]
)  # fmt: skip
SAVED = TITANIC[:, 4]
ABOARD = TITANIC[:, 3] + SAVED
CODED = np.column_stack(
    [np.ones(14), *(TITANIC[:, 0] == one for one in (1, 2, 3)), TITANIC[:, 1], TITANIC[:, 2]]
)
WOMEN_1ST, GIRLS_3RD, GIRL_1ST = 3, 9, 1


def rng(seed=0):
    return np.random.default_rng(seed)


def test_titanic_by_maximum_likelihood():
    fit = multilevel_fit(SAVED, ABOARD, CODED, spread=np.inf)
    found = [-0.2138, -0.7947, -2.8673, -0.7701, 2.2683, 2.4258]
    assert fit.coefficients == approx(found, abs=5e-5)
    assert (fit.worth, fit.overdispersion) == approx((8.172, 0.1090), abs=5e-4)
    few = fit.shares[[WOMEN_1ST, GIRLS_3RD, GIRL_1ST]]
    assert few == approx([0.968, 0.531, 0.990], abs=5e-4)


def test_where_cells_differ_by_attributes_alone_it_is_logistic_regression():
    import statsmodels.api as sm

    cases = np.full(14, 40_000)
    hits = np.rint(cases / (1 + np.exp(-CODED @ [-0.4, -1, -1.8, -0.9, 1, 2.4])))
    theirs = sm.GLM(np.column_stack([hits, cases - hits]), CODED, sm.families.Binomial()).fit()
    fit = multilevel_fit(hits, cases, CODED, spread=np.inf)
    assert fit.coefficients == approx(theirs.params, abs=1e-5)
    assert fit.worth > 9e5


def test_a_constant_alone_is_the_plain_model():
    hits, cases = [170, 66, 12, 30, 9, 3, 0, 2], [400, 200, 40, 110, 25, 12, 5, 4]
    fit = multilevel_fit(hits, cases, np.ones((8, 1)), spread=np.inf)
    prior = beta_binomial_fit(hits, cases)
    assert fit.worth == approx(prior.alpha + prior.beta, rel=1e-5)
    assert fit.shares == approx(shrunken_share(hits, cases, *prior).value, abs=1e-6)


def test_the_design_has_a_column_for_every_value():
    design = additive_design([[0, 1], [2, 0]])
    assert design.tolist() == [[1, 1, 0, 0, 0, 1], [1, 0, 0, 1, 1, 0]]


def test_draws_lie_around_the_fit_and_say_how_little_is_known():
    posterior = cell_posterior(SAVED, ABOARD, additive_design(TITANIC[:, :3]), 4000, rng())
    value, low, high = shrunken_shares(posterior)
    fit = multilevel_fit(SAVED, ABOARD, additive_design(TITANIC[:, :3]))
    assert value == approx(fit.shares, abs=0.06)
    assert np.all((low < value) & (value < high))
    known = shrunken_share(SAVED[GIRLS_3RD], 31, *(8.172 * np.array([0.8, 0.2])))
    assert high[GIRLS_3RD] - low[GIRLS_3RD] > known.high - known.low
    interval = middle_of(posterior.overdispersion)
    assert interval.low < 0.109 < interval.high
    # Girls of the third class were saved less often than their sex, age and class alone would give,
    # as far as 31 girls can show it.
    apart = posterior.shares - posterior.expected
    assert np.median(apart[:, GIRLS_3RD]) < -0.1
    assert middle_of(apart).high[GIRLS_3RD] > 0


def test_the_men_of_the_second_class_were_surely_the_worst_off():
    ranks = ranks_of(cell_posterior(SAVED, ABOARD, np.ones((14, 1)), 4000, rng()).shares)
    assert ranks.worst.argmax() == 6
    assert ranks.worst[6] > 0.95
    assert ranks.low[6] == ranks.middle[6] == ranks.high[6] == 1
    assert ranks.worst.sum() == approx(1)


def test_equal_groups_share_the_last_place():
    ranks = ranks_of(cell_posterior([8] * 10, [20] * 10, np.ones((10, 1)), 4000, rng()).shares)
    assert np.all(np.abs(ranks.worst - 0.1) < 0.03)
    assert np.all(ranks.low <= 2)
    assert np.all(ranks.high >= 9)


def test_a_cell_of_nobody_is_predicted_and_changes_nothing():
    design = np.vstack([CODED, [1, 0, 0, 1, 1, 0]])
    fit = multilevel_fit([*SAVED, 0], [*ABOARD, 0], design, spread=np.inf)
    alone = multilevel_fit(SAVED, ABOARD, CODED, spread=np.inf)
    assert fit.worth == approx(alone.worth, rel=1e-4)
    assert fit.shares[-1] == fit.expected[-1]
    posterior = cell_posterior([*SAVED, 0], [*ABOARD, 0], design, 2000, rng())
    wide = np.subtract(*middle_of(posterior.shares)[::-1])
    assert wide[-1] > 0.3


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=12))
def test_draws_are_shares_whatever_the_counts(cells):
    hits, misses = np.array(cells).T
    if not (hits + misses).sum():
        return
    posterior = cell_posterior(hits, hits + misses, np.ones((len(hits), 1)), 200, rng())
    assert np.all((posterior.shares >= 0) & (posterior.shares <= 1))
    assert np.all((posterior.mean > 0) & (posterior.mean < 1))
    assert np.all((posterior.overdispersion > 0) & (posterior.overdispersion < 1))


def test_nothing_to_fit_and_nothing_that_fits():
    with pytest.raises(ImpossibleCount, match="nobody|anybody"):
        cell_posterior([0, 0], [0, 0], np.ones((2, 1)), 10, rng())
    with pytest.raises(ImpossibleCount, match="design"):
        multilevel_fit([1, 2], [3, 4], np.ones((3, 1)))
    with pytest.raises(ImpossibleCount, match="draws"):
        cell_posterior([1], [3], np.ones((1, 1)), 0, rng())


def test_intervals_of_many_small_cells_cover():
    """A short run of benchmarks/small_group_coverage.py, whose numbers stand in docs/."""
    drawn, held = rng(5), []
    for _ in range(40):
        true = drawn.beta(20, 30, 40)
        cases = np.repeat([5, 12, 40, 300], 10)
        hits = drawn.binomial(cases, true)
        _, low, high = shrunken_shares(cell_posterior(hits, cases, np.ones((40, 1)), 1000, drawn))
        held.append(np.mean((low <= true) & (true <= high)))
    assert np.mean(held) > 0.93
