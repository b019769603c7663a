"""From an audit in memory to the results that are published.

Imports this room, `run` (types only), `measures`, `sources.values`, `tally`.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib import metadata
from typing import TYPE_CHECKING

from isg_audit.evidence.canonical import sha256, without_credentials
from isg_audit.evidence.conformance import read_record
from isg_audit.evidence.disclosure import Published, publishable
from isg_audit.evidence.recount import Measure, Recount, measure_counts, recount
from isg_audit.evidence.rests_on import view_of
from isg_audit.evidence.results import (
    Attribute,
    Disclosure,
    GroupCount,
    Missing,
    ModelFacts,
    Provenance,
    RecourseExample,
    Results,
    Subject,
)
from isg_audit.evidence.rows import published_rows
from isg_audit.evidence.verdicts import published_verdicts
from isg_audit.sources.values import as_text
from isg_audit.tally.table import JOINT, UNKNOWN

if TYPE_CHECKING:
    from isg_audit.run import Audit

PACKAGES = (
    "duckdb", "ibis-framework", "numpy", "onnxruntime", "pandas", "pyarrow", "pydantic",
    "scikit-learn", "scipy", "shap", "skops",
)  # fmt: skip
"""Packages that numbers can depend on; those that are installed are named in the results."""


def published(audit: Audit) -> Results:
    """The results as anybody may read them: small counts withheld, sentences told without them."""
    return assemble(audit)[0]


def assemble(
    audit: Audit, measure: Measure = measure_counts
) -> tuple[Results, Mapping[str, Published]]:
    """What is published of an audit: its results, and its tallies by who decided.

    Args:
        audit: what was found.
        measure: what measures a tally; only tests give another.
    """
    spec, plan = audit.audit_file.spec, audit.plan
    least = spec.audit.minimum_cell
    bys = (*plan.several_by, plan.joint) if plan.joint else plan.several_by
    log = publishable(audit.tally, bys, least)
    model = None if audit.model_tally is None else publishable(audit.model_tally, bys, least)
    again = dict(recount(log, plan, "", view_of, measure).rows)
    if model is not None:
        again |= recount(model, plan, "model_", view_of, measure).rows
    rows = published_rows(list(audit.findings.measured), log, model, Recount(again))
    tallies = {"log": log} if audit.facts.decided_by == "log" else {"model": log}
    if model is not None:
        tallies["model"] = model
    withheld = frozenset().union(*(one.groups_withheld for one in tallies.values()))
    few = frozenset().union(*(one.few for one in tallies.values()))
    results = Results(
        subject=_subject(audit, log),
        model=_model(audit),
        checklists=published_verdicts(
            audit.verdicts, rows.withheld, _unnamed(tallies), uncounted(tallies), plan.confidence
        ),
        measurements=rows.rows,
        not_measured=tuple(
            Missing(measure=one.measure, reason=one.reason, metric=one.metric, by=one.by)
            for one in audit.findings.not_measured
        ),
        limits=audit.limits,
        disclosure=Disclosure(
            minimum_cell=least,
            groups_withheld=len(withheld),
            rows_withheld=len(rows.withheld),
            complementary=len(withheld - few),
        ),
        provenance=_provenance(audit),
        language=spec.audit.language,
        confidence=plan.confidence,
        examples=_examples(audit, rows.withheld),
    )
    return results, tallies


def _examples(
    audit: Audit, withheld: frozenset[tuple[str, ...]]
) -> tuple[RecourseExample, ...]:  # fmt: skip
    """Worked examples whose row is not withheld."""
    return tuple(
        RecourseExample.model_validate(asdict(one.worked))
        for one in audit.findings.measured
        if one.worked is not None and one.key not in withheld
    )


def _unnamed(tallies: Mapping[str, Published]) -> frozenset[tuple[str, str]]:
    """Groups of whom not even how many were decided is published."""
    return frozenset(
        (JOINT.join(by), group)
        for one in tallies.values()
        for by in one.tables
        for group, hidden in one.withheld("people", by).items()
        if hidden and group
    )


def uncounted(tallies: Mapping[str, Published]) -> frozenset[str]:
    """Every `by` of which the size of some group is not published."""
    return frozenset(
        JOINT.join(by)
        for one in tallies.values()
        for by in one.tables
        if any(one.withheld("size", by).values())
    )


def _subject(audit: Audit, log: Published) -> Subject:
    spec, facts = audit.audit_file.spec, audit.facts
    table = audit.tally.table(())
    cases = table.cases[0]
    roles = spec.decisions
    return Subject(
        name=without_credentials(spec.system.name),
        owner=without_credentials(spec.system.owner),
        purpose=without_credentials(spec.system.purpose),
        domain=spec.system.domain,
        jurisdictions=spec.system.jurisdictions,
        stage=spec.system.stage,
        source=without_credentials(facts.source),
        decided_by=facts.decided_by,
        cases=round(cases.sum()),
        persons=facts.persons,
        decided=round(cases[:, :UNKNOWN].sum()),
        undecided=round(cases[:, UNKNOWN].sum()),
        with_outcome=round(cases[:UNKNOWN].sum()),
        period=facts.period,
        decision=roles.decision or "",
        favourable=_text(roles.favourable),
        unfavourable=tuple(_text(one) for one in roles.unfavourable),
        outcome=roles.outcome or "",
        outcome_favourable=_text(roles.outcome_favourable),
        positive=roles.positive,
        score=roles.score or "",
        weighted=table.weighted,
        task=table.task,
        attributes=tuple(_attribute(name, audit, log) for name in audit.plan.attributes),
        intersections=audit.plan.intersections,
    )


def _text(value: object) -> str:
    return (as_text(value) or "") if value is not None else ""


def _attribute(name: str, audit: Audit, log: Published) -> Attribute:
    table = audit.tally.table((name,))
    hidden = log.withheld("size", (name,))
    everybody = float(audit.tally.table(()).people[0])
    groups = tuple(
        GroupCount(name=group, n=None if hidden[group] else round(float(n)))
        for group, n in zip(table.groups, table.people, strict=True)
    )
    return Attribute(
        name=name,
        reference=audit.plan.references.get(name, ""),
        groups=groups,
        unknown=None if any(hidden.values()) else round(everybody - float(table.people.sum())),
    )


def _model(audit: Audit) -> ModelFacts | None:
    if audit.model is None:
        return None
    return ModelFacts(
        name=audit.model.name,
        kind=audit.model.kind,
        fingerprint=audit.model.fingerprint,
        features=tuple(audit.model.features),
        also_decides=audit.model_tally is not None,
        background=audit.background,
        isolation=audit.isolation,
        failed=bool(audit.failed),
    )


def _provenance(audit: Audit) -> Provenance:
    record = read_record()
    return Provenance(
        isg_audit=version_of("isg-audit"),
        python=platform.python_version(),
        packages={name: version for name in PACKAGES if (version := version_of(name))},
        platform=f"{platform.system()} {platform.machine()}",
        made=audit.facts.made,
        seed=audit.plan.seed,
        data_fingerprint=audit.facts.fingerprint,
        spec_sha256=sha256(without_credentials(audit.audit_file.text).encode()),
        conformance=None if record is None else record.summary,
    )


def version_of(package: str) -> str:
    """Installed version of a package, empty if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
