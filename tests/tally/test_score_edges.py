"""Score bins: they follow the scores, do not depend on the order of rows, and bound their error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from isg_audit import stats
from isg_audit.errors import DataError, InputError, SpecError
from isg_audit.spec import AuditFile
from isg_audit.tally import Tally
from tests.audits import spec_of, tally_of

Floats = NDArray[np.float64]
ROWS = 30_000

SHAPES: dict[str, Callable[[np.random.Generator], Floats]] = {
    "even": lambda rng: rng.random(ROWS),
    "rare": lambda rng: rng.beta(0.5, 200, ROWS),
    "bell": lambda rng: rng.normal(size=ROWS),
    "far off": lambda rng: np.r_[rng.random(ROWS - 2), 1e9, -1e9],
    "skewed": lambda rng: np.exp(3 * rng.normal(size=ROWS)),
}


def log_of(scores: Floats) -> pd.DataFrame:
    good = scores.argsort().argsort() / ROWS + np.random.default_rng(5).normal(size=ROWS) > 0.5
    return pd.DataFrame(
        {
            "group": np.where(np.arange(ROWS) % 2, "a", "b"),
            "decision": good.astype(int),
            "outcome": good.astype(int),
            "score": scores,
        }
    )


def counted(frame: pd.DataFrame, **more: object) -> Tally:
    return tally_of(frame, spec_of(outcome="outcome", outcome_favourable=1, score="score", **more))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_area_without_bins_lies_within_its_bounds_and_near(shape: str) -> None:
    frame = log_of(SHAPES[shape](np.random.default_rng(2)))
    table = counted(frame).table(())
    found = stats.roc_auc(table.binned[:, 0], table.binned[:, 1])
    exact = roc_auc_score(frame["outcome"], frame["score"])
    assert found.low_bound[0] <= exact <= found.high_bound[0]
    assert found.high_bound[0] - found.low_bound[0] < 0.003
    assert found.value[0] == pytest.approx(exact, abs=2e-4)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_score_lies_in_its_bin(shape: str) -> None:
    frame = log_of(SHAPES[shape](np.random.default_rng(3)))
    tally = counted(frame)
    edges = np.array(tally.score_edges)
    assert (np.diff(edges) > 0).all()
    there, of = np.histogram(frame["score"], bins=edges), tally.table(()).binned.sum(axis=(0, 1))
    levels, ends = tally.table(()).score_levels, tally.table(()).score_ends
    assert there[0][np.isin(edges[:-1], levels)].tolist() == of.tolist()
    assert there[0].sum() == of.sum() == ROWS
    assert np.isin(ends, edges).all() and (ends > levels).all()


def test_bins_do_not_depend_on_the_order_of_rows() -> None:
    frame = log_of(SHAPES["skewed"](np.random.default_rng(4)))
    assert counted(frame) == counted(frame.sample(frac=1, random_state=1))


def test_no_bin_of_a_probability_lies_across_a_tenth() -> None:
    for shape in ("even", "rare"):
        edges = counted(log_of(SHAPES[shape](np.random.default_rng(5)))).score_edges
        tenths = [one / 10 for one in range(1, 10) if edges[0] < one / 10 < edges[-1]]
        assert set(tenths) <= set(edges)


def test_a_heap_of_equal_scores_does_not_blur_the_others() -> None:
    scores = np.r_[np.full(ROWS // 2, 0.5), np.random.default_rng(6).random(ROWS // 2)]
    binned = counted(log_of(scores)).table(()).binned.sum(axis=(0, 1))
    assert np.sort(binned)[-2] < 0.005 * ROWS


def test_edges_of_the_audit_file_are_taken_as_they_are() -> None:
    frame = log_of(SHAPES["even"](np.random.default_rng(7)))
    tally = counted(frame, score_bins=(0.0, 0.25, 0.5, 1.0))
    assert tally.score_edges == (0.0, 0.25, 0.5, 1.0)
    there = np.histogram(frame["score"], bins=[0.0, 0.25, 0.5, 1.0])[0]
    assert tally.table(()).binned.sum(axis=(0, 1)).tolist() == there.tolist()
    half = counted(frame[: ROWS // 2], score_bins=(0.0, 0.25, 0.5, 1.0))
    assert half + counted(frame[ROWS // 2 :], score_bins=(0.0, 0.25, 0.5, 1.0)) == tally
    with pytest.raises(InputError, match="score bins"):
        half + counted(frame[ROWS // 2 :])


def test_scores_outside_the_given_bins_are_a_fault() -> None:
    frame = log_of(SHAPES["bell"](np.random.default_rng(8)))
    with pytest.raises(DataError, match="decisions.score_bins: scores lie between .* outside 0 to"):
        counted(frame, score_bins=(0.0, 1.0))


@pytest.mark.parametrize("bins", [(0.5,), (0.5, 0.5), (1.0, 0.0)])
def test_edges_that_do_not_rise_are_a_fault(bins: tuple[float, ...]) -> None:
    with pytest.raises(SpecError, match="decisions.score_bins: the edges"):
        AuditFile.in_memory(spec_of(score="score", score_bins=bins))


def test_few_scores_stay_exact_however_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = log_of(np.round(SHAPES["even"](np.random.default_rng(9)), 3))
    assert not counted(frame).score_edges
    monkeypatch.setattr("isg_audit.tally.scores.MANY_ROWS", 1_000)
    monkeypatch.setattr("isg_audit.tally.scores.MOST_EXACT_OF_MANY", 1_001)
    assert not counted(frame).score_edges
    monkeypatch.setattr("isg_audit.tally.scores.MOST_EXACT_OF_MANY", 999)
    assert counted(frame).score_edges
