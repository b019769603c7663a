"""Decisions that would turn a four-fifths finding: against counting one by one, and where none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isg_audit.judge import Tolerance
from isg_audit.judge.flips import flips
from isg_audit.judge.selection import Found
from tests.judge.audits import T1, findings, rows

FOUR_FIFTHS = Tolerance(at_least=0.8)


def ratios(found):
    return [row for row in found if row.metric == "favourable_rate.ratio"]


def counted(found, tolerance=FOUR_FIFTHS):
    turned = flips(ratios(found), tolerance, Found.of(findings(*found)))
    return {key[3]: number for key, number in turned.items()}


def one_by_one(here, there, limit):
    """How many more or fewer hits until the ratio stands on the other side."""
    hits, cases = here

    def inside(some):
        return some / cases / (there[0] / there[1]) >= limit - 1e-12

    for step in range(cases + 1):
        for some in (hits + step, hits - step):
            if 0 <= some <= cases and inside(some) != inside(hits):
                return some - hits
    return None


@pytest.mark.parametrize("versus", ["best", ""])
def test_the_fixture_of_the_methods_reference(versus):
    # A 170 of 400: four fifths of it are 34.0 % exactly, which is 68 of 200 and 17 of 50.
    assert counted(rows(T1, "A", versus=versus)) == {"B": 2, "C": 7}


@given(
    st.tuples(st.integers(0, 60), st.integers(1, 60)).filter(lambda one: one[0] <= one[1]),
    st.tuples(st.integers(1, 90), st.integers(1, 90)).filter(lambda one: one[0] <= one[1]),
    st.sampled_from([0.5, 0.8, 0.9]),
)
def test_it_is_what_counting_one_by_one_gives(here, there, limit):
    found = [row for row in rows({"A": there, "B": here}, "A") if row.value == row.value]
    expected = one_by_one(here, there, limit)
    assert counted(found, Tolerance(at_least=limit)).get("B") == expected


def test_everybody_else_is_all_other_groups_together():
    found = rows(T1, "A", versus="rest")
    (row,) = [one for one in ratios(found) if one.group == "C"]
    # The others: 236 of 600; four fifths of it is 31.5 %, 16 of 50.
    turned = flips([row], FOUR_FIFTHS, Found.of(findings(*found)))
    assert list(turned.values()) == [6]


def test_at_most_turns_the_other_way():
    found = rows(T1, "A")
    assert counted(found, Tolerance(at_most=0.8)) == {"B": 3, "C": 8}
    assert counted(found, Tolerance(at_most=0.4)) == {"B": -32, "C": -2}


def test_weighted_decisions_and_unknown_rates_have_no_count():
    found = rows(T1, "A")
    weighted = [replace(row, method="wilson, effective cases") for row in found]
    scaled = [
        replace(row, value=row.value * 0.99) if row.metric == "favourable_rate" else row
        for row in found
    ]
    missing = [row for row in found if (row.metric, row.group) != ("favourable_rate", "A")]
    for several in (weighted, scaled, missing):
        assert counted(several) == {}


def test_nothing_is_counted_without_a_limit_or_with_two():
    found = rows(T1, "A")
    assert counted(found, None) == {}
    assert counted(found, Tolerance(within=(0.8, 1.25))) == {}
    assert flips([], FOUR_FIFTHS, Found.of(findings())) == {}
