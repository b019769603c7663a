"""Laws of the measures that hold for all inputs, and the silent cases."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isg_audit.measures import Findings, Measurement, NotMeasured, Plan, measure_counts
from isg_audit.stats import newcombe, score_ratio, wilson
from isg_audit.tally import Tally
from isg_audit.tally.codes import aggregate
from tests.audits import spec_of, tally_of

PLAN = Plan(("g", "h"), (("g", "h"),), {"g": "a"})


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    """Three groups by two, decisions, outcomes and scores at random, made without an engine."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    cells = draw(st.integers(8, 60))
    codes = np.column_stack(
        [
            rng.integers(-1, 3, cells),
            rng.integers(0, 2, cells),
            *rng.integers(0, 3, (2, cells)),
            *np.full((2, cells), -1),
        ]
    ).astype(np.int32)
    scores, n = rng.choice([0.1, 0.5, 0.9], cells), rng.integers(1, 40, cells).astype(float)
    sums = np.column_stack([n, n, n, n * scores, n * scores**2])
    positive = draw(st.booleans())
    return Tally(
        ("g", "h"),
        (("a", "b", "c"), ("x", "y")),
        *aggregate(codes, scores, sums),
        positive_is_favourable=positive,
    )


def by_key(found: Findings) -> dict[tuple[str, ...], Measurement]:
    return {row.key: row for row in found.measured}


@settings(max_examples=15)
@given(tallies())
def test_an_interval_holds_its_estimate(tally: Tally) -> None:
    for row in measure_counts(tally, PLAN).measured:
        if row.value is not None and row.low is not None and row.high is not None:
            assert row.low - 1e-9 <= row.value <= row.high + 1e-9, row
        if (
            row.affected is not None
            and row.affected_low is not None
            and row.affected_high is not None
        ):
            assert row.affected_low - 1e-9 <= row.affected <= row.affected_high + 1e-9, row


@settings(max_examples=15)
@given(tallies())
def test_no_number_is_nan_and_no_gap_in_the_table_is_without_a_reason(tally: Tally) -> None:
    found = measure_counts(tally, PLAN)
    assert len({row.key for row in found.measured}) == len(list(found.measured))
    for row in found.measured:
        for number in (row.value, row.low, row.high, row.affected, row.p_value, row.p_adjusted):
            assert number is None or not math.isnan(number), row
        assert row.value is not None or row.note, row
        assert row.low is not None or row.note, row


@settings(max_examples=15)
@given(tallies())
def test_duplicating_one_group_changes_no_other_groups_rate(tally: Tally) -> None:
    of_a = tally.codes[:, 0] == 0
    more = Tally(
        tally.attributes, tally.levels, tally.codes,
        tally.scores, tally.sums * np.where(of_a, 2.0, 1.0)[:, None],
        positive_is_favourable=tally.positive_is_favourable,
    )  # fmt: skip
    before, after = by_key(measure_counts(tally, PLAN)), by_key(measure_counts(more, PLAN))
    for key, row in before.items():
        if (
            row.by == "g"
            and row.group in ("b", "c")
            and not row.versus
            and row.metric != "group_size"
        ):
            assert after[key].value == pytest.approx(row.value, abs=1e-12), key
            assert after[key].low == pytest.approx(row.low, abs=1e-12), key


@settings(max_examples=15)
@given(tallies())
def test_relabelling_groups_permutes_the_rows(tally: Tally) -> None:
    renamed = {"a": "c", "b": "a", "c": "b"}
    codes = tally.codes.copy()
    codes[:, 0] = np.array([2, 0, 1, -1], dtype=np.int32)[codes[:, 0]]
    other = Tally(
        tally.attributes, tally.levels, *aggregate(codes, tally.scores, tally.sums),
        positive_is_favourable=tally.positive_is_favourable,
    )  # fmt: skip
    plan = Plan(("g",), (), {"g": "a"})
    before = by_key(measure_counts(tally, plan))
    after = by_key(measure_counts(other, Plan(("g",), (), {"g": "c"})))
    for (measure, metric, by, group, versus, *others), row in before.items():
        key = (measure, metric, by, renamed.get(group, group), renamed.get(versus, versus), *others)
        if versus == "best" and key not in after:
            continue  # two groups of one size tie for the best: either may be the yardstick
        assert after[key].value == pytest.approx(row.value, abs=1e-9), key
        assert after[key].high == pytest.approx(row.high, abs=1e-9), key


