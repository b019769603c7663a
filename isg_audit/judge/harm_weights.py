"""How grave the checklists of an audit hold each kind of error to be, as plain numbers.

Imports this room.
"""

from __future__ import annotations

from collections.abc import Iterable

from isg_audit.judge.read import ReadChecklist


def harm_weights(checklists: Iterable[ReadChecklist]) -> dict[str, float]:
    """The weight of each kind of error; of several the greatest: no grave harm is averaged away."""
    weights: dict[str, float] = {}
    for read in checklists:
        for one in read.checklist.harm:
            weights[one.error] = max(one.weight, weights.get(one.error, 0.0))
    return weights
