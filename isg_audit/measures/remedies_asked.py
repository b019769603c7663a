"""What [remedy] asks for: people drawn, remedies trained. Imports `sources`, `spec`, this level."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from isg_audit.measures.weighing import Weighing
from isg_audit.stats import Costs

if TYPE_CHECKING:
    from isg_audit.measures.mitigating import Mitigated
    from isg_audit.measures.plan import Plan
    from isg_audit.sources import Decisions, Model
    from isg_audit.spec import Spec
    from isg_audit.spec.remedy_part import RemedyPart

Tell = Callable[[str, int, int | None], None]

ONLY_BINARY = "remedies are trained for decisions for or against people alone"
NONE_ASKED = "[remedy] asks for no method"


def weighing_asked(part: RemedyPart | None) -> Weighing | None:
    """What thresholds are chosen by; None where no remedy is asked for."""
    if part is None:
        return None
    return Weighing(Costs(part.cost_of_wrong_denial, part.cost_of_wrong_grant), part.same_number)


def remedies_asked(
    spec: Spec, log: Decisions, model: Model | None, plan: Plan, tell: Tell
) -> tuple[Mitigated, ...] | str | None:
    """Every remedy that is asked for, by attribute; why none could be; None where none is asked.

    Raises:
        ModelFailed: the model could not decide upon the people drawn.
        EngineFailed: the engine could not draw them.
    """
    part = spec.remedy
    if part is None:
        return None
    if not part.methods:
        return NONE_ASKED
    if log.roles.task != "binary":
        return ONLY_BINARY
    from isg_audit.measures.mitigating import mitigated
    from isg_audit.measures.people_to_mitigate import people_to_mitigate

    tell("Drawing people to try remedies on", 0, None)
    people = people_to_mitigate(log, model, spec, part, plan)
    if isinstance(people, str):
        return people
    names = part.by or plan.attributes
    return tuple(mitigated(people, by, part, plan.seed, tell) for by in names)
