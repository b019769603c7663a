"""Adjusted p-values against the example of Benjamini & Hochberg (1995) and statsmodels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import benjamini_hochberg, benjamini_yekutieli, bonferroni_confidence, holm

# Benjamini & Hochberg (1995), section 3.2
PUBLISHED = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
]


def test_published_example():
    stepped, discovered = holm(PUBLISHED), benjamini_hochberg(PUBLISHED)
    assert ((stepped <= 0.05).sum(), (discovered <= 0.05).sum()) == (3, 4)
    assert (stepped[3], discovered[3]) == approx((0.1140, 0.035625), abs=1e-9)
    dependent = benjamini_yekutieli(PUBLISHED)
    assert (dependent <= 0.05).sum() == 3
    assert dependent[3] == approx(0.1182, abs=5e-5)


def test_known_pairs():
    adjusted = holm([0.002041, 0.026774, 0.086314])
    assert adjusted == approx([0.006123, 0.053547, 0.086314], abs=2e-6)


@settings(max_examples=30)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_agree_with_statsmodels(p):
    from statsmodels.stats.multitest import multipletests

    assert holm(p) == approx(multipletests(p, method="holm")[1])
    assert benjamini_hochberg(p) == approx(multipletests(p, method="fdr_bh")[1])
    assert benjamini_yekutieli(p) == approx(multipletests(p, method="fdr_by")[1])


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg, benjamini_yekutieli])
@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_never_below_the_raw_value_and_in_its_order(adjust, p):
    adjusted = adjust(p)
    assert (adjusted >= np.array(p) - 1e-12).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p)]) >= -1e-12).all()


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg, benjamini_yekutieli])
def test_a_test_not_made_does_not_count(adjust):
    with_gap = adjust([0.01, np.nan, 0.04])
    assert np.isnan(with_gap[1])
    assert with_gap[[0, 2]] == approx(adjust([0.01, 0.04]))
    assert len(adjust([])) == 0
    with pytest.raises(ImpossibleCount):
        adjust([0.2, 1.5])


def test_bonferroni_shares_the_error():
    assert bonferroni_confidence(0.95, 1) == approx(0.95)
    assert bonferroni_confidence(0.95, 3) == approx(1 - 0.05 / 3)
    with pytest.raises(ImpossibleCount):
        bonferroni_confidence(0.95, 0)
