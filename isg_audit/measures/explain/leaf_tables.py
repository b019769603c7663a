"""What a leaf pays to whom, worked out once for every pattern of a person against the background.

Imports numba: imported inside functions only.

A leaf of value v is reached by what is made of a person and a background row if every input on
its path is met by one of the two. a and b are the inputs that the person and the row meet, of m;
A is a without b, N what a lacks. A pair pays only if b holds N. Then each input of A is credited
v (|A|-1)! |N|! / (|A|+|N|)! and each of N is charged v |A|! (|N|-1)! / (|A|+|N|)!. |A| is m - |b|,
so that sums over the background depend on N alone: three numbers for each N.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.compiled import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FULL, SUMS = 11, 15
"""Leaves of at most `FULL` inputs get a table of every pattern, of at most `SUMS` the three sums
of every N, deeper ones the background's distinct patterns."""

CHARGE, CREDIT, SHARED = 0, 1, 2
"""The three sums of N: what each input lacked is charged; what an input met is credited; and, at
N with one input more, how much of that credit goes to rows that meet it too."""


def ways(most: int) -> Floats:
    """(s-1)! n! / (s+n)! at [s, n], shape (most + 1, most + 1); 0 where s is 0.

    What one of s inputs gets that must come before n others.
    """
    table = np.zeros((most + 1, most + 1))
    table[1:, 0] = 1 / np.arange(1, most + 1)
    for few in range(1, most + 1):
        met = np.arange(1, most + 1)
        table[1:, few] = table[1:, few - 1] * few / (met + few)
    return table


@compiled
def size_of_table(many: int) -> int:
    """Numbers that a leaf of `many` inputs needs, deepest ones 0."""
    if many <= FULL:
        return many << many
    return 3 << many if many <= SUMS else 0


@compiled
def popcount(bits: Any) -> int:
    """How many bits are set."""
    count = 0
    while bits:
        bits &= bits - 1
        count += 1
    return count


@compiled
def fill(
    masks: Integers, times: Floats, many: int, value: float, way: Floats, table: Floats
) -> None:
    """Write a leaf's table.

    Args:
        masks: distinct patterns of the background.
        times: share of the background that has each.
        many: inputs on the path.
        value: of the leaf.
        way: see `ways`.
        table: of the size `size_of_table` says.
    """
    if many > FULL:
        _sum(masks, times, many, value, way, table)
        return
    sums = np.zeros(3 << many)
    _sum(masks, times, many, value, way, sums)
    full = (1 << many) - 1
    for pattern in range(full + 1):
        lacked = full ^ pattern
        charge, credit = sums[3 * lacked + CHARGE], sums[3 * lacked + CREDIT]
        for place in range(many):
            if pattern >> place & 1:
                shared = sums[3 * (lacked | (1 << place)) + SHARED]
                table[(place << many) + pattern] = credit - shared
            else:
                table[(place << many) + pattern] = -charge


@compiled
def _sum(
    masks: Integers, times: Floats, many: int, value: float, way: Floats, sums: Floats
) -> None:
    """The three sums of every N, over the subsets N of every pattern of the background."""
    for at in range(len(masks)):
        mask, share = masks[at], times[at] * value
        alone = many - popcount(mask)
        lacked = mask
        while True:
            count = popcount(lacked)
            sums[3 * lacked + CHARGE] += share * way[count, alone]
            sums[3 * lacked + CREDIT] += share * way[alone, count]
            if count > 0:
                sums[3 * lacked + SHARED] += share * way[alone, count - 1]
            if lacked == 0:
                break
            lacked = (lacked - 1) & mask
