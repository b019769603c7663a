"""Whether outcomes are known alike for people decided one way and the other.

Where they are known for one decision alone, a figure made of both is no figure of the people: of
those whose outcome is known everybody got the same decision. Shared by the families; imports
`measures.estimates`, `tally`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.estimates import Estimates, Share, remembered
from isg_audit.measures.measurement import Measurement
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import NEGATIVE, POSITIVE, UNKNOWN, Floats, Table

SELECTIVE = 0.05
"""Difference between the two shares of known outcomes from which on figures made of both say so:
a note, no verdict; checklists set their own limit."""

UNSEEN = "not estimable: of a group, no outcome is known after one of the decisions"
"""Why a figure over groups is not given."""

DECISIONS = ("favourable", "unfavourable")


class Known(NamedTuple):
    """Of people decided favourably and unfavourably; arrays of shape (groups, 2).

    Attributes:
        known: cases whose outcome is known.
        every: cases.
    """

    known: Floats
    every: Floats

    def shares(self) -> Floats:
        """Share whose outcome is known; NaN where nobody was decided so."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Floats = np.where(self.every > 0, self.known / self.every, np.nan)
        return found


def known_by_decision(table: Table) -> Known:
    """Cases with a known outcome by decision, the favourable one first."""
    order = [POSITIVE, NEGATIVE] if table.positive_is_favourable else [NEGATIVE, POSITIVE]
    known = table.cases[:, [POSITIVE, NEGATIVE]].sum(axis=1)[:, order]
    return Known(known, known + table.cases[:, UNKNOWN][:, order])


def never_seen(table: Table) -> NDArray[np.bool_]:
    """By group and decision: whether people were decided so, of whom no outcome is known."""
    known, every = known_by_decision(table)
    return np.asarray((every > 0) & (known == 0))


def of_both_decisions(table: Table, estimates: Estimates) -> Estimates:
    """The estimates, without those of groups whose outcomes are seen after one decision alone."""
    blind = never_seen(table)
    lost = np.asarray(blind.any(axis=1))
    if not lost.any():
        return estimates

    def limits(confidence: float) -> Bounds:
        low, high = estimates.limits(confidence)
        return Bounds(np.where(lost, np.nan, low), np.where(lost, np.nan, high))

    share = estimates.share
    return replace(
        estimates,
        value=np.where(lost, np.nan, estimates.value),
        limits=remembered(limits),
        share=None if share is None else Share(*_without(share, lost)),
        blind=lost,
        notes=tuple(
            _never(row) if row.any() else one
            for row, one in zip(blind, estimates.notes or [""] * len(lost), strict=True)
        ),
    )


def _without(share: Share, lost: NDArray[np.bool_]) -> Sequence[Floats]:
    return (np.where(lost, np.nan, share.hits), np.where(lost, np.nan, share.cases), share.folds)


def _never(row: NDArray[np.bool_]) -> str:
    named = " or ".join(name for name, lost in zip(DECISIONS, row, strict=True) if lost)
    return (
        f"not estimable: no outcome is known of anybody with the {named} decision "
        "(see coverage.selective_labels)"
    )


def remark(everybody: Table) -> str:
    """What to say beside any figure that needs decision and outcome; empty where nothing is.

    Args:
        everybody: the table of all cases together.
    """
    if everybody.task not in ("binary", "classes") or not len(everybody.cases):
        return ""
    good, bad = known_by_decision(everybody).shares()[0]
    if not abs(good - bad) >= SELECTIVE:  # also where a share is not known
        return ""
    return (
        f"of those seen only: outcomes are known for {100 * good:.0f}% of favourable and "
        f"{100 * bad:.0f}% of unfavourable decisions; bounds for everybody: "
        "coverage.selective_labels"
    )


def with_note(row: Measurement, said: str) -> Measurement:
    """The row, with one more thing to say of its value; one without a value says why already."""
    if not said or row.value is None:
        return row
    return replace(row, note=f"{row.note}; {said}" if row.note else said)
