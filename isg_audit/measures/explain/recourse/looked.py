"""Those whose recourse was looked for, by group, and how intervals over them are made.

Imports this family, `stats`, numpy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.explaining import FEWEST_PEOPLE, Explaining
from isg_audit.measures.explain.recourse.search import Recourse
from isg_audit.measures.explain.recourse.seeking import Seeking
from isg_audit.measures.measurement import Limits, Measurement, NotMeasured
from isg_audit.stats import newcombe, percentile_interval, wilson

REPLICATES = 1_000
"""Of the bootstrap by person."""

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Looked:
    """The model and its audit, the people, and what was found for them."""

    explaining: Explaining
    seeking: Seeking
    found: Recourse

    @cached_property
    def draws(self) -> Floats:
        """How often each person comes in each replicate, shape (replicates, people).

        One draw serves every group, so that a group and everybody else vary together.
        """
        people = len(self.found.rows)
        rng = np.random.default_rng([self.explaining.seed, 10])
        return rng.multinomial(people, np.full(people, 1.0 / people), REPLICATES).astype(np.float64)

    def groups(self) -> Iterator[tuple[str, str, Truths, Truths]]:
        """Attribute, group, who is in it and who is in another, where both are enough people."""
        for by in self.seeking.groups:
            for group, members, rest in self._members(by):
                if min(members.sum(), rest.sum()) >= FEWEST_PEOPLE:
                    yield by, group, members, rest

    def few(self, measure: str, metric: str) -> Iterator[NotMeasured]:
        """Groups of whom, or beside whom, too few people are refused."""
        for by in self.seeking.groups:
            few = [
                group
                for group, members, rest in self._members(by)
                if min(members.sum(), rest.sum()) < FEWEST_PEOPLE
            ]
            if few:
                reason = (
                    f"fewer than {FEWEST_PEOPLE} refused people in the sample, of the group or of "
                    f"everybody else: {', '.join(few)}"
                )
                yield NotMeasured(measure, reason, metric, by)

    def _members(self, by: str) -> Iterator[tuple[str, Truths, Truths]]:
        labels = np.asarray(self.seeking.groups[by], dtype=object)
        known = np.array([one is not None for one in labels[self.found.rows]], dtype=bool)
        names = np.array([str(one) for one in labels[self.found.rows]], dtype=object)
        for group in sorted({str(one) for one in labels if one is not None}):
            members = known & (names == group)
            yield group, members, known & ~members

    @property
    def note(self) -> str:
        """Who was looked at, what was tried, and what people were taken to be able to change."""
        found, actions = self.found, self.seeking.actions
        sample = "log" if self.seeking.whole else "sample of the log"
        people = "person counts once" if self.seeking.persons is not None else "row is a person"
        said = (
            f"{len(found.rows)} of the {found.refused} people whom the model refuses in the "
            f"{sample} of {len(self.seeking.population)} rows; each {people}. "
        )
        if found.exact:
            said += "Every change that can be reached was tried. "
        else:
            said += f"At most {found.candidates} changes were tried for each. "
        if found.cut_short:
            said += f"For {found.cut_short} the search ended early, at its limit of model calls. "
        fixed = f" ({', '.join(found.fixed)})" if found.fixed else ""
        if actions.declared:
            return said + f"What can change: as the audit file says; protected inputs never{fixed}."
        return said + (
            "The audit file has no [recourse]: protected attributes and inputs that repeat them "
            f"never change{fixed}, everything else is taken to be free to change."
        )

    def row(self, **given: Any) -> Measurement:
        """A row with what all have in common."""
        own = given.pop("note", "")
        note = f"{self.note} {own}".strip()
        return Measurement(confidence=self.explaining.confidence, note=note, **given)

    def share(self, hits: Truths, **given: Any) -> Measurement:
        """A row of the share of people who are hit, shape (people,); interval: Wilson."""

        def limits(confidence: float) -> tuple[float, float]:
            low, high = wilson(hits.sum(), len(hits), confidence)
            return float(low), float(high)

        low, high = limits(self.explaining.confidence)
        return self.row(
            value=float(hits.mean()), low=low, high=high, n=len(hits), unit="proportion",
            limits=limits, **given,
        )  # fmt: skip

    def apart(self, ours: Truths, theirs: Truths, **given: Any) -> Measurement:
        """A row of how far a group's share is from everybody else's; interval: Newcombe."""

        def limits(confidence: float) -> tuple[float, float]:
            low, high = newcombe(ours.sum(), len(ours), theirs.sum(), len(theirs), confidence)
            return float(low), float(high)

        low, high = limits(self.explaining.confidence)
        return self.row(
            versus="rest", value=float(ours.mean() - theirs.mean()), low=low, high=high,
            n=len(ours) + len(theirs), unit="difference", limits=limits, **given,
        )  # fmt: skip

    def bootstrapped(self, replicates: Floats, **given: Any) -> Measurement:
        """A row whose interval is between percentiles of replicates, shape (replicates,)."""

        def limits(confidence: float) -> tuple[float, float]:
            low, high, _ = percentile_interval(replicates, confidence)
            return float(low), float(high)

        low, high = limits(self.explaining.confidence)
        there = bool(np.isfinite(low)) and given["value"] is not None
        if not there:
            own = given.pop("note", "")
            given["note"] = f"{own} No interval: replicates are alike, or give no value.".strip()
        keep: Limits | None = limits if there else None
        return self.row(
            low=low if there else None, high=high if there else None, limits=keep, **given
        )
