"""The most likely change: where it is, and that the search for it is allowed for."""

from itertools import permutations

import numpy as np
import pytest
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import change_of_means, change_of_shares, two_sample_z


def _random(seed=7):
    return np.random.default_rng(seed)


def test_a_planted_change_is_found_where_it_is():
    cases = np.full(12, 400)
    found = change_of_shares([*[200] * 7, *[120] * 5], cases, _random())
    assert found.at == 7
    assert found.change == approx(-0.2)
    assert found.p_value == approx(1 / 2000)
    # The same contrast by the plain two-sample test.
    z = two_sample_z(600, 2000, 1400, 2800).z
    assert found.statistic == approx(abs(float(z)))
    means = change_of_means([*[0.5] * 7, *[0.3] * 5], np.full(12, 0.025), _random())
    assert (means.at, means.change) == (7, approx(-0.2))


def test_p_agrees_with_all_permutations_of_few_cases():
    hits, cases = np.array([2, 1, 0, 0]), np.array([2, 2, 2, 2])
    rows = np.repeat(np.arange(4), 2)
    counted, as_great = 0, 0

    def greatest(some):
        # Two windows on either side leave one split.
        early = some[:2].sum()
        return abs(early / 4 - (3 - early) / 4)

    for one in permutations([1, 1, 1, 0, 0, 0, 0, 0]):
        dealt = np.bincount(rows, weights=one, minlength=4)
        counted += 1
        as_great += greatest(dealt) >= greatest(hits) - 1e-12
    found = change_of_shares(hits, cases, _random(), draws=4000)
    exact = as_great / counted
    assert found.p_value == approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 4000))


def test_searching_is_allowed_for():
    generator = _random(1)
    alarms, missed = [], []
    cases = np.array([30, 80, 50, 60, 90, 40, 70, 55, 45, 60])
    for _ in range(200):
        found = change_of_shares(generator.binomial(cases, 0.4), cases, generator, draws=199)
        alarms.append(found.p_value <= 0.05)
        errors = np.full(10, 0.1)
        means = change_of_means(generator.normal(0, errors), errors, generator, draws=199)
        missed.append(abs(means.change) > means.reach(0.95))
    assert np.mean(alarms) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)
    assert np.mean(missed) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)


def test_nothing_to_see():
    assert change_of_shares([1, 1, 1], [5, 5, 5], _random()) is None
    assert change_of_shares([0, 0, 0, 0], [5, 5, 5, 5], _random()) is None
    assert change_of_means([0.1, np.nan, np.nan, 0.2], np.full(4, 0.1), _random()) is None
    with pytest.raises(ImpossibleCount, match="whole"):
        change_of_shares([0.5, 1, 1, 1], [5, 5, 5, 5], _random())
    with pytest.raises(ImpossibleCount, match="dealt"):
        change_of_shares([1, 1, 1, 1], [1e9, 5, 5, 5], _random())


def test_empty_windows_do_not_hide_or_make_a_change():
    found = change_of_shares([9, 0, 9, 1, 0, 1], [10, 0, 10, 10, 0, 10], _random())
    assert found.at == 3


def test_a_change_begins_only_where_it_may():
    hits, cases = [9, 9, 9, 1, 1, 1], [10] * 6
    allowed = [False, False, False, False, True, False]
    assert change_of_shares(hits, cases, _random()).at == 3
    assert change_of_shares(hits, cases, _random(), 199, allowed).at == 4
    means = change_of_means([0.9, 0.9, 0.9, 0.1, 0.1, 0.1], [0.1] * 6, _random(), 199, allowed)
    assert means.at == 4
