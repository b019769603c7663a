"""Whether verdicts follow from published rows. Imports this room and `judge`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from isg_audit.errors import ChecklistError
from isg_audit.evidence.assemble import uncounted
from isg_audit.evidence.disclosure import Published
from isg_audit.evidence.recount import Recount, same
from isg_audit.evidence.results import Results, Row
from isg_audit.evidence.verdicts import IN_PEOPLE, key_of, on_decided, people_key_of
from isg_audit.judge import (
    ChecklistVerdict,
    Context,
    ItemVerdict,
    JudgedGroup,
    ReadChecklist,
    judge,
    read_checklist,
    together,
)
from isg_audit.measures.measurement import Findings
from isg_audit.measures.plan import Plan
from isg_audit.tally.table import JOINT

if TYPE_CHECKING:
    from isg_audit.evidence.bundle import Bundle

AS_MEASURED = ("value", "low", "high", "n")
AS_JUDGED = ("fail_low", "fail_high", "smallest_gap", "cases_needed", "flip_count")
WHERE_COUNTED = ("smallest_gap", "cases_needed")
"""Worked out from how many groups there are and their sizes, which may be withheld."""
JUDGED = ("pass", "fail", "inconclusive")


def verdict_faults(
    bundle: Bundle, plan: Plan, by_prefix: Mapping[str, Published], found: Recount
) -> Iterator[str]:
    """Verdicts that differ from what the published rows and the checklists give.

    Every comparison is held against its row. Measured items all of whose comparisons come out of
    the published counts are judged again; the others cannot be.
    """
    results = bundle.results
    rows: dict[tuple[str, ...], Row] = {
        (r.measure, r.metric, r.by, r.group, r.versus, r.feature, r.window): r
        for r in results.measurements
    }
    yield from _against_rows(results, rows)
    try:
        read = {
            one.id: read_checklist(bundle.folder / "checklists" / f"{one.id}.toml")
            for one in results.checklists
        }
    except ChecklistError as error:
        yield from (str(fault) for fault in error.faults)
        return
    measured = [one for several in found.rows.values() for one in several[:1]]
    context = _context(results, plan, by_prefix)
    sizes = uncounted(by_prefix)
    today = date.fromisoformat(results.provenance.made[:10])
    for kept in results.checklists:
        yield from _checklist(
            kept, read[kept.id],
            judge([read[kept.id]], Findings.of(measured), context, None, today)[0], found, sizes,
        )  # fmt: skip


def _against_rows(results: Results, rows: Mapping[tuple[str, ...], Row]) -> Iterator[str]:
    for checklist in results.checklists:
        for item in checklist.items:
            for group in item.groups:
                row = rows.get(key_of(group))
                if row is None:
                    if group.value is not None:
                        yield f"{checklist.id} {item.id}, {group.group}: rests on no row."
                    continue
                for name in (*AS_MEASURED, *IN_PEOPLE):
                    its = rows.get(people_key_of(group), row) if name in IN_PEOPLE else row
                    if not _equal(group, its, name):
                        yield (
                            f"{checklist.id} {item.id}, {group.group}: {name} is "
                            f"{getattr(group, name)}, the row says {getattr(its, name)}."
                        )


def _equal(group: JudgedGroup, row: Row, name: str) -> bool:
    ours, theirs = getattr(group, name), getattr(row, name)
    # A comparison that was not judged need not repeat its row.
    return ours is None or same(ours, theirs)


def _checklist(
    kept: ChecklistVerdict,
    read: ReadChecklist,
    again: ChecklistVerdict,
    found: Recount,
    sizes: Collection[str],
) -> Iterator[str]:
    if kept.sha256 != read.sha256:
        yield f"{kept.id}: was judged by another version of checklists/{kept.id}.toml."
        return
    fresh = {item.id: item for item in again.items}
    if list(fresh) != [item.id for item in kept.items]:
        yield f"{kept.id}: the items are not those of checklists/{kept.id}.toml."
        return
    for item in kept.items:
        if item.kind != "measured" or not item.groups:
            continue
        if _follows(item, found):
            yield from _item(f"{kept.id} {item.id}", item, fresh[item.id], sizes)
        else:
            yield from _together(f"{kept.id} {item.id}", item)


def _together(name: str, item: ItemVerdict) -> Iterator[str]:
    """Where numbers are withheld: an item's word still follows from those of its comparisons."""
    word = item.real_word if item.word == "waived" else item.word
    given = together(item.groups)
    if word in JUDGED and word != given:
        yield f"{name}: the verdict is '{word}', its comparisons give '{given}'."


def _follows(item: ItemVerdict, found: Recount) -> bool:
    """Whether every comparison of an item comes out of the published counts."""
    return not any(group.withheld for group in item.groups) and all(
        any(same(group.value, one.value) and same(group.low, one.low)
            for one in found.of(key_of(group))[:1])
        for group in item.groups
    )  # fmt: skip


def _item(
    name: str, item: ItemVerdict, again: ItemVerdict, sizes: Collection[str]
) -> Iterator[str]:
    word = item.real_word if item.word == "waived" else item.word
    if word != again.word:
        yield f"{name}: the verdict is '{word}', the counts give '{again.word}'."
    groups = {key_of(group): group for group in again.groups}
    for group in item.groups:
        other = groups.get(key_of(group))
        if other is None:
            yield f"{name}, {group.group}: is no comparison of this item."
            continue
        if group.word != other.word:
            yield f"{name}, {group.group}: '{group.word}', the counts give '{other.word}'."
        for limit in AS_JUDGED:
            if limit in WHERE_COUNTED and group.by in sizes and not on_decided(group):
                continue
            if not same(getattr(group, limit), getattr(other, limit)):
                yield (
                    f"{name}, {group.group}: {limit} is {getattr(group, limit)}, the counts give "
                    f"{getattr(other, limit)}."
                )


def _context(results: Results, plan: Plan, by_prefix: Mapping[str, Published]) -> Context:
    subject = results.subject
    people = {
        (JOINT.join(by), group): int(n)
        for by, blocks in (by_prefix[""].tables.items() if "" in by_prefix else ())
        for group, n in zip(
            blocks.groups, blocks.sums["decided"][0] + blocks.sums["undecided"][0], strict=True
        )
        if by and n == n
    }
    has = {
        "outcome": subject.outcome,
        "score": subject.score,
        "person": subject.persons,
        "time": subject.period,
        "model": results.model,
    }
    return Context(
        domain=subject.domain,
        stage=subject.stage,
        has=frozenset(name for name, there in has.items() if there),
        attributes=plan.attributes,
        references=plan.references,
        confidence=plan.confidence,
        people=people,
        total=subject.cases,
        minimum_cell=results.disclosure.minimum_cell,
    )
