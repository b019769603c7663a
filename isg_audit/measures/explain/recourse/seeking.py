"""`Seeking`: whose refusals are looked at, and what they could change. Imports numpy, pandas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from isg_audit.measures.explain.recourse.actions import Actions

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Seeking:
    """People among whom refusals are looked at.

    Attributes:
        population: a simple random sample of the log, with at least the model's features. Costs
            are shares of these people, whatever their group.
        groups: for each attribute, or several joined, the group of each row; None where unknown.
        actions: what people could change.
        persons: who each row is about, shape (rows,), where one person has several rows.
        fewest_alike: refused people who must share what an example shows of a person.
        whole: whether `population` is the whole log.
    """

    population: pd.DataFrame
    groups: Mapping[str, NDArray[Any]]
    actions: Actions = field(default_factory=Actions)
    persons: NDArray[Any] | None = None
    fewest_alike: int = 10
    whole: bool = False
