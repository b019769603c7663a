"""Replicates of metrics from counts: right spread, no rows, nothing of one group from another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from isg_audit import stats
from isg_audit.errors import ImpossibleCount
from isg_audit.measures.bootstrap import replicate_values, replicated
from isg_audit.measures.fairness import rates
from isg_audit.tally.table import Table
from tests.audits import spec_of, tally_of

REPLICATES = 2_000


def log_of(groups: dict[str, tuple[int, float]], seed: int = 3) -> pd.DataFrame:
    rng, parts = np.random.default_rng(seed), []
    for group, (people, rate) in groups.items():
        decision = (rng.random(people) < rate).astype(int)
        outcome = np.where(rng.random(people) < 0.7, decision, 1 - decision)
        parts.append(pd.DataFrame({"group": group, "decision": decision, "outcome": outcome}))
    return pd.concat(parts, ignore_index=True)


def table_of(frame: pd.DataFrame) -> Table:
    return tally_of(frame, spec_of(outcome="outcome", outcome_favourable=1)).table(["group"])


def test_the_spread_is_that_of_drawing_rows_again() -> None:
    frame = log_of({"a": (300, 0.4), "b": (200, 0.6)})
    found = replicate_values(rates.f1_score, replicated(table_of(frame), REPLICATES, 1), REPLICATES)
    ours = frame[frame.group == "a"]
    rng = np.random.default_rng(2)
    by_rows = [
        f1_score(rows.outcome, rows.decision)
        for rows in (ours.iloc[rng.integers(0, len(ours), len(ours))] for _ in range(400))
    ]
    assert found[:, 0].std() == pytest.approx(np.std(by_rows), rel=0.12)
    assert found[:, 0].mean() == pytest.approx(np.mean(by_rows), abs=0.006)


def test_the_interval_of_a_gap_is_near_newcombe() -> None:
    table = table_of(log_of({"a": (800, 0.4), "b": (700, 0.6)}))
    drawn = replicated(table, REPLICATES, 1)
    values = replicate_values(rates.selection_rate, drawn, REPLICATES)
    low, high, _ = stats.percentile_interval(values[:, 0] - values[:, 1])
    hits, cases = table.cases[:, :, 0].sum(axis=1), table.people
    expected = stats.newcombe(hits[0], cases[0], hits[1], cases[1])
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=0.006)


def test_another_group_moves_nothing_and_equal_groups_do_not_move_together() -> None:
    one = log_of({"a": (120, 0.4)})
    twice = pd.concat([one, one.assign(group="b"), log_of({"c": (50, 0.5)})])
    alone = pd.concat([one, log_of({"z": (70, 0.2)})])
    here, there = (
        replicate_values(rates.selection_rate, replicated(table_of(frame), 200, 7), 200)
        for frame in (twice, alone)
    )
    assert here[:, 0].tolist() == there[:, 0].tolist()
    assert here[:, 0].tolist() != here[:, 1].tolist()


def test_nobody_in_a_replicate_has_no_value() -> None:
    table = table_of(log_of({"a": (4, 0.3), "b": (50, 0.5)}))
    values = replicate_values(rates.precision, replicated(table, 500, 1), 500)
    assert np.isnan(values[:, 0]).any()
    assert not np.isnan(values[:, 1]).any()


def test_cases_that_repeat_persons_are_refused() -> None:
    frame = log_of({"a": (40, 0.5), "b": (40, 0.5)}).assign(who=list(range(40)) * 2)
    frame.loc[:5, "who"] = 1
    table = tally_of(frame, spec_of(person="who")).table(["group"])
    with pytest.raises(ImpossibleCount, match="repeat persons"):
        replicated(table, 100, 1)
