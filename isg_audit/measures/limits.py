"""What a reader must know of this audit before leaning on a number: one sentence each.

Imports `sources`, `spec`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from isg_audit.sources.model import Model
    from isg_audit.spec import Spec
    from isg_audit.tally import Tally


def limits_of(spec: Spec, tally: Tally, model: Model | None) -> tuple[str, ...]:
    """The limits of what was measured, the auditor's own ones first."""
    return (*spec.audit.limits, *_limits(spec, tally, model))


def _limits(spec: Spec, tally: Tally, model: Model | None) -> Iterator[str]:
    table = tally.table(())
    if spec.decisions.outcome is None:
        yield (
            "What really happened to people is not in the data. So this audit shows who was "
            "selected, not whether the decisions were right."
        )
    elif table.cases[0, 2].sum() > 0:
        yield (
            f"For {int(table.cases[0, 2].sum()):,} cases it is not known what really happened. "
            "Error rates are about the others."
        )
    if not spec.audit.legitimate:
        yield (
            "No factors were named that may explain a gap. So differences between groups are "
            "shown as they are, not among people in like circumstances."
        )
    else:
        named = ", ".join(spec.audit.legitimate)
        yield (
            f"Factors were named that may explain a gap ({named}). This release compares groups as "
            "they are; it does not yet compare people in like circumstances."
        )
    if spec.decisions.time is not None:
        yield "All periods are taken together; no change over time is shown."
    if table.weighted:
        yield "Cases are weighted; intervals rest on the number of effective cases."
    if (table.repeats > 1).any():
        yield (
            "Some people were decided upon more than once. Intervals allow for how far decisions "
            "about one person agree, as found by leaving out a sixteenth of the persons at a time; "
            "where that cannot be found they allow for the worst case."
        )
    if len(table.score_edges):
        bins = len(table.score_edges) - 1
        yield (
            f"Scores were counted in {bins:,} bins. Measures that need their order or their bands "
            "say what that leaves open."
        )
    if model is None:
        yield "There was no model to examine: nothing is said about why decisions came out so."
