"""Shares of many cells told by their attributes: a beta-binomial model with main effects.

The share of a cell is drawn around what its attributes alone would give: logit of the mean = sum of
one effect for each of its values, share ~ Beta(M mean, M (1 - mean)). M says how many cases that
belief is worth; 1 / (1 + M) is the part of the variance of single cases that lies between cells
beyond their attributes. With a constant as only column it is the plain model of `shrinkage`.
Imports numpy and this room only; scipy inside the functions that need it.

Source:
    Evans, Williams, Onnela & Subramanian (2018), Social Science & Medicine 203:64-73; Merlo
    (2018), SSM - Population Health 4:149-158; Williams (1982), Applied Statistics 31:144-148, for
    the beta-binomial regression.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import FloatArray, checked_counts

LEAST_WORTH, MOST_WORTH = 0.05, 1e6
"""Between cells that have nothing in common and cells that do not differ."""

SPREAD, LEVEL = 2.5, 10.0
"""Standard deviations of an effect and of the constant before the data, in logits: weak, so that
a value with nothing but hits still has a finite effect (Gelman et al. 2008, Annals of Applied
Statistics 2:1360-1383)."""

STEPS, SETTLED = 60, 1e-9


@dataclass(frozen=True, eq=False)
class EffectsAt:
    """Main effects where M is given.

    Attributes:
        coefficients: one for each column of the design, shape (columns,).
        precision: minus the second derivatives of the log posterior there, (columns, columns).
        log_posterior: log likelihood without binomial constants plus the log of the prior's part
            that depends on the coefficients.
    """

    coefficients: FloatArray
    precision: FloatArray
    log_posterior: float


@dataclass(frozen=True, eq=False)
class MultilevelFit:
    """The model where the likelihood (times the prior of the effects) is greatest.

    Attributes:
        coefficients: one for each column of the design, in logits.
        worth: M, how many cases the prediction from attributes alone is worth.
        expected: what the attributes alone give, shape (cells,).
        shares: the same drawn towards the cell's own share; of cells of nobody `expected`.
    """

    coefficients: FloatArray
    worth: float
    expected: FloatArray
    shares: FloatArray

    @property
    def overdispersion(self) -> float:
        """Correlation of two cases of one cell beyond its attributes, 1 / (1 + M)."""
        return 1.0 / (1.0 + self.worth)


def additive_design(codes: ArrayLike) -> FloatArray:
    """A constant and one column for each value of each attribute, in the order of the codes.

    Args:
        codes: the value of each attribute, shape (cells, attributes), counted from 0.

    Every value has an effect of its own; the prior, the same for all, keeps them apart from the
    constant, so that no value has to serve as the reference.
    """
    values = np.asarray(codes, dtype=np.intp)
    columns = [np.ones((len(values), 1))]
    for attribute in values.T:
        columns.append(np.eye(int(attribute.max(initial=0)) + 1)[attribute])
    return np.concatenate(columns, axis=1)


def multilevel_fit(
    hits: ArrayLike, cases: ArrayLike, design: ArrayLike, spread: float = SPREAD
) -> MultilevelFit:
    """Fit the model.

    Args:
        hits: hits by cell, shape (cells,); need not be whole.
        cases: cases by cell; a cell of nobody tells nothing and is predicted.
        design: first a constant, then one column an effect, shape (cells, columns).
        spread: of the effects before the data, in logits; infinite gives maximum likelihood, for
            which the columns must not depend on one another.

    Raises:
        ImpossibleCount: hits outside 0..cases; a design of another length; nothing to fit.

    With fewer than about 20 cells M is hardly known: see `cell_posterior` for what that costs.
    """
    from scipy.optimize import minimize_scalar

    some, every, columns = checked_cells(hits, cases, design)
    start: list[FloatArray | None] = [None]

    def misfit(log_worth: float) -> float:
        at = effects_at(some, every, columns, float(np.exp(log_worth)), spread, start[0])
        start[0] = at.coefficients
        return -at.log_posterior

    grid = np.linspace(np.log(LEAST_WORTH), np.log(MOST_WORTH), 25)
    lowest = int(np.argmin([misfit(float(one)) for one in grid]))
    ends = grid[max(lowest - 1, 0)], grid[min(lowest + 1, len(grid) - 1)]
    found = minimize_scalar(misfit, bounds=ends, method="bounded", options={"xatol": 1e-9})
    worth = float(np.exp(found.x))
    coefficients = effects_at(some, every, columns, worth, spread, start[0]).coefficients
    expected = mean_of(columns @ coefficients)
    return MultilevelFit(coefficients, worth, expected, (some + worth * expected) / (every + worth))


def checked_cells(
    hits: ArrayLike, cases: ArrayLike, design: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Counts with 0 for a cell of nobody, and the design, of one length.

    Raises:
        ImpossibleCount: impossible counts; a design of another length; nobody at all.
    """
    some, every = (np.nan_to_num(np.atleast_1d(one)) for one in checked_counts(hits, cases))
    columns = np.asarray(design, dtype=np.float64)
    if columns.ndim != 2 or len(columns) != len(every):
        raise ImpossibleCount(f"a design of shape {columns.shape} for {len(every)} cells.")
    if not every.sum() > 0:
        raise ImpossibleCount("no cell holds anybody.")
    return some, every, columns


