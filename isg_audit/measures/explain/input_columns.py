"""Which input each prepared column of a model comes from. Imports numpy; pandas in functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    from isg_audit.sources.models.model import Readable

AT_ONCE = 65_536
"""People whose columns are prepared at once, so that memory does not grow with people."""

ROWS_TRIED = 2_000

Floats = NDArray[np.float64]


def source_of_columns(
    model: Readable, direct: bool, features: tuple[str, ...], rows: pd.DataFrame
) -> NDArray[np.int64] | None:
    """Which input each prepared column comes from.

    Found by trying, so that it holds for every transformer: the values of one input are moved to
    other people, and the columns that change come from it. Tried at 2,000 people, and at those
    that make every column take two values and every input be missing.

    Args:
        model: what prepares the columns.
        direct: whether they are the inputs themselves.
        features: its inputs.
        rows: everybody whose values will be looked at.

    Returns:
        Positions in `features`, shape (columns,), -1 for a column that never changes; None where
        a column comes from several inputs (as after PCA), so that its part cannot be told.
    """
    if direct:
        return np.arange(len(features))
    tried = rows[list(features)].iloc[_telling(model, rows[list(features)])]
    before = model.prepared(tried)
    source = np.full(before.shape[1], -1)
    moved = np.roll(np.arange(len(tried)), 1)
    for place, feature in enumerate(features):
        changed = tried.assign(**{feature: tried[feature].array[moved]})
        differs = ~_alike(model.prepared(changed), before).all(axis=0)
        if (source[differs] != -1).any():
            return None
        source[differs] = place
    return source


def _telling(model: Readable, rows: pd.DataFrame) -> NDArray[np.int64]:
    """Positions of people enough to see every column change."""
    if len(rows) <= ROWS_TRIED:
        return np.arange(len(rows))
    chosen = [np.arange(ROWS_TRIED)]
    for column in rows:
        chosen.append(np.flatnonzero(rows[column].isna().to_numpy())[:1])
    first = model.prepared(rows[:1])
    for start, block in _blocks(rows):
        differs = ~_alike(model.prepared(block), first)
        chosen.append(start + differs.argmax(axis=0)[differs.any(axis=0)])
    return np.unique(np.concatenate(chosen))


def _blocks(rows: pd.DataFrame) -> Iterator[tuple[int, pd.DataFrame]]:
    for start in range(0, len(rows), AT_ONCE):
        yield start, rows[start : start + AT_ONCE]


def _alike(one: Floats, other: Floats) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = (one == other) | (np.isnan(one) & np.isnan(other))
    return same