@settings(max_examples=15)
@given(tallies())
def test_limits_at_the_same_confidence_are_the_printed_ones(tally: Tally) -> None:
    for row in measure_counts(tally, PLAN).measured:
        if row.limits is not None and row.measure != "impact.worst_off":
            assert row.limits(row.confidence) == pytest.approx((row.low, row.high), abs=1e-12)


def counts(**groups: tuple[int, int]) -> Tally:
    """A log of decisions alone: group to (favourable, cases)."""
    rows = [
        {"g": group, "decision": decision, "n": n}
        for group, (hits, cases) in groups.items()
        for decision, n in ((1, hits), (0, cases - hits))
    ]
    return tally_of(pd.DataFrame(rows), spec_of(["g"], count="n"))


def rows_of(tally: Tally, **references: str) -> dict[tuple[str, str, str], Measurement]:
    found = measure_counts(tally, Plan(("g",), (), references))
    return {
        (row.metric, row.group, row.versus): row
        for row in found.measured
        if row.measure != "impact.worst_off"
    }


def test_each_comparison_has_its_own_interval() -> None:
    # T1 of the methods reference: A 170/400, B 66/200, C 10/50 selected.
    at = rows_of(counts(A=(170, 400), B=(66, 200), C=(10, 50)), g="B")
    rate = at["favourable_rate", "A", ""]
    assert (rate.low, rate.high) == pytest.approx([float(one) for one in wilson(170, 400)])
    assert (rate.low, rate.high) == pytest.approx((0.377494, 0.473932), abs=1e-6)
    gap = at["favourable_rate.difference", "C", "best"]
    assert gap.value == pytest.approx(-0.225)
    assert (gap.low, gap.high) == pytest.approx((-0.325307, -0.086243), abs=1e-6)
    assert gap.affected == pytest.approx(11.25)
    assert (gap.affected_low, gap.affected_high) == pytest.approx(
        (0.086243 * 50, 0.325307 * 50), abs=1e-4
    )
    rest = at["favourable_rate.difference", "C", "rest"]
    assert (rest.value, rest.low, rest.high) == pytest.approx(
        (-0.193333, -0.289453, -0.057456), abs=1e-6
    )
    ratio = at["favourable_rate.ratio", "C", "best"]
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx(
        (0.470588, 0.261693, 0.789194), abs=1e-6
    )
    named = at["favourable_rate.ratio", "A", "B"]
    assert (named.low, named.high) == pytest.approx(
        [float(one) for one in score_ratio(170, 400, 66, 200)]
    )
    spread = at["favourable_rate.range", "", ""]
    assert (spread.value, spread.low, spread.high) == pytest.approx(
        (0.225, 0.052295, 0.325307), abs=1e-6
    )


def test_a_better_off_group_has_no_people_affected() -> None:
    at = rows_of(counts(A=(170, 400), B=(66, 200)))
    assert at["favourable_rate.difference", "A", "rest"].affected is None
    assert at["favourable_rate.difference", "B", "rest"].affected == pytest.approx(19.0)


def test_a_tiny_group_is_no_yardstick() -> None:
    at = rows_of(counts(A=(500, 1000), B=(400, 1000), tiny=(3, 3)))
    best = at["favourable_rate.difference", "B", "best"]
    assert best.value == pytest.approx(-0.1)
    # The tiny group itself is still compared with it.
    assert at["favourable_rate.difference", "tiny", "best"].value == pytest.approx(0.5)


