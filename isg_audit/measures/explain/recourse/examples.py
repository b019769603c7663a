"""Worked examples of recourse that give nobody away. Imports this folder and numpy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.recourse.bands import Bands, bands_of
from isg_audit.measures.explain.recourse.looked import Looked
from isg_audit.measures.measurement import Change, Measurement, NotMeasured, Worked

MEASURE = "explain.recourse_example"
EXAMPLES = 3
COST_STEP = 0.1
"""To which costs of examples are rounded up, so that they tell no more than the bands do."""

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


def recourse_examples(looked: Looked) -> Iterator[Measurement | NotMeasured]:
    """Up to three refused people, and a change after which the model decides in their favour.

    Each is a real refused person with a cheap, a middling and a dear change (near the quartiles of
    the cost), shown by the inputs that change and nothing else: old numbers as bands between
    deciles of everybody, new numbers rounded, the cost rounded up to a tenth. The rounded change
    is made to the person's row and that row is scored by the model again; one that is not accepted
    is not shown. One is shown only if at least `minimum_cell` refused people (10 if the audit file
    says nothing) share everything shown, so that it describes all of them and names none.

    `value` is the cost, `n` the refused people who share what is shown; the change stands in
    `note`, and in the results under `examples`. Not an interval and not a typical case.

    Source:
        This project; rounding and a least number of people against disclosure: Hundepool et al.
        (2012), Statistical Disclosure Control.
    """
    found = looked.found
    if not found.found.any():
        yield NotMeasured(MEASURE, "recourse was found for nobody", "example")
        return
    shown = _shown(looked)
    for number, one in enumerate(shown, start=1):
        changes = "; ".join(f"{one.feature}: {one.before} -> {one.after}" for one in one.changes)
        follows = f"; with it {', '.join(one.follows)}" if one.follows else ""
        yield Measurement(
            measure=MEASURE,
            metric=f"example_{number}",
            value=one.cost,
            confidence=looked.explaining.confidence,
            n=one.alike,
            unit="share of the population",
            method="scored again by the model after the change",
            note=f"{changes}{follows}. No interval: one case.",
            smallest=float(one.alike),
            worked=one,
        )
    if len(shown) < EXAMPLES:
        least = looked.seeking.fewest_alike
        reason = f"{EXAMPLES - len(shown)} of {EXAMPLES} cannot be shown: what would be shown of a "
        reason += f"person is shared by fewer than {least} refused people"
        yield NotMeasured(MEASURE, reason, "example")


@dataclass(frozen=True, eq=False)
class _Rounded:
    """Changes as they would be shown, one a person: rows, who is accepted, cost rounded up."""

    people: NDArray[np.int64]
    rows: Floats
    cost: Floats


def _shown(looked: Looked) -> list[Worked]:
    bands = bands_of(looked.found.scale)
    rounded = _rounded(looked, bands)
    band = bands.of(looked.found.before)
    shown: list[Worked] = []
    kinds: set[tuple[int, ...]] = set()
    rank = np.argsort(np.argsort(rounded.cost, kind="stable"))
    for part in (0.25, 0.5, 0.75):
        near = np.argsort(np.abs(rank - part * (len(rank) - 1)), kind="stable")
        for at in near:
            person = int(rounded.people[at])
            kind = tuple(np.flatnonzero(looked.found.changed[person]).tolist())
            if kind in kinds:
                continue
            alike = _alike(looked, band, person, rounded.rows[at], kind)
            if alike >= looked.seeking.fewest_alike:
                kinds.add(kind)
                shown.append(_told(looked, bands, person, rounded, int(at), kind, alike))
                break
    return shown


def _rounded(looked: Looked, bands: Bands) -> _Rounded:
    """Every change found with new numbers rounded, those only that the model still accepts."""
    found, scale = looked.found, looked.found.scale
    people = np.flatnonzero(found.found)
    before = found.before[people]
    rows = np.where(found.changed[people], bands.outward(before, found.after[people]), before)
    each = np.column_stack(
        [
            np.where(found.changed[people, at], scale.cost(at, before[:, at], rows[:, at]), 0.0)
            for at in range(rows.shape[1])
        ]
    )
    cost = each.sum(axis=1)
    rows, possible = scale.followed(before, rows)
    keep = np.flatnonzero(possible & np.isfinite(cost))
    keep = keep[found.decide(rows[keep])]
    return _Rounded(people[keep], rows[keep], _up(cost[keep]))


def _up(cost: Floats) -> Floats:
    return np.ceil(np.round(cost / COST_STEP, 9)) * COST_STEP


def _alike(
    looked: Looked, band: Floats, person: int, row: Floats, kind: tuple[int, ...]
) -> int:  # fmt: skip
    """How many refused people share the bands, and what the same change would cost, rounded."""
    found = looked.found
    same = np.ones(len(found.before), dtype=bool)
    cost = np.zeros(len(found.before))
    for at in kind:
        same &= band[:, at] == band[person, at]
        cost += found.scale.cost(at, found.before[:, at], np.full(len(cost), row[at]))
    with np.errstate(invalid="ignore"):
        same &= np.abs(_up(cost) - _up(cost[person : person + 1])) < COST_STEP / 2
    return int(same.sum())


def _told(
    looked: Looked,
    bands: Bands,
    person: int,
    rounded: _Rounded,
    at: int,
    kind: tuple[int, ...],
    alike: int,
) -> Worked:
    scale, before = looked.found.scale, looked.found.before[person]
    columns = scale.coding.columns
    changes = tuple(
        Change(
            columns[place].name,
            bands.said(place, before[place]),
            bands.said_new(place, before[place], rounded.rows[at, place]),
        )
        for place in kind
    )
    moved = np.flatnonzero(rounded.rows[at] != before)
    follows = tuple(
        columns[place].name
        for place in moved
        if scale.actions.rule(columns[place].name).follows is not None
    )
    return Worked(changes, follows, round(float(rounded.cost[at]), 9), alike)
