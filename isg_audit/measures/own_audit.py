"""Metrics of one's own in an audit: run on the decisions audited, and what is said of them.

Imports `sources`, `spec` and this level; what they need stands inside the function.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from isg_audit.measures.measurement import Findings

if TYPE_CHECKING:
    from isg_audit.measures.own_function import OwnMetric
    from isg_audit.measures.plan import Plan
    from isg_audit.sources import Decisions
    from isg_audit.spec import Spec


def with_own(
    asked: Sequence[OwnMetric],
    findings: Findings,
    plan: Plan,
    spec: Spec,
    decisions: Decisions,
    models: Decisions | None,
) -> Findings:
    """The findings and, after them, those of the functions.

    Args:
        asked: the functions.
        findings: what was measured otherwise.
        plan: which groups are compared.
        spec: the groups and their settings.
        decisions: those audited.
        models: the model's own decisions beside those of a log, if there are both.
    """
    from isg_audit.measures.own_metric import measure_own
    from isg_audit.measures.own_rows import own_rows

    found = [*findings, *measure_own(asked, own_rows(decisions, spec, plan), plan)]
    if models is not None:
        found += measure_own(asked, own_rows(models, spec, plan), plan, prefix="model_")
    return Findings.of(found)


def limits_of_own(asked: Sequence[OwnMetric]) -> tuple[str, ...]:
    """What a reader must know before leaning on them."""
    if not asked:
        return ()
    named = ", ".join(f"{one.name} ({one.origin})" for one in asked)
    return (
        f"Functions that are no part of this toolkit were run on rows: {named}. Nobody checked "
        "what they compute, and their figures cannot be worked out again from the counts.",
    )
