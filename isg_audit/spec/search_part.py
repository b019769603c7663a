"""[search]: which groups nobody declared are looked for. Imports `part`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from isg_audit.spec.part import Number, Part


class SearchPart(Part):
    """Groups that nobody declared, looked for among all combinations of values."""

    columns: tuple[str, ...] = ()
    """Columns that may define groups beside the declared attributes, such as "priors_count". Text
    is taken by value, numbers are cut into bands; a missing value is a value of its own."""
    bins: Annotated[int, Field(strict=True, ge=2, le=20)] = 4
    """Into how many bands of about equally many people a column of numbers is cut; one with few
    different numbers is taken by value."""
    cut: dict[str, tuple[Number, ...]] = Field(default_factory=dict)
    """Where to cut columns of numbers instead, such as {priors_count = [1, 4]}."""
    depth: Annotated[int, Field(strict=True, ge=1, le=4)] = 4
    """How many values at most define a group, such as 2 for "women under 25"."""
    least: Annotated[float, Field(strict=True, gt=0, lt=0.5)] = 0.005
    """The smallest group looked for, as a share of all; never fewer than 30 cases. Smaller groups
    mean more of them, and a larger gap before one is told."""
