"""What sets a cluster apart, in one plain sentence. Imports this family's `cluster_columns`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.impact.cluster_columns import ClusterColumns
from isg_audit.measures.people_to_cluster import PeopleToCluster

MOST_TOLD, APART, FEWEST = 3, 0.3, 10
"""Features told; standard deviations by which one must differ; people behind any share told."""

Integers = NDArray[np.int64]


def described(
    columns: ClusterColumns, people: PeopleToCluster, inside: Integers, outside: Integers
) -> str:
    """The features in which a cluster differs most: `income lower (21,000 against 40,000)`."""
    apart = columns.values[inside].mean(axis=0) - columns.values[outside].mean(axis=0)
    spread = columns.values[np.concatenate([inside, outside])].std(axis=0)
    size = np.abs(np.divide(apart, spread, out=np.zeros_like(apart), where=spread > 0))
    told: dict[str, str] = {}
    for at in np.argsort(-size):
        feature, level = columns.features[at], columns.levels[at]
        if size[at] < APART or len(told) == MOST_TOLD:
            break
        if feature in told:
            continue
        said = (
            _of_level(feature, level, columns.values[:, at], inside, outside)
            if level
            else _of_number(feature, people, inside, outside)
        )
        if said:
            told[feature] = said
    return "set apart by: " + ", ".join(told.values()) if told else "set apart by no one feature"


def shares_said(people: PeopleToCluster, inside: Integers, outside: Integers) -> str:
    """Declared groups that are found in it more often than elsewhere, in words."""
    said = []
    for groups in people.groups.values():
        for group in sorted({one for one in groups[inside] if one is not None}):
            mine, theirs = groups[inside] == group, groups[outside] == group
            counts = (mine.sum(), (~mine).sum(), theirs.sum(), (~theirs).sum())
            if min(counts) < FEWEST:
                continue
            share, other = mine.mean(), theirs.mean()
            if share - other > 0.05:
                said.append((share - other, f"{share:.0%} {group} against {other:.0%}"))
    told = [one for _, one in sorted(said, reverse=True)[:MOST_TOLD]]
    return "declared groups in it: " + ", ".join(told) if told else ""


def _of_level(
    feature: str, level: str, column: NDArray[np.float64], inside: Integers, outside: Integers
) -> str:
    mine, theirs = column[inside], column[outside]
    if min(mine.sum(), theirs.sum()) < FEWEST and max(mine.sum(), theirs.sum()) < FEWEST:
        return ""
    share, other = _kept(mine), _kept(theirs)
    more = "more often" if mine.mean() > theirs.mean() else "less often"
    return f"{feature} {level} {more} ({share} against {other})"


def _kept(column: NDArray[np.float64]) -> str:
    """A share in whole percent, only where ten people stand on either side of it."""
    hits, others = int(column.sum()), int(len(column) - column.sum())
    if min(hits, others) < FEWEST:
        return "hardly anybody" if hits < others else "nearly everybody"
    return f"{hits / len(column):.0%}"


def _of_number(feature: str, people: PeopleToCluster, inside: Integers, outside: Integers) -> str:
    if people.features is None:
        return ""
    given = people.features[feature].astype("float64").to_numpy(na_value=np.nan)
    mine, theirs = (float(np.nanmedian(given[rows])) for rows in (inside, outside))
    if _short(mine) == _short(theirs):
        return ""
    more = "higher" if mine > theirs else "lower"
    return f"{feature} {more} (middle {_short(mine)} against {_short(theirs)})"


def _short(value: float) -> str:
    """Two figures: coarse enough for several people to share."""
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 10 else f"{rounded:g}"
