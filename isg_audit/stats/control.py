"""Control charts: limits for a share in each window, and sums that add up a lasting change.

Imports numpy and this room only; scipy inside the functions that need it.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import Bounds, FloatArray, checked_counts, checked_level, plain

STATES = 400
"""States of the chain by which run lengths are found; run lengths are good to about 1 %."""

MEASURED = 6.0
"""Height of a limit from which the run length grows by the factor e for each 1 that is added."""


def control_limits(target: ArrayLike, cases: ArrayLike, confidence: float = 0.998) -> Bounds:
    """Limits within which a share lies if nothing but chance moves it from its target.

    Args:
        target: the share expected, 0 to 1, any shape.
        cases: cases in each window; a part of a case is left out.
        confidence: the chance at least to stay within, limits included.

    Returns:
        Exact binomial limits as shares; NaN for nobody. Outside is below the lower or above the
        upper limit, so that the chance of it is never more than said, however few cases.

    Raises:
        ImpossibleCount: a target outside 0..1, negative cases.

    Source:
        Shewhart (1931), Economic Control of Quality of Manufactured Product; exact limits instead
        of three standard deviations, which mislead for few cases.
    """
    from scipy.stats import binom

    share, every = np.broadcast_arrays(
        np.asarray(target, dtype=np.float64), np.floor(np.asarray(cases, dtype=np.float64))
    )
    checked_counts(np.where(every > 0, share, 0.0), np.where(np.isnan(share), np.nan, 1.0))
    tail = (1.0 - checked_level(confidence)) / 2.0
    some = np.where(every > 0, every, np.nan)
    low, high = binom.ppf(tail, some, share), binom.isf(tail, some, share)
    # scipy gives -1 at the very edge of a distribution that is a single point.
    return Bounds(plain(np.maximum(low, 0.0) / some), plain(np.minimum(high, some) / some))


def cusum_steps(accepted: float, lasting: float) -> tuple[float, float]:
    """What a hit and a miss add to the sum: logarithms of how much likelier a change makes them.

    Args:
        accepted: the share of hits while nothing has changed.
        lasting: the share of hits that shall be found soon.

    Raises:
        ImpossibleCount: shares that are equal, or not between 0 and 1.
    """
    checked_level(accepted, "accepted")
    checked_level(lasting, "lasting")
    if accepted == lasting:
        raise ImpossibleCount(f"both shares are {accepted!r}; there would be nothing to find.")
    return float(np.log(lasting / accepted)), float(np.log((1.0 - lasting) / (1.0 - accepted)))


def cusum_run_length(
    limit: float, share: float, accepted: float, lasting: float, states: int = STATES
) -> float:
    """Cases that pass on average until the sum crosses its limit.

    Args:
        limit: where the alarm is raised, above 0.
        share: the share of hits that holds: `accepted` gives how rare false alarms are, `lasting`
            how long a change goes unnoticed.
        accepted: as for `cusum_steps`.
        lasting: alike.
        states: of the Markov chain.

    Raises:
        ImpossibleCount: a limit not above 0; shares as for `cusum_steps`.

    Source:
        Page (1954), Biometrika 41:100-115; Brook & Evans (1972), Biometrika 59:539-549.
    """
    if not limit > 0:
        raise ImpossibleCount(f"the limit is {limit!r}; it must be above 0.")
    from scipy.sparse import csc_array
    from scipy.sparse.linalg import spsolve

    width, rows, columns, chances = limit / states, [], [], []
    middle = (np.arange(states) + 0.5) * width
    middle[0] = 0.0
    for step, chance in zip(cusum_steps(accepted, lasting), (share, 1.0 - share), strict=True):
        to = np.floor(np.maximum(0.0, middle + step) / width).astype(int)
        stays = np.flatnonzero(to < states)
        rows.append(stays)
        columns.append(to[stays])
        chances.append(np.full(len(stays), -chance))
    every = np.arange(states)
    # From each state two ways lead on: the system of equations is nearly empty.
    system = csc_array(
        (
            np.concatenate([np.ones(states), *chances]),
            (np.concatenate([every, *rows]), np.concatenate([every, *columns])),
        ),
        shape=(states, states),
    )
    return float(spsolve(system, np.ones(states))[0])


@lru_cache(maxsize=4096)
def cusum_limit(accepted: float, lasting: float, run_length: float) -> float:
    """The limit at which false alarms come at least so many cases apart on average.

    Args:
        accepted: as for `cusum_steps`.
        lasting: alike.
        run_length: cases between false alarms.

    Returns:
        The limit; at least 0.1.
    """
    ample = cusum_run_length(MEASURED, accepted, accepted, lasting)
    if run_length >= ample:
        # Each 1 more multiplies the run length by e, the sum being a logarithm of odds.
        return MEASURED + float(np.log(run_length / ample))
    low, high = 0.1, MEASURED
    while high - low > 0.005:
        middle = (low + high) / 2.0
        if cusum_run_length(middle, accepted, accepted, lasting) < run_length:
            low = middle
        else:
            high = middle
    return high


def cusum_path(hits: ArrayLike, cases: ArrayLike, accepted: float, lasting: float) -> FloatArray:
    """The sum after each window.

    Args:
        hits: hits in each window, in order, shape (windows,); need not be whole.
        cases: cases in each; a window of nobody changes nothing.
        accepted: as for `cusum_steps`.
        lasting: alike.

    Returns:
        Shape (windows,). The order of cases within a window is not known: the sum is taken at its
        end, which is never higher than the highest on the way, so that alarms are no more often
        false than case by case, and may come a window late.

    Raises:
        ImpossibleCount: hits outside 0..cases; shares as for `cusum_steps`.
    """
    hit, miss = cusum_steps(accepted, lasting)
    some, every = (np.nan_to_num(np.atleast_1d(one)) for one in checked_counts(hits, cases))
    sums, held = np.zeros(len(some)), 0.0
    for at, gain in enumerate(some * hit + (every - some) * miss):
        held = max(0.0, held + float(gain))
        sums[at] = held
    return sums
