"""Spreads the cells of ranked lists over groups, parts of a list and folds of lists.

Imports this room and `stats`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from isg_audit import stats
from isg_audit.tally.codes import FOLD
from isg_audit.tally.fold import FOLDS
from isg_audit.tally.table import Floats, Folds

if TYPE_CHECKING:
    from isg_audit.tally.tally import Tally

EXPOSURE = ("entries", "exposure")


def places_of(
    tally: Tally, groups: int, placed: tuple[Floats, NDArray[np.intp], NDArray[np.intp]]
) -> tuple[dict[str, Floats], dict[str, tuple[str, ...]]]:
    """Exposure and entries among the first places, by group, and what the parts are called.

    Args:
        tally: of ranked lists.
        groups: how many there are.
        placed: of each cell its sums, its group and outcome as one number, its place's number.
    """
    sums, by_outcome, level = placed
    group, place = by_outcome // 3, tally.bins.scores[level]
    seen = np.bincount(group, sums[:, 0] * stats.exposure(place), groups)
    entries = np.bincount(group, sums[:, 0], groups)
    names = part_names(tally.top)
    at = group * len(names) + part_at(place, tally.top)
    shape = (groups, len(names))
    parts = {
        "exposure": np.stack([entries, seen], axis=-1)[None].astype(float),
        "places": np.stack(
            [np.bincount(at, one, groups * len(names)).reshape(shape) for one in sums[:, :3].T]
        ).astype(float),
    }
    told = {"top": tuple(str(one) for one in tally.top), "lists": (str(tally.lists),)}
    return parts, {"exposure": EXPOSURE, "places": names, **told}


def part_at(place: Floats, top: tuple[int, ...]) -> NDArray[np.intp]:
    """The part of the list in which a place is."""
    return np.searchsorted(np.array(top, dtype=float), place, side="left")


def part_names(top: tuple[int, ...]) -> tuple[str, ...]:
    """What the parts of a list are called, from the first place on."""
    starts = (1, *(one + 1 for one in top))
    spans = [f"place {low} to {high}" for low, high in zip(starts, top, strict=False)]
    return (*spans, f"place {starts[-1]} on")


def folds_of_lists(
    tally: Tally, kept: NDArray[np.bool_], group: NDArray[np.intp], groups: int
) -> Folds:
    """The entries by group, fold of lists and place.

    Args:
        tally: of ranked lists.
        kept: the cells that are in a group.
        group: the group of each cell that is kept.
        groups: how many there are.
    """
    fold = tally.codes[kept, FOLD].astype(np.intp)
    places, level = tally.bins.scores, tally.bins.place[kept]
    key = (group * FOLDS + fold) * len(places) + level
    occurs, at = np.unique(key, return_inverse=True)
    entries = np.bincount(at, tally.sums[kept, 0], len(occurs))
    which, level = np.divmod(occurs, len(places))
    none = np.zeros((groups, FOLDS, 0))
    return Folds(
        weight=none, scored=none, score_sum=none, score_squares=none, amounts=none, binned=none,
        nameless=np.zeros(groups),
        placed=np.column_stack([which // FOLDS, which % FOLDS, places[level], entries]),
    )  # fmt: skip