def effects_at(
    some: FloatArray,
    every: FloatArray,
    design: FloatArray,
    worth: float,
    spread: float,
    start: FloatArray | None = None,
) -> EffectsAt:
    """Main effects where M is `worth`, by Newton's steps, halved where they lead away.

    Args:
        some: hits by cell.
        every: cases by cell, 0 allowed.
        design: as for `multilevel_fit`.
        worth: M.
        spread: as for `multilevel_fit`.
        start: coefficients to start from.
    """
    ridge = _ridge(design.shape[1], spread)
    if start is None:
        start = np.zeros(design.shape[1])
        pooled = (some.sum() + 0.5) / (every.sum() + 1.0)
        start[0] = np.log(pooled / (1.0 - pooled))
    at, height = start, _height(some, every, design, worth, ridge, start)
    for _ in range(STEPS):
        slope, precision = _derivatives(some, every, design, worth, ridge, at)
        step = np.linalg.solve(precision, slope)
        if float(slope @ step) < SETTLED:
            break
        length = 1.0
        while length > 1e-6:
            further = at + length * step
            higher = _height(some, every, design, worth, ridge, further)
            if higher >= height:
                break
            length /= 2.0
        else:
            break
        at, height = further, higher
    return EffectsAt(at, _derivatives(some, every, design, worth, ridge, at)[1], height)


def mean_of(logit: FloatArray) -> FloatArray:
    """Shares from logits, kept off 0 and 1."""
    return np.clip(1.0 / (1.0 + np.exp(-np.clip(logit, -30.0, 30.0))), 1e-12, 1.0 - 1e-12)


def _ridge(columns: int, spread: float) -> FloatArray:
    if not np.isfinite(spread):
        return np.zeros(columns)
    ridge = np.full(columns, spread**-2.0)
    ridge[0] = LEVEL**-2.0
    return ridge


def _height(
    some: FloatArray,
    every: FloatArray,
    design: FloatArray,
    worth: float,
    ridge: FloatArray,
    at: FloatArray,
) -> float:
    from scipy.special import betaln

    mean = mean_of(design @ at)
    one, two = worth * mean, worth * (1.0 - mean)
    likelihood = betaln(some + one, every - some + two) - betaln(one, two)
    return float(likelihood.sum() - 0.5 * (ridge * at**2).sum())


def _derivatives(
    some: FloatArray,
    every: FloatArray,
    design: FloatArray,
    worth: float,
    ridge: FloatArray,
    at: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """First derivatives of the log posterior, and minus the second ones."""
    from scipy.special import polygamma, psi

    mean = mean_of(design @ at)
    one, two = worth * mean, worth * (1.0 - mean)
    tilt = worth * (psi(some + one) - psi(one) - psi(every - some + two) + psi(two))
    curve = worth**2 * (
        polygamma(1, one) - polygamma(1, some + one)
        + polygamma(1, two) - polygamma(1, every - some + two)
    )  # fmt: skip
    pace = mean * (1.0 - mean)
    slope = design.T @ (tilt * pace) - ridge * at
    exact = curve * pace**2 - tilt * pace * (1.0 - 2.0 * mean)
    precision = (design.T * exact) @ design + np.diag(ridge)
    if np.linalg.eigvalsh(precision)[0] <= 1e-10:
        # Far from the top the surface may bend the other way; without the tilt it cannot.
        precision = (design.T * (curve * pace**2)) @ design + np.diag(np.maximum(ridge, 1e-9))
    return slope, precision
