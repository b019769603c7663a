"""How far a simple tree tells what the model does, for everybody and for each group.

Imports this family, `stats`, numpy; scikit-learn in functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.asking import decided, inputs_of, is_number
from isg_audit.measures.explain.by_group import About, hits_of, shares
from isg_audit.measures.explain.explaining import FEWEST_PEOPLE, Explaining
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.stats import bonferroni_confidence, newcombe, percentile_interval

if TYPE_CHECKING:
    import pandas as pd

MEASURE = "explain.surrogate"
METRIC = "surrogate_fidelity"
MOST_PEOPLE, DEPTH, FOLDS, REPLICATES = 2_000, 4, 5, 1_000

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Told:
    """Whom the tree told right.

    Attributes:
        rows: positions in the sample, shape (people,).
        right: whether it agrees with the model, shape (people,).
        commonest: the share of the more frequent decision.
    """

    rows: Integers
    right: NDArray[np.bool_]
    commonest: float


def surrogate(explaining: Explaining, told: Told | str) -> Iterator[Measurement | NotMeasured]:
    """How often a small decision tree decides as the model does, overall and in the worst group.

    A tree of depth 4 is trained on the model's own decisions and asked about people it was not
    trained on (five folds). `surrogate_fidelity` is the share whom it decides as the model does:
    how far a rule that a person can read tells the truth about the model. Where it is lower for a
    group, such a rule misleads that group more. `largest_shortfall` is how far the worst group
    lies below everybody, `mean_pairwise_gap` the mean distance between two groups of an attribute.
    A tree with one answer for all agrees with whatever decision is the more frequent; the note
    says how often.

    At most 2,000 people. Interval: Wilson; of the shortfall Newcombe's for all groups at once
    (Bonferroni); of the pairwise gap a parametric bootstrap, which is never 0: the note says what
    chance alone gives. No published threshold; project default: a shortfall above 0.05 warns.

    Raises:
        ModelFailed: the model failed, or returned what no model may return.

    Source:
        Balagopalan et al. (2022), FAccT, arXiv 2205.03295.
    """
    if isinstance(told, str):
        yield NotMeasured(MEASURE, told, METRIC)
        return
    about = About(
        MEASURE,
        METRIC,
        method=f"tree of depth {DEPTH}, {FOLDS} folds",
        note=f"One answer for all would agree with {told.commonest:.3f} of the decisions.",
    )
    yield from shares(explaining, about, told.rows, told.right)
    for by in explaining.groups:
        yield from _over_groups(explaining, told, by)


def told_by_tree(explaining: Explaining) -> Told | str:
    """Whether a small tree decides each person as the model does, or why that was not asked."""
    rows = explaining.drawn(len(explaining.sample), MOST_PEOPLE, 12)
    people = inputs_of(explaining, rows)
    decisions = decided(explaining, people, "training a simple tree on its decisions")
    fewest = int(min(decisions.sum(), (~decisions).sum()))
    if fewest < FEWEST_PEOPLE:
        return (
            f"the model decides alike for all but {fewest} of {len(rows)} people; a tree that says "
            "the same of everybody would agree"
        )
    draw = np.random.default_rng([explaining.seed, 12])
    fold = draw.permutation(np.arange(len(rows)) % FOLDS)
    answers = np.zeros(len(rows), dtype=bool)
    for one in range(FOLDS):
        there = fold == one
        answers[there] = _answers(people, decisions, there, explaining.seed)
    return Told(rows, answers == decisions, 1.0 - fewest / len(rows))


def _answers(
    people: pd.DataFrame, decisions: NDArray[np.bool_], asked: NDArray[np.bool_], seed: int
) -> NDArray[Any]:
    from sklearn.tree import DecisionTreeClassifier

    columns = np.column_stack(
        [_as_number(people[name], decisions, ~asked) for name in people.columns]
    )
    tree = DecisionTreeClassifier(max_depth=DEPTH, random_state=seed % 2**32)
    tree.fit(columns[~asked], decisions[~asked])
    return np.asarray(tree.predict(columns[asked]), dtype=bool)


def _as_number(column: pd.Series, decisions: NDArray[np.bool_], known: NDArray[np.bool_]) -> Floats:
    """A number as it is; of categories their share of favourable decisions among those known.

    A tree of two answers needs categories in that order only (Breiman et al. 1984).
    """
    if is_number(column):
        numbers: Floats = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.clip(numbers, -1e30, 1e30)
    text = column.astype(object).where(column.notna(), "").astype(str).to_numpy()
    values, codes = np.unique(text, return_inverse=True)
    times = np.bincount(codes[known], minlength=len(values))
    good = np.bincount(codes[known], decisions[known], minlength=len(values))
    with np.errstate(invalid="ignore"):
        rates: Floats = np.where(times > 0, good / times, np.nan)
    coded: Floats = rates[codes]
    return coded


def _over_groups(
    explaining: Explaining, told: Told, by: str
) -> Iterator[Measurement | NotMeasured]:
    groups = [members for _, members in explaining.members(by, told.rows)
              if members.sum() >= FEWEST_PEOPLE]  # fmt: skip
    if len(groups) < 2:
        reason = f"fewer than two groups with {FEWEST_PEOPLE} people"
        yield NotMeasured(MEASURE, reason, "largest_shortfall", by)
        yield NotMeasured(MEASURE, reason, "mean_pairwise_gap", by)
        return
    counts = [hits_of(explaining, told.rows[one], told.right[one]) for one in groups]
    hits, cases = (np.array(part) for part in zip(*counts, strict=True))
    yield _shortfall(explaining, by, hits, cases)
    yield _pairwise(explaining, by, hits, cases)


def _shortfall(explaining: Explaining, by: str, hits: Floats, cases: Floats) -> Measurement:
    """Everybody minus group is everybody else minus group, times their part of everybody."""
    rest_hits, rest = hits.sum() - hits, cases.sum() - cases
    part = rest / cases.sum()

    def limits(confidence: float) -> tuple[float, float]:
        each = bonferroni_confidence(confidence, len(cases))
        low, high = newcombe(rest_hits, rest, hits, cases, each)
        return float(np.max(part * low)), float(np.max(part * high))

    low, high = limits(explaining.confidence)
    return Measurement(
        measure=MEASURE,
        metric="largest_shortfall",
        by=by,
        value=float(np.max(part * (rest_hits / rest - hits / cases))),
        low=low,
        high=high,
        confidence=explaining.confidence,
        n=round(cases.sum()),
        unit="difference",
        method=f"tree of depth {DEPTH}, {FOLDS} folds; newcombe, bonferroni",
        note=f"Of {len(cases)} groups with people enough.",
        limits=limits,
    )


def _pairwise(explaining: Explaining, by: str, hits: Floats, cases: Floats) -> Measurement:
    draw = np.random.default_rng([explaining.seed, 13])
    rates = hits / cases
    whole = np.maximum(1, np.rint(cases)).astype(np.int64)
    replicates = mean_gap(draw.binomial(whole, rates, (REPLICATES, len(whole))) / whole)
    common = hits.sum() / cases.sum()
    by_chance = mean_gap(draw.binomial(whole, common, (REPLICATES, len(whole))) / whole).mean()

    def limits(confidence: float) -> tuple[float, float]:
        found = percentile_interval(replicates, confidence)
        return float(found.low), float(found.high)

    low, high = limits(explaining.confidence)
    spread = bool(np.isfinite(low))
    return Measurement(
        measure=MEASURE,
        metric="mean_pairwise_gap",
        by=by,
        value=float(mean_gap(rates[None, :])[0]),
        low=low if spread else None,
        high=high if spread else None,
        confidence=explaining.confidence,
        n=round(cases.sum()),
        unit="difference",
        method=f"tree of depth {DEPTH}, {FOLDS} folds; parametric bootstrap",
        note=f"Of {len(cases)} groups; chance alone gives about {by_chance:.3f}."
        + ("" if spread else " No interval: no spread."),
        limits=limits if spread else None,
    )


def mean_gap(rates: Floats) -> Floats:
    """Mean distance between two groups, of rates of shape (replicates, groups)."""
    pairs = list(combinations(range(rates.shape[1]), 2))
    one, other = np.array(pairs).T
    gap: Floats = np.abs(rates[:, one] - rates[:, other]).mean(axis=1)
    return gap
