"""Metrics of one's own in the report: in their own unit, marked, and told apart from counts."""

from __future__ import annotations

import pytest

from isg_audit.report.comparisons import Comparisons, basis
from isg_audit.report.lookup import Lookup, lookup_of
from isg_audit.report.numbers import form_of
from tests.report.specimen import results


@pytest.fixture(scope="module")
def look() -> Lookup:
    return lookup_of(results())


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ("own_cost", "Own metric cost"),
        ("own_cost.difference", "Own metric cost: difference"),
        ("own_cost.range", "Own metric cost: largest gap"),
        ("own_cost.ratio", "Own metric cost: ratio"),
        ("favourable_rate.difference", "Approved: difference, points"),
    ],
)
def test_it_is_called_by_its_name_and_has_no_points(look: Lookup, metric: str, said: str) -> None:
    assert look.vocabulary.comparison(metric) == said


def test_its_numbers_are_no_percent(look: Lookup) -> None:
    assert look.numbers.said(1.2345, form_of("own_cost")) == "1.235"
    assert look.numbers.said(0.1, form_of("own_cost.difference")) == "+0.100"
    assert look.numbers.said(0.8, form_of("own_cost.ratio")) == "0.80"


def test_a_figure_says_that_it_comes_from_rows(look: Lookup) -> None:
    for name, own in (("fairness.own_cost", True), ("fairness.model_own_cost", True),
                      ("fairness.favourable_rate", False)):  # fmt: skip
        said = basis([Comparisons(name, "own_cost", (), False)], look)
        assert ("Computed from rows" in said) is own
