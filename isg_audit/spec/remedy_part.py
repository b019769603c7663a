"""The table [remedy] of the audit file: what closing a gap is tried with, and what counts in it.

Imports `part`.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from isg_audit.spec.part import Part

Aim = Literal[
    "no_group_worse",
    "equal_opportunity",
    "demographic_parity",
    "equal_wrong_grants",
    "equalized_odds",
]
Remedy = Literal["exponentiated_gradient", "grid_search", "thresholds", "correlation_removal"]

REMEDIES: tuple[Remedy, ...] = get_args(Remedy)

Cost = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
Gap = Annotated[float, Field(strict=True, ge=0, lt=1, allow_inf_nan=False)]


class RemedyPart(Part):
    """What would close a gap, and at whose cost; no remedy is applied.

    Other thresholds are weighed from the counts alone; remedies are trained on one half of some
    people and tried on the other.
    """

    by: tuple[str, ...] = ()
    """The attributes whose gaps are to be closed; default: every declared one."""
    methods: tuple[Remedy, ...] = REMEDIES
    """What is tried: "exponentiated_gradient" and "grid_search" (training under a limit; the group
    is not needed when deciding), "thresholds" (by group, on the model's score) and
    "correlation_removal" (of the inputs), which both need the group when deciding; [] for none."""
    aims: tuple[Aim, ...] = ("no_group_worse", "equal_opportunity", "equalized_odds")
    """What is aimed at: "no_group_worse" (no group below a limit, least apt to take from anybody),
    "equal_opportunity" (equal rates of wrong denial), "demographic_parity" (equal rates of
    favourable decisions), "equal_wrong_grants", "equalized_odds" (both)."""
    gaps: tuple[Gap, ...] = (0.02,)
    """The gaps that may stay, such as [0.02, 0.1]; every aim is tried with each."""
    features: tuple[str, ...] = ()
    """The columns that remedies are trained on; default: those that the model reads. Columns of
    declared attributes are always left out."""
    cost_of_wrong_denial: Cost = 1.0
    """What a wrong denial weighs where thresholds are chosen; as much as a wrong grant by default,
    so that the share of right decisions is the aim."""
    cost_of_wrong_grant: Cost = 1.0
    """What a wrong grant weighs."""
    same_number: bool = False
    """Whether thresholds must leave the number of favourable decisions as it is."""
    rows: Annotated[int, Field(strict=True, ge=500, le=100_000)] = 20_000
    """People drawn from the log at most: half to train on, half to read."""
