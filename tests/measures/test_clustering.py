"""Repeated decisions about the same persons: intervals hold, and no number moves by splitting."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isg_audit.measures.estimates import Estimates, rest_of
from isg_audit.measures.fairness import calibration, rates, scores
from isg_audit.measures.pairs import difference
from isg_audit.spec import Spec
from isg_audit.tally.table import Table
from tests.audits import spec_of, tally_of

SPEC = spec_of(person="who", outcome="outcome", outcome_favourable=1, score="score")
METRICS = (
    rates.selection_rate, rates.true_positive_rate, rates.base_rate, rates.f1_score,
    rates.balanced_accuracy, scores.mean_score, scores.roc_auc, calibration.brier_score,
    calibration.calibration_in_the_large, calibration.expected_calibration_error,
)  # fmt: skip


def log_of(seed: int, persons: int, each: int, alike: float) -> pd.DataFrame:
    """Two groups, rates 0.4 and 0.5; `alike` is the correlation within a person."""
    rng, parts = np.random.default_rng(seed), []
    for group, rate in (("a", 0.4), ("b", 0.5)):
        weight = 1 / alike - 1
        own = rng.beta(rate * weight, (1 - rate) * weight, persons)
        who = np.repeat(np.arange(persons), rng.poisson(each - 1, persons) + 1)
        drawn = rng.random((2, len(who))) < own[who]
        noise = rng.normal(0, 0.1, len(who))
        parts.append(
            pd.DataFrame(
                {
                    "group": group,
                    "who": [f"{group}{seed}-{one}" for one in who],
                    "decision": drawn[0].astype(int),
                    "outcome": drawn[1].astype(int),
                    "score": np.clip(own[who] + noise, 0, 1).round(3),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def table_of(frame: pd.DataFrame, spec: Spec = SPEC) -> Table:
    return tally_of(frame, spec).table(["group"])


def held(estimates: Estimates, at: int, true: float) -> bool:
    low, high = estimates.limits(0.95)
    return bool(low[at] <= true <= high[at])


@pytest.mark.slow
def test_intervals_hold_under_clustering() -> None:
    found = []
    for seed in range(100):
        table = table_of(log_of(seed, persons=100, each=10, alike=0.2))
        rate = rates.selection_rate(table)
        gap = difference(rate, rates.selection_rate(rest_of(table)))(0.95)
        found.append(
            (
                held(rate, 0, 0.4),
                gap.low[0] <= -0.1 <= gap.high[0],
                held(scores.mean_score(table), 1, 0.5),
                held(calibration.calibration_in_the_large(table), 1, 0.0),
            )
        )
    # Of 100, 95 % less three standard errors; intervals that ignore persons hold 75 to 80 %.
    assert (np.mean(found, axis=0) > 0.88).all()


def test_one_decision_a_person_is_as_if_no_person_were_named() -> None:
    frame = log_of(1, persons=80, each=1, alike=0.2).drop_duplicates("who")
    without = tally_of(frame, spec_of(outcome="outcome", outcome_favourable=1, score="score"))
    table, plain = table_of(frame), without.table(["group"])
    for metric in METRICS:
        here, there = metric(table).limits(0.95), metric(plain).limits(0.95)
        assert np.allclose(here, there, rtol=1e-12, atol=0, equal_nan=True)


def test_the_worst_case_stands_where_nothing_can_be_estimated() -> None:
    frame = log_of(2, persons=6, each=10, alike=0.2)
    table = table_of(frame)
    rate = rates.selection_rate(table)
    assert rate.share is not None
    assert not rate.share.folds.any()
    assert rate.share.cases == pytest.approx(table.people / table.repeats)


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.sampled_from([5, 30, 60]), st.sampled_from([0.05, 0.3, 0.9]))
def test_effects_lie_between_none_and_the_worst(seed: int, persons: int, alike: float) -> None:
    table = table_of(log_of(seed, persons, each=5, alike=alike))
    for metric in METRICS:
        assert np.isfinite(metric(table).value).all()
    assert table.effects
    for key, effect in table.effects.items():
        assert (effect.cases >= 1).all(), key
        assert (effect.cases <= table.repeats).all(), key
        assert (effect.folds <= 16).all()


def test_decisions_that_agree_within_a_person_cost_nearly_all_their_cases() -> None:
    frame = log_of(3, persons=400, each=8, alike=0.999)
    loose = log_of(3, persons=400, each=8, alike=0.01)
    close, far = (rates.selection_rate(table_of(one)).share for one in (frame, loose))
    assert close is not None and far is not None
    assert close.cases[0] < 0.4 * len(frame) / 2 / 2
    assert far.cases[0] > 0.5 * len(loose) / 2


def test_another_group_changes_no_effect() -> None:
    frame = log_of(4, persons=60, each=6, alike=0.3)
    alone = table_of(pd.concat([frame, frame[frame.group == "b"].assign(group="c")]))
    together = table_of(frame)
    for metric in METRICS[:4]:
        here, there = metric(together).limits(0.95), metric(alone).limits(0.95)
        assert here.low[0] == there.low[0]
        assert here.high[0] == there.high[0]


def test_cases_whose_person_is_unknown_count_as_independent() -> None:
    frame = log_of(5, persons=60, each=6, alike=0.3)
    nameless = frame.assign(who=frame.who.where(frame.index % 2 == 0))
    named, half = (rates.selection_rate(table_of(one)).share for one in (frame, nameless))
    assert named is not None and half is not None
    assert (half.cases > named.cases).all()


def test_the_effect_is_that_of_leaving_out_rows_by_hand() -> None:
    frame = log_of(6, persons=90, each=6, alike=0.3)
    fold = frame.who.map(lambda who: int(hashlib.md5(who.encode()).hexdigest()[0], 16))  # noqa: S324
    table = table_of(frame)
    for metric, of in (
        (rates.selection_rate, lambda rows: rows.decision.mean()),
        (rates.true_positive_rate, lambda rows: rows.decision[rows.outcome == 1].mean()),
        (scores.mean_score, lambda rows: rows.score.mean()),
    ):
        metric(table)
        rows = frame[frame.group == "b"]
        cases = (rows.outcome == 1).sum() if metric is rates.true_positive_rate else len(rows)
        whole = of(rows)
        left = np.array([of(rows[fold[rows.index] != out]) for out in range(16)])
        spread = rows.score.var(ddof=0) if metric is scores.mean_score else whole * (1 - whole)
        by_hand = 15 / 16 * ((left - whole) ** 2).sum() / (spread / cases)
        key = list(table.effects)[-1]
        assert table.effects[key].cases[1] == pytest.approx(max(1.0, by_hand), abs=0.0101)
        assert table.effects[key].cases[1] >= by_hand - 1e-9
