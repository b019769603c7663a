"""What a remedy is, and what remedies are chosen by. Imports `stats`."""

from __future__ import annotations

from dataclasses import dataclass

from isg_audit.stats import Costs

LIMIT_OF = {
    "no_group_worse": "least_right_grant_rate",
    "equal_opportunity": "right_grant_rate",
    "demographic_parity": "favourable_rate",
    "equal_wrong_grants": "wrong_grant_rate",
    "equalized_odds": "both_rates",
}
"""What a remedy aims at, as the audit file names it, and which rate that limits; the first is the
one that can take least away from anybody."""


@dataclass(frozen=True)
class Point:
    """One remedy: how decisions are made, what it aims at, and how far a gap may stay open.

    Attributes:
        method: e.g. `thresholds by group`.
        aim: a key of `LIMIT_OF`, or `accuracy` where no gap is limited.
        tolerance: the gap that may stay; None where no gap is limited.
        needs_group: whether a person's group has to be known when deciding.
    """

    method: str
    aim: str
    tolerance: float | None
    needs_group: bool

    @property
    def name(self) -> str:
        """What stands in the column `feature`."""
        if self.tolerance is None:
            return f"{self.method} / {self.aim}"
        return f"{self.method} / {self.aim} / {self.tolerance:g}"

    @property
    def limit(self) -> str:
        """The rate whose gap is told; without an aim the one of right grants."""
        return LIMIT_OF.get(self.aim, "right_grant_rate")


@dataclass(frozen=True)
class Weighing:
    """What is weighed, as the audit file says.

    Attributes:
        costs: of a wrong denial and of a wrong grant.
        same_number: whether as many people are to be decided favourably as things are.
    """

    costs: Costs = Costs()  # noqa: RUF009 - a tuple, never changed
    same_number: bool = False

    @property
    def note(self) -> str:
        """How remedies were chosen, where it is not by accuracy alone."""
        said = []
        if self.costs != Costs():
            denial, grant = self.costs
            said.append(f"a wrong denial weighs {denial:g}, a wrong grant {grant:g}")
        if self.same_number:
            said.append("as many favourable decisions as things are")
        return ", ".join(said)
