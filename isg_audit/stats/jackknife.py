"""Standard errors where cases go together: the delete-a-group jackknife.

Cases of one person lie in one fold; leaving a fold out at a time shows how far the figure moves
when whole persons change, so that repeated decisions do not pass for many people.
Imports numpy and this room only; scipy.special inside the functions that need it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import (
    Bounds,
    FloatArray,
    checked_amounts,
    checked_counts,
    checked_level,
    critical_value,
    plain,
)

# A standard error from fewer folds is itself too uncertain for an interval.
FEWEST_FOLDS = 10

Scale = Literal["identity", "logit", "log"]


class GroupJackknife(NamedTuple):
    """A value with its limits, its standard error, and how many folds bore on it."""

    value: FloatArray
    low: FloatArray
    high: FloatArray
    standard_error: FloatArray
    folds: FloatArray


def delete_a_group(
    full: ArrayLike,
    left_out: ArrayLike,
    confidence: float = 0.95,
    scale: Scale = "identity",
    present: ArrayLike | None = None,
) -> GroupJackknife:
    """Standard error and t interval of a figure, from its values with one fold left out.

    Args:
        full: the figure from all cases, any shape (...).
        left_out: the figure without each fold, shape (folds, ...). Cases that go together (one
            person's) must lie in one fold, and which fold must not depend on what happened.
        confidence: a share between 0 and 1.
        scale: where the interval is symmetric: "logit" for shares and areas, "log" for ratios
            and other amounts above 0, "identity" for differences and means. The standard error
            is carried over by its derivative, so that a fold without hits needs no rule.
        present: whether the figure has cases in each fold, shape (folds, ...). Without it a fold
            counts as empty where leaving it out changes nothing at all.

    Returns:
        `standard_error` in the unit of the figure, from 2 folds that are not empty; limits with as
        many degrees of freedom as folds less 1, from 10 folds; `folds`: those not empty. NaN
        where the figure is NaN, where it is NaN or infinite without one of the folds (then that
        fold alone carries it), where it lies on the edge of its scale, and where nothing moves
        it: without spread between folds nothing is known of the spread between people.

    Raises:
        ImpossibleCount: shapes that do not fit; an unknown scale; confidence outside 0..1.

    Folds are taken to be of about the same size. A figure that jumps (a maximum, a median) has no
    such standard error.

    Source:
        Kott (2001), Journal of Official Statistics 17:521-526; Wolter (2007), Introduction to
        Variance Estimation, 2nd ed., chapter 4.
    """
    value, without = plain(full), np.asarray(left_out, dtype=np.float64)
    if without.shape[:1] == () or without.shape[1:] != np.shape(value):
        raise ImpossibleCount(
            f"left_out has shape {without.shape}; it must be (folds, ...) over {np.shape(value)}."
        )
    moved = without - value
    there = moved != 0 if present is None else np.asarray(present, dtype=bool)
    folds = np.broadcast_to(there, without.shape).sum(axis=0).astype(np.float64)
    enough = np.where(folds >= 2, folds, np.nan)
    squares = np.where(there, moved, 0.0) ** 2
    error = np.sqrt((enough - 1.0) / enough * squares.sum(axis=0))
    error = np.where(np.isfinite(error) & (error > 0), error, np.nan)
    low, high = jackknife_limits(value, error, folds, confidence, scale)
    return GroupJackknife(value, low, high, plain(error), plain(folds))


def jackknife_limits(
    value: ArrayLike,
    standard_error: ArrayLike,
    folds: ArrayLike,
    confidence: float = 0.95,
    scale: Scale = "identity",
) -> Bounds:
    """The t interval of a figure whose standard error came from folds left out.

    Args:
        value: the figure, any shape; the three broadcast.
        standard_error: as `delete_a_group` gives it.
        folds: from how many folds it came.
        confidence: a share between 0 and 1.
        scale: as for `delete_a_group`.

    Returns:
        The limits `delete_a_group` gives; NaN below 10 folds and without a standard error.

    Raises:
        ImpossibleCount: an unknown scale; confidence outside 0..1.
    """
    from scipy.special import stdtrit

    groups = plain(folds)
    freedom = np.where(groups >= FEWEST_FOLDS, groups - 1.0, np.nan)
    reach = stdtrit(freedom, (1.0 + checked_level(confidence)) / 2.0) * plain(standard_error)
    low, high = _limits(plain(value), reach, scale)
    return Bounds(plain(low), plain(high))


def clustered_cases(
    share: ArrayLike,
    standard_error: ArrayLike,
    folds: ArrayLike,
    cases: ArrayLike,
    confidence: float = 0.95,
) -> FloatArray:
    """Independent cases that would give a share this precision: what Wilson then needs.

    Args:
        share: the share, any shape; all four broadcast.
        standard_error: `GroupJackknife.standard_error` of it.
        folds: `GroupJackknife.folds`.
        cases: cases behind the share, never exceeded: clustering that seems to help is chance.
        confidence: of the interval in which they will be used: that the standard error is itself
            an estimate costs cases, the more the higher the confidence.

    Returns:
        share (1 - share) / standard_error^2, times (normal over t quantile)^2. NaN for a share of
        0 or 1, without a standard error and below 10 folds: then only the design is known, and
        cases over the greatest number of cases of one person is the cautious answer.

    Raises:
        ImpossibleCount: a share outside 0..1; a negative amount; confidence outside 0..1.

    Hand `share` times the result as hits, and the result as cases, to `wilson`, `newcombe` or
    `score_ratio`: shares then keep a score interval under clustering.

    Source:
        Korn & Graubard (1998), Survey Methodology 24:193-201.
    """
    from scipy.special import stdtrit

    some, _ = checked_counts(share, 1.0)
    error, groups, most = checked_amounts(standard_error, folds, cases)
    freedom = np.where(groups >= FEWEST_FOLDS, groups - 1.0, np.nan)
    t = stdtrit(freedom, (1.0 + checked_level(confidence)) / 2.0)
    inside = np.where((some > 0) & (some < 1), some * (1.0 - some), np.nan)
    shrink = (critical_value(confidence) / t) ** 2
    found = inside / np.where(error > 0, error, np.nan) ** 2
    return plain(np.minimum(found, most) * shrink)


def _limits(value: FloatArray, reach: FloatArray, scale: str) -> tuple[FloatArray, FloatArray]:
    if scale == "identity":
        return value - reach, value + reach
    if scale == "log":
        above = np.where(value > 0, value, np.nan)
        factor = np.exp(reach / above)
        return above / factor, above * factor
    if scale == "logit":
        from scipy.special import expit, logit

        inside = np.where((value > 0) & (value < 1), value, np.nan)
        stretched = reach / (inside * (1.0 - inside))
        return expit(logit(inside) - stretched), expit(logit(inside) + stretched)
    raise ImpossibleCount(f"scale is {scale!r}; it is one of identity, logit, log.")
