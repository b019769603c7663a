"""A gap between two groups taken apart by factors that are numbers: Oaxaca and Blinder.

From sums of products alone, and in a second pass from sums of squared influences; no row is seen.
The first column of every design is 1. Imports numpy and this room only.
"""

from __future__ import annotations

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


class TwoFold(NamedTuple):
    """A gap as what differences in the factors explain, and the rest.

    Attributes:
        gap: share of the group minus share of the comparator.
        explained: by each column, shape (columns,); the first, the constant, explains nothing.
        coefficients: the reference, shape (columns,).
        shift: the group's own constant beside the reference; 0 unless pooled.
        slopes: how much each column's coefficient moves with a case, shape (columns, columns + 1):
            times the case's columns and whether it is of the group, times what the reference
            misses it by. Zeros unless pooled.
        told_apart: whether no factor is a mixture of others; if False, only the sum is known.
    """

    gap: float
    explained: FloatArray
    coefficients: FloatArray
    shift: float
    slopes: FloatArray
    told_apart: bool


class Influence(NamedTuple):
    """How much one case moves what a block of columns explains: `of + (by · columns) · miss`.

    `miss` is what the reference misses a case by: `hit - shift - coefficients · columns`. Each
    array has shape (columns,): the constant first.
    """

    of: FloatArray
    by: FloatArray


def two_fold(ours: Moments, theirs: Moments, reference: str = "pooled") -> TwoFold:
    """Take the gap of hits between a group and its comparator apart.

    Args:
        ours: sums over the group.
        theirs: sums over the comparator, who must be other people.
        reference: whose coefficients say what a factor is worth: `pooled` of both, with a
            constant of its own for the group; `group` or `comparator` alone.

    Returns:
        What the columns explain; the gap less their sum is unexplained. "Explained" means only
        that both groups differ in the factor and the factor goes with the hits.

    Raises:
        ImpossibleCount: another reference; a group of nobody.

    Source:
        Oaxaca (1973), International Economic Review 14:693-709; Blinder (1973), Journal of Human
        Resources 8:436-455; pooled with the group's constant: Jann (2008), Stata Journal 8:453-479.
    """
    if not (ours.weight > 0 and theirs.weight > 0):
        raise ImpossibleCount("Both groups need cases.")
    columns = len(ours.hits)
    apart = ours.means - theirs.means
    slopes = np.zeros((columns, columns + 1))
    shift = 0.0
    if reference == "pooled":
        products = np.zeros((columns + 1, columns + 1))
        products[:columns, :columns] = ours.products + theirs.products
        products[columns, :columns] = products[:columns, columns] = ours.products[0]
        products[columns, columns] = ours.weight
        inverse, full = _inverse(products)
        found = inverse @ np.append(ours.hits + theirs.hits, ours.hits[0])
        coefficients, shift, slopes = found[:-1], float(found[-1]), inverse[:columns]
    elif reference in ("group", "comparator"):
        side = ours if reference == "group" else theirs
        inverse, full = _inverse(side.products)
        coefficients = inverse @ side.hits
    else:
        raise ImpossibleCount(f"reference is {reference!r}; it is pooled, group or comparator.")
    explained = apart * coefficients
    explained[0] = 0.0
    return TwoFold(ours.share - theirs.share, explained, coefficients, shift, slopes, full)


def influence(
    found: TwoFold, ours: Moments, theirs: Moments, block: ArrayLike, *, of_group: bool
) -> Influence:
    """How much each case moves what some columns explain, pooled coefficients.

    Args:
        found: of the two.
        ours: sums over the group.
        theirs: sums over the comparator.
        block: True for the columns, shape (columns,).
        of_group: for cases of the group; else for those of the comparator.

    The sum over all cases of weight² times influence² is the squared standard error of the sum of
    `explained` in the block, whatever the spread of hits.

    Source:
        The delta method of Jann (2008), with White's errors; Jann (2008), section 3.3.
    """
    chosen = np.asarray(block, dtype=bool).copy()
    chosen[0] = False
    side, sign = (ours, 1.0) if of_group else (theirs, -1.0)
    weights = np.where(chosen, found.coefficients, 0.0)
    of = sign * weights / side.weight
    of[0] = -float(of @ side.means)
    apart = np.where(chosen, ours.means - theirs.means, 0.0)
    slope = apart @ found.slopes
    by = slope[:-1].copy()
    by[0] += slope[-1] if of_group else 0.0
    return Influence(of, by)


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
