"""A gap between two groups taken apart by factors that are numbers: Oaxaca and Blinder.

From sums of products alone, and in a second pass from sums of squared influences; no row is seen.
The first column of every design is 1. Imports numpy and this room only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import FloatArray

RANK = 1e-9
"""A direction in which the factors vary by less than this part of their variance is none."""


class Moments(NamedTuple):
    """Weighted sums over the cases of one group.

    Attributes:
        products: of every column with every other, shape (columns, columns); the first column is
            1, so its first row holds the sums of columns and its first value that of weights.
        hits: of every column over the cases with a hit, shape (columns,).
    """

    products: FloatArray
    hits: FloatArray

    @property
    def weight(self) -> float:
        """The sum of weights."""
        return float(self.products[0, 0])

    @property
    def means(self) -> FloatArray:
        """Of the columns, shape (columns,)."""
        means: FloatArray = self.products[0] / self.products[0, 0]
        return means

    @property
    def share(self) -> float:
        """Of cases with a hit."""
        return float(self.hits[0] / self.products[0, 0])


class Reference(NamedTuple):
    """What a factor is worth, from all groups together, each with a constant of its own.

    Attributes:
        coefficients: shape (columns,).
        shifts: each group's own constant beside the first one's, shape (groups,).
        slopes: how much each coefficient moves with a case of each group, times the case's columns
            and what the reference misses it by, shape (groups, columns, columns).
        told_apart: whether no factor is a mixture of others; if False, only the sum of what they
            explain is known.
    """

    coefficients: FloatArray
    shifts: FloatArray
    slopes: FloatArray
    told_apart: bool


class Misses(NamedTuple):
    """Sums over the cases of one group, with squared weights, of what the reference misses.

    `miss` is what it misses a case by: `hit - shift - coefficients · columns`.

    Attributes:
        products: of every column with every other, shape (columns, columns).
        missed: the same times `miss`.
        squared: the same times `miss` squared.
        hits: of every column over the cases with a hit, shape (columns,).
        missed_hits: the same times `miss`.
    """

    products: FloatArray
    missed: FloatArray
    squared: FloatArray
    hits: FloatArray
    missed_hits: FloatArray


class Side(NamedTuple):
    """One side of a comparison: its moments, and which of the groups make it."""

    moments: Moments
    groups: tuple[int, ...]


class Variances(NamedTuple):
    """Of what a block of columns explains, of the gap, and how the two go together."""

    explained: float
    gap: float
    together: float


def reference_of(groups: Sequence[Moments]) -> Reference:
    """The coefficients of all groups together.

    Args:
        groups: sums over each group of people, none in two of them.

    Raises:
        ImpossibleCount: no group with cases.

    Source:
        Jann (2008), Stata Journal 8:453-479: pooled, with a constant of its own for each group.
    """
    if not groups or not any(one.weight > 0 for one in groups):
        raise ImpossibleCount("A reference needs cases.")
    columns, others = len(groups[0].hits), len(groups) - 1
    products = np.zeros((columns + others, columns + others))
    products[:columns, :columns] = sum(one.products for one in groups)
    hits = np.concatenate([sum(one.hits for one in groups), np.zeros(others)])
    for at, one in enumerate(groups[1:], columns):
        products[at, :columns] = products[:columns, at] = one.products[0]
        products[at, at], hits[at] = one.weight, one.hits[0]
    inverse, full = _inverse(products)
    found = inverse @ hits
    slopes = np.repeat(inverse[None, :columns, :columns], len(groups), axis=0)
    slopes[1:, :, 0] += inverse[:columns, columns:].T
    return Reference(found[:columns], np.append(0.0, found[columns:]), slopes, full)


def own_coefficients(group: Moments) -> FloatArray:
    """What a factor is worth in one group alone."""
    inverse, _ = _inverse(group.products)
    found: FloatArray = inverse @ group.hits
    return found


def explained(ours: Moments, theirs: Moments, coefficients: ArrayLike) -> FloatArray:
    """What differences in the columns explain of the gap between two groups, by column.

    Args:
        ours: sums over the group.
        theirs: sums over the comparator, who must be other people.
        coefficients: what each column is worth, shape (columns,).

    Returns:
        Shape (columns,); the gap less their sum is unexplained. "Explained" means only that the
        groups differ in the factor and the factor goes with the hits. The constant explains none.

    Raises:
        ImpossibleCount: a group of nobody.

    Source:
        Oaxaca (1973), International Economic Review 14:693-709; Blinder (1973), Journal of Human
        Resources 8:436-455.
    """
    if not (ours.weight > 0 and theirs.weight > 0):
        raise ImpossibleCount("Both groups need cases.")
    parts: FloatArray = (ours.means - theirs.means) * np.asarray(coefficients, dtype=np.float64)
    parts[0] = 0.0
    return parts


def explained_variances(
    ours: Side, theirs: Side, reference: Reference, misses: Sequence[Misses], block: ArrayLike
) -> Variances:
    """Squared standard errors of what a block of columns explains with the reference.

    Args:
        ours: the group.
        theirs: the comparator.
        reference: of all groups.
        misses: of each group, in the order of the reference.
        block: True for the columns, shape (columns,).

    Returns:
        By the delta method, without the assumption that hits spread alike everywhere: sums of
        squared influences of single cases, both on the groups' means and on the coefficients.

    Source:
        Jann (2008), section 3.3; White (1980), Econometrica 48:817-838.
    """
    chosen = np.asarray(block, dtype=bool).copy()
    chosen[0] = False
    worth = np.where(chosen, reference.coefficients, 0.0)
    apart = np.where(chosen, ours.moments.means - theirs.moments.means, 0.0)
    variance = gap = together = 0.0
    for at, one in enumerate(misses):
        slope = apart @ reference.slopes[at]
        variance += float(slope @ one.squared @ slope)
        for side, sign in ((ours, 1.0), (theirs, -1.0)):
            if at not in side.groups:
                continue
            share, weight = side.moments.share, side.moments.weight
            of = sign * worth / weight
            of[0] = -float(of @ side.moments.means)
            variance += float(of @ one.products @ of + 2.0 * of @ one.missed @ slope)
            squares = one.hits[0] * (1.0 - 2.0 * share) + share**2 * one.products[0, 0]
            gap += float(squares) / weight**2
            off = one.hits - share * one.products[0]
            missed_off = one.missed_hits - share * one.missed[0]
            together += sign * float(of @ off + slope @ missed_off) / weight
    return Variances(max(variance, 0.0), gap, together)


def _inverse(products: FloatArray) -> tuple[FloatArray, bool]:
    """The inverse of a matrix of products, scaled first; of a mixture of columns, the smallest."""
    scale = np.sqrt(np.maximum(np.diag(products), 0.0))
    scale = np.where(scale > 0, scale, 1.0)
    values, vectors = np.linalg.eigh(products / np.outer(scale, scale))
    kept = values > RANK * max(float(values.max()), 0.0)
    turned = vectors[:, kept]
    inverse = (turned / values[kept]) @ turned.T / np.outer(scale, scale)
    used = np.diag(products) > 0
    return inverse, int(kept.sum()) >= int(used.sum())
