"""The main road: the order of the steps, read as the story of an audit.

Imports of the rooms stand inside the functions so that `import isg_audit` stays cheap.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from isg_audit.judge import Answers, ChecklistVerdict, Context, ReadChecklist
    from isg_audit.measures import Findings, Plan, Subject
    from isg_audit.sources import Decisions
    from isg_audit.sources.facts import Facts
    from isg_audit.sources.model import Model
    from isg_audit.spec import AuditFile, Spec
    from isg_audit.tally import Tally

Progress = Callable[[str, int, int | None], None]
"""Told of each step: what is done, how much of it, out of how much (None: not known)."""


@dataclass(frozen=True, eq=False)
class Audit:
    """What an audit found, in memory: nothing withheld, nothing written yet.

    Attributes:
        audit_file: the audit file, its text and the folder its paths start from.
        plan: which groups were compared.
        tally: counts of the decisions audited.
        model_tally: counts of the model's own decisions beside those of the log, if both exist.
        model: the model, None for an audit of a log alone.
        findings: every measurement, and every reason for a missing one.
        verdicts: one for each checklist.
        checklists: the checklists as they were read.
        answers: what people answered, None without an answers file.
        facts: what is known of the data besides its counts.
        limits: what a reader must know before leaning on a number.
    """

    audit_file: AuditFile
    plan: Plan
    tally: Tally
    model_tally: Tally | None
    model: Model | None
    findings: Findings
    verdicts: tuple[ChecklistVerdict, ...]
    checklists: tuple[ReadChecklist, ...]
    answers: Answers | None
    facts: Facts
    limits: tuple[str, ...]


def run(
    audit_file: Path | str | AuditFile | Spec,
    data: Any = None,
    model: Any = None,
    progress: Progress | None = None,
) -> Audit:
    """Audit a system: open, count, measure, judge. Writes nothing.

    Args:
        audit_file: path of the audit file, or a `Spec` made in Python.
        data: a DataFrame or an Arrow table instead of the file's `decisions.source`.
        model: a fitted estimator instead of the file's `model.source`.
        progress: told of each step.

    Raises:
        InputError: what was given is wrong; every fault at once.
        CannotCarryOut: the engine or the model failed.
    """
    from isg_audit import judge, measures, sources
    from isg_audit.measures.limits import limits_of
    from isg_audit.sources.facts import facts_of

    tell = progress or _silent
    made = datetime.now(UTC).replace(microsecond=0)
    tell("Reading the audit file and the checklists", 0, None)
    given = _audit_file(audit_file, data is None)
    checklists = tuple(
        judge.read_checklist(_checklist(given, one)) for one in given.spec.audit.checklists
    )
    answers = _answers(given, checklists)
    tell("Opening the decisions", 0, None)
    with (
        closing(sources.open_decisions(given, data)) as log,
        TemporaryDirectory(prefix="isg-audit-") as scratch,
    ):
        system = _model(given, model)
        own = None if system is None else _decided_by(system, log, given, Path(scratch), tell)
        decided_by_model = given.spec.decisions.decision is None
        decisions = own if decided_by_model and own is not None else log
        tell("Counting", 0, None)
        tally = _count(decisions, given)
        model_tally = _count(own, given) if own is not None and not decided_by_model else None
        plan = measures.plan_of(given.spec, dict(zip(tally.attributes, tally.levels, strict=True)))
        tell("Measuring", 0, None)
        subject = _subject(tally, plan, model_tally, system, log, given)
        findings = measures.measure(subject)
        facts = facts_of(decisions, made.isoformat(), "model" if decided_by_model else "log")
    tell("Judging", 0, None)
    context = _context(given, plan, tally, system)
    verdicts = judge.judge(checklists, findings, context, answers, made.date())
    return Audit(
        audit_file=given,
        plan=plan,
        tally=tally,
        model_tally=model_tally,
        model=system,
        findings=findings,
        verdicts=verdicts,
        checklists=checklists,
        answers=answers,
        facts=facts,
        limits=limits_of(given.spec, tally, system),
    )


def _silent(step: str, done: int, total: int | None) -> None:
    """Where nobody wants to be told."""


def _audit_file(given: Path | str | AuditFile | Spec, needs_source: bool) -> AuditFile:
    from isg_audit.spec import AuditFile, Spec, read

    if isinstance(given, AuditFile):
        return given
    if isinstance(given, Spec):
        return AuditFile.in_memory(given)
    return read(Path(given), needs_source=needs_source)


def _checklist(given: AuditFile, named: str) -> str | Path:
    """A checklist of ours by its id, or a file beside the audit file by its path."""
    return given.resolve(named) if named.endswith(".toml") else named


def _answers(given: AuditFile, checklists: tuple[ReadChecklist, ...]) -> Answers | None:
    from isg_audit.judge import read_answers

    named = given.spec.audit.answers
    return None if named is None else read_answers(given.resolve(named), checklists)


def _model(given: AuditFile, model: Any) -> Model | None:
    from isg_audit.sources.open_model import open_model

    part = given.spec.model
    source = model if model is not None else (part.source if part is not None else None)
    features = part.features if part is not None else ()
    return None if source is None else open_model(source, features, given.folder)


def _decided_by(
    system: Model, log: Decisions, given: AuditFile, scratch: Path, tell: Progress
) -> Decisions:
    from isg_audit.sources.scored import scored_by

    def progress(done: int) -> None:
        tell("Scoring with the model", done, None)

    return scored_by(system, log, _favourable_class(given), scratch, progress)


def _count(decisions: Decisions, given: AuditFile) -> Tally:
    from isg_audit.measures.plan import intersections_of
    from isg_audit.tally.build import count

    groups = given.spec.groups
    several_by = [(), *((name,) for name in groups), *intersections_of(given.spec)]
    return count(decisions, groups, several_by)


def _subject(
    tally: Tally,
    plan: Plan,
    model_tally: Tally | None,
    system: Model | None,
    log: Decisions,
    given: AuditFile,
) -> Subject:
    from isg_audit.measures import Subject

    if system is None:
        return Subject(tally, plan, model_tally)
    from isg_audit.measures.people_to_explain import people_to_explain

    people = people_to_explain(system, log, given.spec, plan, _favourable_class(given))
    return Subject(tally, plan, model_tally, people)


def _favourable_class(given: AuditFile) -> object:
    """The model's class that is good for the person: its own, else the decision's value."""
    own = None if given.spec.model is None else given.spec.model.favourable
    return given.spec.decisions.favourable if own is None else own


def _context(given: AuditFile, plan: Plan, tally: Tally, system: Model | None) -> Context:
    from isg_audit.judge import Context
    from isg_audit.tally.table import JOINT

    roles = given.spec.decisions
    has = {role for role in ("outcome", "score", "person", "time") if getattr(roles, role)}
    people = {}
    for by in plan.several_by:
        table = tally.table(by)
        for group, n in zip(table.groups, table.people, strict=True):
            people[JOINT.join(by), group] = int(n)
    return Context(
        domain=given.spec.system.domain,
        stage=given.spec.system.stage,
        has=frozenset(has | ({"model"} if system is not None else set())),
        attributes=plan.attributes,
        references=plan.references,
        confidence=plan.confidence,
        people=people,
        total=tally.total,
        minimum_cell=given.spec.audit.minimum_cell,
    )