def test_nobody_is_not_a_zero() -> None:
    frame = pd.DataFrame({"g": ["a", "a", "b", "b"], "decision": [1, 0, 1, 0], "y": [1, 1, 1, 0]})
    at = rows_of(tally_of(frame, spec_of(["g"], outcome="y", outcome_favourable=1)))
    row = at["false_positive_rate", "a", ""]
    assert (row.value, row.low, row.high, row.n) == (None, None, None, 0)
    assert "nobody" in row.note


def test_what_is_not_recorded_is_not_measured_and_says_so() -> None:
    found = measure_counts(counts(A=(1, 2), B=(1, 2)), Plan(("g",)))
    reasons = {one.measure: one.reason for one in found.not_measured}
    assert "no outcome is recorded" in reasons["fairness.true_positive_rate"]
    assert "no score is recorded" in reasons["fairness.roc_auc"]
    assert "no group has 30 decided cases" in reasons["impact.worst_off"]
    assert not any(isinstance(one, NotMeasured) and not one.reason for one in found)


def test_weights_widen_the_interval_to_the_effective_cases() -> None:
    frame = pd.DataFrame(
        {
            "g": ["a"] * 8 + ["b"] * 2,
            "decision": [1, 0, 1, 0, 1, 0, 1, 0, 1, 0],
            "w": [1, 1, 2, 3, 1, 4, 2, 1, 1, 1],
        }
    )
    row = rows_of(tally_of(frame, spec_of(["g"], weight="w")))["favourable_rate", "a", ""]
    effective = 15**2 / 37
    assert row.value == pytest.approx(6 / 15)
    assert effective == pytest.approx(6.081081, abs=1e-6)
    assert (row.low, row.high) == pytest.approx(
        [float(one) for one in wilson(0.4 * effective, effective)]
    )
    assert row.n == 8
    assert "effective" in row.method


def test_repeated_persons_widen_the_interval() -> None:
    frame = pd.DataFrame({"g": ["a", "b"] * 100, "decision": [1, 0, 0, 1] * 50})
    once = rows_of(tally_of(frame.assign(who=range(200)), spec_of(["g"], person="who")))
    twice = rows_of(
        tally_of(frame.assign(who=[row // 4 for row in range(200)]), spec_of(["g"], person="who"))
    )
    key = ("favourable_rate", "a", "")
    assert once[key].people == 100
    assert twice[key].people == 50
    assert twice[key].low == pytest.approx(float(wilson(25, 50).low))
    assert once[key].low == pytest.approx(float(wilson(50, 100).low))


def test_the_worst_off_group_allows_for_having_been_picked() -> None:
    frame = pd.DataFrame(
        [
            {"g": g, "h": h, "decision": d, "n": n}
            for g, h, hits, cases in (
                ("a", "x", 60, 100),
                ("a", "y", 55, 100),
                ("b", "x", 30, 100),
                ("b", "y", 1, 2),
            )
            for d, n in ((1, hits), (0, cases - hits))
        ]
    )
    found = measure_counts(
        tally_of(frame, spec_of(["g", "h"], count="n")), Plan(("g", "h"), (("g", "h"),))
    )
    rate, gap = (row for row in found.measured if row.measure == "impact.worst_off")
    assert rate.group == "b × x"
    low, high = wilson(30, 100, 1 - 0.05 / 3)
    assert (rate.low, rate.high) == pytest.approx((float(low), float(high)))
    assert gap.value == pytest.approx(0.3 - 116 / 202)
    low, high = newcombe(30, 100, 116, 202, 1 - 0.05 / 3)
    assert (gap.low, gap.high) == pytest.approx((float(low), float(high)))
    assert gap.affected == pytest.approx(100 * (116 / 202 - 0.3))
