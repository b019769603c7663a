"""The main road: the order of the steps, read as the story of an audit.

Imports of the rooms stand inside the functions so that `import isg_audit` stays cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from isg_audit.errors import Fault, ModelFailed, NotReached, SpecError

if TYPE_CHECKING:
    from isg_audit.judge import Answers, ChecklistVerdict, ReadChecklist
    from isg_audit.measures import Findings, Plan, Subject
    from isg_audit.measures.own_function import OwnMetric
    from isg_audit.sources import Decisions, Facts, Model
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
        background: whom explained people were compared with; empty without an explanation.
        findings: every measurement, and every reason for a missing one.
        verdicts: one for each checklist.
        checklists: the checklists as they were read.
        answers: what people answered, None without an answers file.
        facts: what is known of the data besides its counts.
        limits: what a reader must know before leaning on a number.
        requests: the log of requests to a service, a JSON object a line; else empty.
        failed: how the model failed, where the log could be audited without it; else empty. What it
            says may hold values of people: it is told to whoever runs the audit, never published.
    """

    audit_file: AuditFile
    plan: Plan
    tally: Tally
    model_tally: Tally | None
    model: Model | None
    background: str
    findings: Findings
    verdicts: tuple[ChecklistVerdict, ...]
    checklists: tuple[ReadChecklist, ...]
    answers: Answers | None
    facts: Facts
    limits: tuple[str, ...]
    requests: str = ""
    failed: str = ""

    @property
    def isolation(self) -> str:
        """Behind which layers and limits a model file was opened; empty for other models."""
        held = getattr(self.model, "isolation", None)
        return "" if held is None else str(held.in_words())


def run(
    audit_file: Path | str | AuditFile | Spec,
    data: Any = None,
    model: Any = None,
    progress: Progress | None = None,
    metrics: Mapping[str, Callable[..., Any]] | None = None,
    private_address: bool = False,
    allow_pickle: bool = False,
) -> Audit:
    """Audit a system: open, count, measure, judge. Writes nothing.

    Args:
        audit_file: path of the audit file, or a `Spec` made in Python.
        data: a DataFrame or an Arrow table instead of the file's `decisions.source`.
        model: a fitted estimator instead of the file's `model.source`.
        progress: told of each step.
        metrics: functions of your own by name, each of (y_true, y_pred) and perhaps score, that
            are run by group on rows; see docs/own-metric.md.
        private_address: whether a service on this computer or in a private network may be asked.
        allow_pickle: whether a model that is a pickle is opened; see docs/models.md.

    Raises:
        InputError: what was given is wrong; every fault at once.
        CannotCarryOut: the engine failed, or a model without which there is nothing to audit. Where
            a log holds decisions of its own, the audit goes on without the model: see
            `Audit.failed`.
    """
    from isg_audit import judge, measures, sources, tally
    from isg_audit.measures.limits import limits_of
    from isg_audit.measures.own_audit import limits_of_own, with_own

    tell = progress or _silent
    asked = _own_metrics(metrics)
    made = datetime.now(UTC).replace(microsecond=0)
    tell("Reading the audit file and the checklists", 0, None)
    given = _audit_file(audit_file, needs_source=data is None)
    spec = given.spec
    checklists, answers = judge.read_asked(given)
    if data is None and not spec.decisions.source:
        what = "no decisions were given."
        raise SpecError(Fault("decisions.source", what, "Name a file, or hand over the data."))
    tell("Opening the decisions", 0, None)
    with ExitStack() as open_until_measured:
        scratch = open_until_measured.enter_context(_scratch())
        log = sources.open_decisions(given, data, _waiting(tell))
        open_until_measured.callback(log.close)
        system = sources.model_of(given, model, private_address, allow_pickle)
        open_until_measured.enter_context(sources.in_use(system))
        open_until_measured.enter_context(sources.ended_afterwards(system))
        own, failed = sources.decided_by(system, log, spec, scratch, tell)
        if own is not None:
            open_until_measured.callback(own.close)
        decisions = log if spec.decisions.decision is not None or own is None else own
        tell("Counting", 0, None)
        counts = tally.count(decisions, spec)
        own_counts = against_log = distances = None
        if own is not None and own is not decisions:
            own_counts = tally.count(own, spec)
            against_log = tally.count(sources.beside_the_log(own, log), spec)
            apart = sources.distance_from_the_log(own, log)
            distances = None if apart is None else tally.count(apart, spec)
        plan = measures.plan_of(spec, counts)
        further = measures.look_further(given, plan, decisions, log, system, tell)
        own_alike = None
        if further.within is not None and own_counts is not None and own is not None:
            own_alike = tally.count_within(own, spec)
        tell("Measuring", 0, None)
        subject = replace(
            _subject(counts, own_counts, plan, None if failed else system, log, spec),
            against_log=against_log,
            score_distances=distances,
            further=replace(further, harm_weights=judge.harm_weights(checklists)),
            model_within=own_alike,
            model_failed=bool(failed),
        )
        findings, failed = _measured(subject, failed)
        if asked:
            tell("Running metrics of your own", 0, None)
            models = None if own is decisions else own
            findings = with_own(asked, findings, plan, spec, decisions, models)
        decided_by: Literal["log", "model"] = "log" if decisions is log else "model"
        requests = sources.requests_of(system)
        facts = sources.facts_of(decisions, made.isoformat(), decided_by)
    tell("Judging", 0, None)
    context = judge.context_of(spec, plan, counts, has_model=system is not None)
    return Audit(
        audit_file=given,
        plan=plan,
        tally=counts,
        model_tally=own_counts,
        model=system,
        background=subject.explaining.described_background if subject.explaining else "",
        findings=findings,
        verdicts=judge.judge(checklists, findings, context, answers, made.date()),
        checklists=checklists,
        answers=answers,
        facts=facts,
        limits=(*limits_of(spec, counts, system, failed=bool(failed)), *limits_of_own(asked)),
        requests=requests,
        failed=failed,
    )


