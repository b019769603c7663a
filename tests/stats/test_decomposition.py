"""Gaps taken apart by strata: Berkeley's published figures, a bootstrap, laws, silent cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import conditional_disparity, kitagawa, standardise
from tests.stats.test_strata import MEN, MEN_ALL, WOMEN, WOMEN_ALL, strata

WOMEN_FIRST = (WOMEN, WOMEN_ALL, MEN, MEN_ALL)


def test_berkeley_is_composition_against_rates() -> None:
    found = kitagawa(*WOMEN_FIRST)
    assert found.gap == approx(-0.141645, abs=1e-6)
    assert found.composition.value == approx(-0.177674, abs=1e-6)
    assert found.rates.value == approx(0.036028, abs=1e-6)
    assert found.alone == 0


def test_berkeley_standardised_as_freedman_has_it() -> None:
    found = standardise(*WOMEN_FIRST)
    assert found.share.value == approx(0.429955, abs=1e-6)
    assert found.other.value == approx(0.387319, abs=1e-6)
    assert found.difference.value == approx(0.042637, abs=1e-6)
    # .018305 with n below the line; unbiased, with n - 1 (HC2), a little more
    error = (found.difference.high - found.difference.low) / 2 / 1.959964
    assert error == approx(0.018494, abs=1e-6)
    women, men = WOMEN / WOMEN_ALL, MEN / MEN_ALL
    part = (WOMEN_ALL + MEN_ALL) / 4526
    plain = part**2 * (women * (1 - women) / WOMEN_ALL + men * (1 - men) / MEN_ALL)
    assert np.sqrt(plain.sum()) == approx(0.018305, abs=1e-6)


def test_berkeley_disparity_among_the_rejected() -> None:
    assert conditional_disparity([557], [1835], [1198], [2691]).value == approx(0.143826, abs=1e-6)
    assert conditional_disparity(*WOMEN_FIRST).value == approx(-0.019283, abs=1e-6)


def test_the_delta_method_is_the_bootstrap() -> None:
    rng = np.random.default_rng(3)
    parts = []
    for hits, cases in ((WOMEN, WOMEN_ALL), (MEN, MEN_ALL)):
        cells = np.concatenate([hits, cases - hits])
        parts.append(rng.multinomial(cells.sum(), cells / cells.sum(), 4000))
    women, men = parts
    drawn = kitagawa(women[:, :6], women[:, :6] + women[:, 6:], men[:, :6], men[:, :6] + men[:, 6:])
    found = kitagawa(*WOMEN_FIRST)
    for ours, theirs in ((found.composition, drawn.composition), (found.rates, drawn.rates)):
        assert (ours.high - ours.low) / 2 / 1.959964 == approx(theirs.value.std(), rel=0.05)


@given(strata())
def test_parts_add_up_and_turn_round_with_the_groups(tables) -> None:
    x, n, y, m = tables
    found, turned = kitagawa(x, n, y, m), kitagawa(y, m, x, n)
    assert found.composition.value + found.rates.value + found.alone == approx(found.gap)
    for ours, theirs in ((found.composition, turned.composition), (found.rates, turned.rates)):
        assert ours.value == approx(-theirs.value)
        assert ours.low == approx(-theirs.high, nan_ok=True)
    assert standardise(x, n, y, m).difference.value == approx(
        -standardise(y, m, x, n).difference.value
    )


@given(strata(), st.integers(2, 50))
def test_equal_composition_explains_nothing(tables, times: int) -> None:
    x, n, _, _ = tables
    other = np.minimum(n * times, x * times + 1)
    found = kitagawa(x, n, other, n * times)
    assert found.composition.value == approx(0, abs=1e-12)
    assert found.rates.value == approx(found.gap)


def test_strata_with_one_group_only_are_a_part_of_their_own() -> None:
    found = kitagawa([5, 8], [10, 10], [6, 0], [20, 0])
    assert found.composition.value == approx(0)
    assert found.rates.value == approx(0.2)
    assert found.alone == approx(13 / 20 - 6 / 20 - 0.2)
    shares = standardise([5, 8], [10, 10], [6, 0], [20, 0])
    assert (shares.share.value, shares.other.value) == approx((0.5, 0.3))


def test_nobody_to_compare_with_is_not_a_zero() -> None:
    found = kitagawa([5, 0], [10, 0], [0, 6], [0, 20])
    assert np.isnan(found.composition.value) and np.isnan(found.rates.value)
    assert found.gap == approx(0.2)
    assert np.isnan(standardise([0], [0], [3], [4]).difference.value)
    assert np.isnan(conditional_disparity([5], [5], [7], [7]).value)


def test_a_single_case_is_not_certain() -> None:
    found = standardise([1], [1], [5], [10]).difference
    assert found.high - found.low > 0.9


def test_a_standard_of_ones_own() -> None:
    found = standardise(*WOMEN_FIRST, standard=MEN_ALL)
    assert found.other.value == approx(1198 / 2691)
    with pytest.raises(ImpossibleCount):
        standardise(*WOMEN_FIRST, standard=-MEN_ALL)
