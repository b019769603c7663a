"""What a ranking measures of a group: a column of the sums of lists, as a share or a mean.

Imports `measures.estimates`, `stats`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from isg_audit import stats
from isg_audit.measures.estimates import LimitsAt
from isg_audit.tally.table import Floats

OVER_LISTS = " (delete-a-group jackknife over lists)"


@dataclass(frozen=True)
class Figure:
    """A column of the sums of lists, as a share or a mean.

    Attributes:
        name: of the metric.
        column: of the sums; the first holds entries.
        unit: of the value.
        feature: what tells it from others of the name.
    """

    name: str
    column: int
    unit: str
    feature: str = ""

    def mean(self, sums: Floats) -> Floats:
        """The column for each entry of a group, shape (..., groups)."""
        return divided(sums[..., self.column], sums[..., 0])

    def part(self, sums: Floats) -> Floats:
        """The group's part of the column over all groups, alike."""
        return divided(sums[..., self.column], sums[..., self.column].sum(axis=-1, keepdims=True))

    @property
    def key(self) -> str:
        """What tells it from every other figure."""
        return f"{self.name} {self.feature}".strip()


@dataclass(frozen=True, eq=False)
class Made:
    """What is needed for one kind of row: values, limits, and where they come from."""

    metric: str
    value: Floats
    limits: LimitsAt
    folds: Floats
    unit: str
    method: str
    versus: str = ""
    skip: int | None = None
    notes: tuple[str, ...] = ()
    p_value: Floats | None = None


def of_lists(*, bounded: bool) -> str:
    """What to add to a method that has limits from lists."""
    return OVER_LISTS if bounded else ""


def why_no_interval(lists: int, folds: float) -> str:
    """Why a figure of a ranking has no limits."""
    if lists == 1:
        return "one list: how it would come out on another is not known"
    if folds < stats.FEWEST_FOLDS:
        return "no interval: in too few lists"
    return "no interval: no spread between lists"


def divided(some: Floats, whole: Floats) -> Floats:
    """The quotient, NaN where the whole is not above 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(whole > 0, some / whole, np.nan)
    return found


def number_of(value: float | Floats) -> float | None:
    """The number, None for NaN."""
    return None if math.isnan(value) else float(value)