def _waiting(tell: Progress) -> Callable[[str], None]:
    """A step that only waits: nothing of it is done or to be done."""
    return lambda step: tell(step, 0, None)


def _silent(step: str, done: int, total: int | None) -> None:
    """Where nobody wants to be told."""


def _audit_file(given: Path | str | AuditFile | Spec, *, needs_source: bool) -> AuditFile:
    from isg_audit.spec import AuditFile, Spec, read

    if isinstance(given, AuditFile):
        return given
    if isinstance(given, Spec):
        return AuditFile.in_memory(given)
    return read(Path(given), needs_source=needs_source)


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder for what does not fit into memory, gone afterwards."""
    with TemporaryDirectory(prefix="isg-audit-") as folder:
        yield Path(folder)


def _measured(subject: Subject, failed: str) -> tuple[Findings, str]:
    """The findings; those of the log alone where the model fails while it is examined."""
    from isg_audit.measures import measure
    from isg_audit.measures.subject import MODEL_FAILED

    try:
        return measure(subject), failed
    except NotReached:
        raise
    except ModelFailed as error:
        alone = replace(subject, explaining=None, no_explanation=MODEL_FAILED)
        return measure(alone), str(error)


def _own_metrics(given: Mapping[str, Callable[..., Any]] | None) -> tuple[OwnMetric, ...]:
    if not given:
        return ()
    from isg_audit.measures.own_function import own_metrics

    return own_metrics(given)


def _subject(
    counts: Tally,
    own_counts: Tally | None,
    plan: Plan,
    system: Model | None,
    log: Decisions,
    spec: Spec,
) -> Subject:
    from isg_audit.measures import Subject

    if system is None:
        return Subject(counts, plan, own_counts)
    from isg_audit.measures.people_to_explain import people_to_explain

    return Subject(counts, plan, own_counts, people_to_explain(system, log, spec, plan))
