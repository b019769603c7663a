"""What is counted or drawn beside the tally, each part only where the audit file asks for it.

Imports `sources`, `spec`, `tally`. To add one: a module of the tally room that counts it, a field
and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from isg_audit.measures.people_to_cluster import PeopleToCluster, people_to_cluster
from isg_audit.measures.plan import Plan
from isg_audit.measures.weighing import Weighing

if TYPE_CHECKING:
    from isg_audit.measures.mitigating import Mitigated
    from isg_audit.sources import Decisions, Model
    from isg_audit.spec import AuditFile, Spec
    from isg_audit.spec.voice_part import VoicePart
    from isg_audit.tally import (
        Cube,
        FactorBins,
        Factors,
        Heard,
        MissingInputs,
        Period,
        Population,
        Signals,
        Stages,
        Voice,
        Waits,
        Within,
    )

Tell = Callable[[str, int, int | None], None]
"""Told of each step: what is done, how much of it, out of how much (None: not known)."""


@dataclass(frozen=True, eq=False)
class Further:
    """What is counted or drawn beside the tally; None where nothing asks for it.

    Attributes:
        within: counts within strata of like circumstances.
        cube: counts by everything that may define a group nobody declared.
        alike: a sample of people, among whom groups without a name are looked for.
        factors: sums of products of the factors that may explain a gap.
        factor_bins: counts of each of them by group and true outcome.
        stages: how far people got along the stages that are named.
        voice: who was told, complained, appealed and was put right.
        weighing: what remedies by other thresholds are chosen by.
        remedies: remedies that were trained, by attribute, or why none could be.
        decision_waits: days from asking to the decision.
        redress_waits: days from an appeal to its answer.
        signals: decisions by signals of attributes that nobody recorded.
        heard: who was heard in consultations.
        population: the reference population.
        missing_inputs: who has no value of an input.
        period: from when to when there are decisions, and the changes declared.
        harm_weights: how grave the checklists hold each kind of error to be.
    """

    within: Within | None = None
    cube: Cube | None = None
    alike: PeopleToCluster | None = None
    factors: Factors | None = None
    factor_bins: Mapping[str, FactorBins] = field(default_factory=dict)
    stages: Stages | None = None
    voice: Voice | None = None
    weighing: Weighing | None = None
    remedies: tuple[Mitigated, ...] | str | None = None
    decision_waits: Waits | None = None
    redress_waits: Waits | None = None
    signals: tuple[Signals, ...] = ()
    heard: Heard | None = None
    population: Population | None = None
    missing_inputs: MissingInputs | None = None
    period: Period | None = None
    harm_weights: Mapping[str, float] = field(default_factory=dict)


def look_further(
    given: AuditFile,
    plan: Plan,
    decisions: Decisions,
    log: Decisions,
    model: Model | None,
    tell: Tell,
) -> Further:
    """Count and draw what the audit file asks for beside the tally.

    Args:
        given: the audit file; its paths start from its folder.
        plan: which groups are compared.
        decisions: the decisions audited: the log's, or the model's own where the log has none.
        log: the log.
        model: the model, None for an audit of a log alone.
        tell: told of each step.

    Raises:
        InputError: what a file or a column holds is wrong; every fault of it at once.
        CannotCarryOut: the engine or the model failed.
    """
    from isg_audit import tally
    from isg_audit.measures.remedies_asked import remedies_asked, weighing_asked

    spec = given.spec
    found = Further(
        population=tally.read_population(spec, given.folder),
        period=tally.period_of(decisions, spec),
    )
    if spec.audit.legitimate:
        tell("Counting within like circumstances", 0, None)
        found = _in_like_circumstances(found, decisions, spec)
    if spec.search is not None:
        tell("Counting groups nobody declared", 0, None)
        cube, alike = tally.count_cube(decisions, spec), people_to_cluster(decisions, spec, plan)
        found = replace(found, cube=cube, alike=alike)
    if spec.stages:
        tell("Counting how far people got", 0, None)
        found = replace(found, stages=tally.count_stages(log, spec.groups, spec.stages))
    if spec.voice is not None:
        tell("Counting who was told, appealed and was heard", 0, None)
        found = _voiced(found, log, given, spec.voice)
    if spec.unobserved:
        tell("Counting by signals of what nobody recorded", 0, None)
        found = replace(found, signals=tally.count_signals(decisions, spec, given.folder))
    tell("Counting who lacks inputs", 0, None)
    features = () if model is None else model.features
    return replace(
        found,
        missing_inputs=tally.count_missing_inputs(log, spec, features),
        weighing=weighing_asked(spec.remedy),
        remedies=remedies_asked(spec, log, model, plan, tell),
    )


def _in_like_circumstances(found: Further, decisions: Decisions, spec: Spec) -> Further:
    from isg_audit import tally

    factors = tally.count_factors(decisions, spec)
    return replace(
        found,
        within=tally.count_within(decisions, spec),
        factors=factors,
        factor_bins=tally.count_factor_bins(decisions, spec, factors),
    )


def _voiced(found: Further, log: Decisions, given: AuditFile, asked: VoicePart) -> Further:
    from isg_audit import tally

    groups, records = given.spec.groups, asked.consultations
    heard = None
    if records is not None:
        heard = tally.read_heard(records, asked, groups, given.folder)
    return replace(
        found,
        voice=tally.count_voice(log, groups, asked),
        decision_waits=tally.decision_waits(log, groups, asked),
        redress_waits=tally.redress_waits(log, groups, asked),
        heard=heard,
    )
