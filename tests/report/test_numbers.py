from __future__ import annotations

import math
from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from isg_audit.report.numbers import COUNT, POINTS, RATE, RATIO, SIGNED, Numbers, form_of

ENGLISH = Numbers(Locale.parse("en"))
GERMAN = Numbers(Locale.parse("de"))


@pytest.mark.parametrize(
    ("value", "form", "said"),
    [
        (0.675127, RATE, "67.5%"),
        (0.7432, RATIO, "0.74"),
        (0.125, RATIO, "0.13"),  # half away from zero, not to the even neighbour
        (-0.125, RATIO, "−0.13"),
        (1989, COUNT, "1,989"),
        (-0.2333, POINTS, "−23.3\u00a0points"),
        (0.0241, POINTS, "+2.4\u00a0points"),
        (-0.0001, POINTS, "0.0\u00a0points"),  # no minus zero
        (0.3, SIGNED, "+0.30"),
        (None, RATE, "—"),
        (math.nan, RATE, "—"),
        (math.inf, RATIO, "∞"),
    ],
)
def test_one_rule_for_every_number(value: float | None, form: object, said: str) -> None:
    assert ENGLISH.said(value, form) == said  # type: ignore[arg-type]


def test_a_float_is_rounded_as_it_is_written() -> None:
    # 1.005 is stored as 1.00499...; people who read 1.005 in the results expect 1.01.
    assert ENGLISH.bare(1.005, RATIO) == "1.01"


@given(st.floats(-1e6, 1e6))
def test_rounding_moves_a_value_by_half_a_step_at_most(value: float) -> None:
    said = ENGLISH.bare(value, RATIO).replace(",", "").replace("−", "-")
    assert abs(Decimal(said) - Decimal(repr(value))) <= Decimal("0.005")


@given(st.floats(0.5, 1.2), st.sampled_from([0.8, 0.9, 1.0]))
def test_a_value_is_never_printed_as_the_limit_it_misses(value: float, limit: float) -> None:
    form = ENGLISH.apart(value, limit, RATIO)
    if abs(value - limit) > 1e-4:
        assert ENGLISH.bare(value, form) != ENGLISH.bare(limit, form)


def test_intervals_in_text_and_in_tables() -> None:
    assert ENGLISH.spread(0.601, 0.737, RATE) == "60.1% to 73.7%"
    assert ENGLISH.spread(0.66, math.inf, RATIO) == "0.66 or more"
    assert ENGLISH.bracket(0.601, 0.737, RATE) == "(60.1–73.7)"
    assert ENGLISH.bracket(-0.042, 0.011, POINTS) == "(−4.2 to +1.1)"
    assert ENGLISH.bracket(0.66, None, RATIO) == "(0.66–∞)"
    assert ENGLISH.bracket(None, None, RATIO) == ""


def test_other_places_write_numbers_their_way() -> None:
    assert GERMAN.said(0.675127, RATE) == "67,5%"
    assert GERMAN.count(1989) == "1.989"
    assert GERMAN.day("2026-03-09") == "9. März 2026"


def test_days_and_what_is_none() -> None:
    assert ENGLISH.day("2026-03-09T10:12:00+00:00") == "9 March 2026"
    assert ENGLISH.day("spring") == "spring"
    assert ENGLISH.day(None) == "—"


def test_limits_keep_the_decimals_they_were_declared_with() -> None:
    assert ENGLISH.limit(0.8, RATIO) == "0.80"
    assert ENGLISH.limit(0.025, RATIO) == "0.025"
    assert ENGLISH.percent(0.95) == "95%"
    assert ENGLISH.percent(0.999) == "99.9%"


@pytest.mark.parametrize(
    ("metric", "unit", "form"),
    [
        ("favourable_rate", "proportion", RATE),
        ("favourable_rate.ratio", "ratio", RATIO),
        ("favourable_rate.difference", "difference", POINTS),
        ("group_size", "count", COUNT),
        ("shap_gap", "log-odds", SIGNED),
    ],
)
def test_the_form_follows_the_comparison_then_the_unit(
    metric: str, unit: str, form: object
) -> None:
    assert form_of(metric, unit) == form
