"""Harm in people, by name: every measure of it that follows from the tables alone.

Imports this family.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from isg_audit.measures.impact.burden import burden
from isg_audit.measures.impact.people_harmed import people_harmed
from isg_audit.measures.impact.welfare import welfare
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.metric import Need
from isg_audit.measures.plan import Plan
from isg_audit.tally.table import Table

HARM: Mapping[str, Callable[..., Iterator[Measurement | NotMeasured]]] = {
    "people_harmed": people_harmed,
    "burden": burden,
    "welfare": welfare,
}
"""From tables by attributes, plan, the measure's id and what roles there are, to rows."""


def harm(
    tables: Mapping[tuple[str, ...], Table], plan: Plan, prefix: str, there: Collection[Need]
) -> Iterator[Measurement | NotMeasured]:
    """Every measure of harm; `prefix` goes before each measure's name."""
    for name, made in HARM.items():
        yield from made(tables, plan, f"impact.{prefix}{name}", there)
