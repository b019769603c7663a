"""How far repeated decisions about the same persons widen an interval: the design effect.

Shared by the families; imports `tally`, `stats`. Cases of one person lie in one fold, so leaving a
fold out at a time shows how far a figure moves when whole persons change. The design effect is that
variance over the variance of as many independent cases: never below 1, never above the worst case
that all decisions about one person agree, which also stands where it cannot be estimated. It is
rounded up to two decimals, so that it can be published and gives nobody's counts away.

Source:
    Kish (1965), Survey Sampling, chapter 8; Kott (2001), Journal of Official Statistics 17:521-526.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isg_audit import stats
from isg_audit.tally.table import Effect, Floats, Folds, Table


class LeftOut(NamedTuple):
    """A figure by group, and without each fold of persons.

    Attributes:
        value: from all folds, shape (groups,).
        without: with each fold left out, shape (folds, groups).
        present: whether the figure has cases in the fold, alike.
        variance: of as many independent cases, shape (groups,).
    """

    value: Floats
    without: Floats
    present: NDArray[np.bool_]
    variance: Floats


def effect_on(table: Table, key: str, left_out: Callable[[Folds], LeftOut]) -> Effect:
    """The design effect of one metric, estimated once for a table.

    Args:
        table: the counts; without folds the worst case stands, unless `effects` knows better.
        key: of the metric in `Table.effects`.
        left_out: gives the figure without each fold.
    """
    if key in table.effects:
        return table.effects[key]
    worst = Effect(table.repeats, np.zeros(len(table.groups)))
    if table.folds is None or not (table.repeats > 1).any():
        return worst
    found = left_out(table.folds)
    jackknife = stats.delete_a_group(found.value, found.without, present=found.present)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = jackknife.standard_error**2 / found.variance + table.folds.nameless
    rounded = np.ceil(np.maximum(ratio, 1.0) * 100) / 100
    estimated = (
        np.isfinite(rounded) & (rounded < table.repeats) & (jackknife.folds >= stats.FEWEST_FOLDS)
    )
    effect = Effect(
        np.where(estimated, rounded, worst.cases), np.where(estimated, jackknife.folds, 0.0)
    )
    table.effects[key] = effect
    return effect


def effect_on_share(
    table: Table,
    hits: Sequence[tuple[int, int]],
    among: Sequence[tuple[int, int]],
    value: Floats,
    cases: Floats,
) -> Effect:
    """The design effect of a share.

    Args:
        table: the counts.
        hits: (outcome, decision) cells, a part of `among`.
        among: (outcome, decision) cells.
        value: the share, shape (groups,).
        cases: effective cases behind it, alike.
    """

    def left_out(folds: Folds) -> LeftOut:
        selected, inside = (_cells(folds.weight, cells) for cells in (hits, among))
        # Cases whose person is not known stay in, whichever fold is left out.
        total = _cells(table.weight, among)[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            without = (value[:, None] * total - selected) / (total - inside)
        return LeftOut(value, without.T, inside.T > 0, value * (1 - value) / cases)

    return effect_on(table, share_key(hits, among), left_out)


def share_key(hits: Sequence[tuple[int, int]], among: Sequence[tuple[int, int]]) -> str:
    """The key of a share: its cells, as outcome and decision."""
    return "/".join("+".join(f"{y}{d}" for y, d in sorted(cells)) for cells in (hits, among))


def student_shrink(folds: Floats, confidence: float) -> Floats:
    """What is left of the cases where their number was estimated from folds, 0 to 1.

    The normal over Student's quantile, squared: an interval of that many cases is as wide as one
    with Student's quantile would be. 1 where `folds` is 0.
    """
    from scipy.special import stdtrit

    freedom = np.where(folds > 1, folds - 1, np.inf)
    t = stdtrit(freedom, (1 + confidence) / 2)
    shrink: Floats = np.where(folds > 1, (stats.critical_value(confidence) / t) ** 2, 1.0)
    return shrink


def kish(table: Table) -> Floats:
    """Effective cases for each unit of weight, Σw/Σw², shape (groups,); 1 without weights."""
    weight, squares = table.weight.sum(axis=(1, 2)), table.squares.sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(squares > 0, weight / squares, 1.0)
    effective: Floats = np.where(np.isnan(weight), np.nan, factor)
    return effective


def independent(table: Table, effect: Effect) -> Callable[[float], Floats]:
    """From a confidence to independent cases for each unit of weight, shape (groups,)."""
    factor = kish(table) / effect.cases
    if not effect.folds.any():
        return lambda confidence: factor
    return lambda confidence: factor * student_shrink(effect.folds, confidence)


def others_in_folds(folds: Folds, weight: Floats) -> Folds:
    """For each group, the folds of everybody else.

    Args:
        folds: of the groups.
        weight: sums of weights of the groups, first axis the group.
    """

    def others(sums: Floats) -> Floats:
        rest: Floats = sums.sum(axis=0, keepdims=True) - sums
        return rest

    every = weight.sum(axis=tuple(range(1, weight.ndim)))
    with np.errstate(divide="ignore", invalid="ignore"):
        nameless = np.nan_to_num(others(folds.nameless * every) / others(every))
    return Folds(
        others(folds.weight),
        others(folds.scored),
        others(folds.score_sum),
        others(folds.score_squares),
        others(folds.amounts),
        others(folds.binned),
        nameless,
    )


def _cells(weight: Floats, cells: Sequence[tuple[int, int]]) -> Floats:
    outcomes, decisions = zip(*cells, strict=True)
    added: Floats = weight[..., list(outcomes), list(decisions)].sum(axis=-1)
    return added
