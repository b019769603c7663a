"""The p of a range over groups: scipy's chi square, an exact test, and none for weighted few."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import chi2_contingency, fisher_exact

from isg_audit.measures.estimates import Share
from isg_audit.measures.range_test import range_p


def share(hits: list[float], cases: list[float]) -> Share:
    return Share(np.array(hits), np.array(cases), np.zeros(len(hits)))


def test_many_cases_give_pearsons_p() -> None:
    hits, cases = [60.0, 45.0, 80.0], [100.0, 100.0, 150.0]
    misses = [n - x for x, n in zip(hits, cases, strict=True)]
    p, how = range_p(share(hits, cases), 1)
    assert p == pytest.approx(chi2_contingency([hits, misses], correction=False).pvalue)
    assert how == "; p: chi square"


def test_few_cases_are_permuted_near_the_exact_p_and_names_do_not_matter() -> None:
    p, how = range_p(share([1.0, 6.0], [9.0, 9.0]), 1)
    exact = fisher_exact([[1, 8], [6, 3]]).pvalue  # equal groups: the tables as far apart
    assert p == pytest.approx(exact, abs=4 * math.sqrt(exact / 2000))
    assert how == "; p: 2,000 permutations"
    assert range_p(share([6.0, 1.0], [9.0, 9.0]), 1) == (p, how)


@pytest.mark.parametrize(
    ("hits", "cases"), [([1.5, 2.0], [4.0, 4.0]), ([1.0], [4.0]), ([0.0, 0.0], [4.0, 4.0])]
)
def test_what_cannot_be_tested_has_none(hits: list[float], cases: list[float]) -> None:
    assert math.isnan(range_p(share(hits, cases), 1)[0])
