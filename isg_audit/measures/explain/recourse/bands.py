"""Numbers told so coarsely that they describe several people. Imports this folder and numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.recourse.costs import Scale

BANDS = 10

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Bands:
    """For each input that holds numbers, the unit they are rounded to and where bands are cut."""

    scale: Scale
    units: tuple[float, ...]
    cuts: tuple[Floats, ...]

    def of(self, rows: Floats) -> Floats:
        """The band, or the level, of each value, shape as `rows`; -1 where missing."""
        each = [
            np.searchsorted(self.cuts[at], rows[:, at], side="right").astype(np.float64)
            if column.number
            else rows[:, at]
            for at, column in enumerate(self.scale.coding.columns)
        ]
        return np.where(np.isnan(rows), -1.0, np.column_stack(each))

    def outward(self, before: Floats, after: Floats) -> Floats:
        """New numbers rounded to the unit, away from the old ones; nothing else is changed."""
        rows = after.copy()
        for at, column in enumerate(self.scale.coding.columns):
            if column.number:
                units = np.round(after[:, at] / self.units[at], 9)
                up = after[:, at] >= before[:, at]
                whole = np.where(up, np.ceil(units), np.floor(units))
                rows[:, at] = np.round(whole * self.units[at], 10)
        return rows

    def said(self, at: int, value: float) -> str:
        """An old value: its band, or its category."""
        column = self.scale.coding.columns[at]
        if np.isnan(value):
            return "missing"
        if not column.number:
            return column.said(value)
        cuts = self.cuts[at]
        if not len(cuts):
            return "any number"
        place = int(np.searchsorted(cuts, value, side="right"))
        if place == 0:
            return f"below {_plain(cuts[0])}"
        if place == len(cuts):
            return f"{_plain(cuts[-1])} or more"
        return f"{_plain(cuts[place - 1])} to below {_plain(cuts[place])}"

    def said_new(self, at: int, before: float, after: float) -> str:
        """A new value, and for a number whether it is more or less than the old one."""
        column = self.scale.coding.columns[at]
        if not column.number:
            return column.said(after)
        if np.isnan(before):
            return _plain(after)
        return f"{'up' if after > before else 'down'} to {_plain(after)}"


def bands_of(scale: Scale) -> Bands:
    """Bands between deciles of the population, cut at round numbers."""
    units, cuts = [], []
    for at, column in enumerate(scale.coding.columns):
        ordered = scale.ordered[at]
        if not column.number or not len(ordered):
            units.append(1.0)
            cuts.append(np.empty(0))
            continue
        low, high = np.quantile(ordered, [0.05, 0.95])
        spread = float(high - low) or float(ordered[-1] - ordered[0]) or 1.0
        unit = 10.0 ** np.floor(np.log10(spread / BANDS))
        if column.dtype.kind in "iu":
            unit = max(1.0, unit)
        deciles = np.quantile(ordered, np.arange(1, BANDS) / BANDS)
        units.append(float(unit))
        cuts.append(np.unique(np.round(np.round(deciles / unit) * unit, 10)))
    return Bands(scale, tuple(units), tuple(cuts))


def _plain(value: float) -> str:
    return f"{value:,.10g}"
