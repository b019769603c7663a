"""What one check found. Imports numpy only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

Word = Literal["passed", "failed", "not run"]


@dataclass(frozen=True)
class Result:
    """One check and what came of it.

    Attributes:
        area: closed forms, published tables, laws, other packages, coverage.
        name: what was checked.
        word: "not run" is never "passed".
        found: what this installation gives, or why the check was not run.
        expected: what it should give.
        source: where that comes from.
        difference: greatest distance between both; None where it is not a matter of distance.
        allowed: greatest distance that passes.
    """

    area: str
    name: str
    word: Word
    found: str = ""
    expected: str = ""
    source: str = ""
    difference: float | None = None
    allowed: float | None = None


def compared(
    area: str, name: str, found: ArrayLike, expected: ArrayLike, allowed: float, source: str
) -> Result:
    """Passed where no number is further from its answer than `allowed`.

    NaN answers to NaN and infinity to infinity alone; other shapes fail.
    """
    ours = np.ravel(np.asarray(found, dtype=np.float64))
    theirs = np.ravel(np.asarray(expected, dtype=np.float64))
    if ours.shape != theirs.shape or not len(ours):
        shapes = f"{len(ours)} numbers", f"{len(theirs)} numbers"
        return Result(area, name, "failed", *shapes, source)
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    with np.errstate(invalid="ignore"):
        away = np.where(same, 0.0, np.abs(ours - theirs))
    difference = float(np.where(np.isnan(away), np.inf, away).max())
    return Result(
        area=area,
        name=name,
        word="passed" if difference <= allowed else "failed",
        found=_text(ours),
        expected=_text(theirs),
        source=source,
        difference=difference,
        allowed=allowed,
    )


def held(area: str, name: str, holds: bool, found: str, expected: str, source: str) -> Result:
    """Passed where a law holds."""
    return Result(area, name, "passed" if holds else "failed", found, expected, source)


def _text(numbers: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    shown = ", ".join(f"{one:.6g}" for one in numbers[:6])
    return shown if len(numbers) <= 6 else f"{shown} and {len(numbers) - 6} more"
