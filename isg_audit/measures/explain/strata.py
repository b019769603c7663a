"""Strata of people who are alike, for comparing single people's reasons.

Imports this family, numpy; pandas in functions.
"""

from __future__ import annotations

import numpy as np

from isg_audit.measures.explain.asking import is_number
from isg_audit.measures.explain.by_group import Floats, Integers
from isg_audit.measures.explain.explaining import Explaining

BANDS, FIFTHS = 3, 5


def strata_of(explaining: Explaining, rows: Integers, score: Floats) -> tuple[Integers, str]:
    """The stratum of each person, and in plain words what its people have in common.

    Args:
        explaining: names the legitimate factors, if any.
        rows: positions in the sample, shape (people,).
        score: of the people, shape (people,).

    Returns:
        Stratum numbers from 0, shape (people,): thirds of each legitimate number and values of each
        text, crossed; where no factor is named, fifths of the score.
    """
    if not explaining.legitimate:
        return _bands(score, FIFTHS), "about the same score"
    codes = np.zeros(len(rows), dtype=np.int64)
    for name in explaining.legitimate:
        column = explaining.sample[name].iloc[rows]
        if is_number(column) and column.nunique() > BANDS:
            one = _bands(column.to_numpy(dtype=np.float64, na_value=np.nan), BANDS)
        else:
            one = column.astype(object).where(column.notna(), "").astype(str).factorize()[0]
        codes = np.unique(codes * (one.max(initial=0) + 1) + one, return_inverse=True)[1]
    return codes, ", ".join(explaining.legitimate)


def _bands(values: Floats, bands: int) -> Integers:
    """Which of so many bands of about equal size; missing values are a band of their own."""
    known = values[np.isfinite(values)]
    if not len(known):
        return np.zeros(len(values), dtype=np.int64)
    edges = np.quantile(known, np.arange(1, bands) / bands)
    found = np.searchsorted(edges, values, side="left")
    return np.where(np.isfinite(values), found, bands).astype(np.int64)
