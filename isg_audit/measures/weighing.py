"""`Weighing`: what remedies are chosen by. Imports `stats`."""

from __future__ import annotations

from dataclasses import dataclass

from isg_audit.stats import Costs


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
