"""What a leaf pays to whom, worked out once for every pattern of a person against the background.

Imports numpy.

A leaf of value v is reached by what is made of a person and a background row if every input on
its path is met by one of the two. a and b are the inputs that the person and the row meet, of m;
A is a without b, N what a lacks. A pair pays only if b holds N. Then each input of A is credited
v (|A|-1)! |N|! / (|A|+|N|)! and each of N is charged v |A|! (|N|-1)! / (|A|+|N|)!. |A| is m - |b|,
so that sums over the background depend on N alone: three numbers for each N.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Tables(NamedTuple):
    """What the leaves of some trees pay.

    Attributes:
        first_leaf: of those trees.
        start: of each leaf's table in `numbers`, or of its patterns, shape (leaves,).
        numbers: all tables, one after the other.
        distinct: patterns of each deep leaf, shape (leaves,).
        patterns: of the background in the deep leaves, one after the other.
        times: the share of the background that has each.
        way: see `ways`.
    """

    first_leaf: int
    start: Integers
    numbers: Floats
    distinct: Integers
    patterns: Integers
    times: Floats
    way: Floats


def ways(most: int) -> NDArray[np.float64]:
    """(s-1)! n! / (s+n)! at [s, n], shape (most + 1, most + 1); 0 where s is 0.

    What one of s inputs gets that must come before n others.
    """
    table = np.zeros((most + 1, most + 1))
    table[1:, 0] = 1 / np.arange(1, most + 1)
    for few in range(1, most + 1):
        met = np.arange(1, most + 1)
        table[1:, few] = table[1:, few - 1] * few / (met + few)
    return table
