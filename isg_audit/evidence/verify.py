"""Verify a bundle without data or model: every file, every figure that follows from its counts.

Imports this room and `errors`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from isg_audit.errors import BundleError, ImpossibleCount, InputError
from isg_audit.evidence.bundle import ROWS, TALLY, Bundle, read
from isg_audit.evidence.disclosure import Published
from isg_audit.evidence.measurements_file import read_measurements
from isg_audit.evidence.recount import Recount, differences, recount, same
from isg_audit.evidence.rests_on import by_of, unpublished, view_of
from isg_audit.evidence.results import Results, Row
from isg_audit.evidence.rows import TOO_FEW, is_models
from isg_audit.evidence.tally_file import read_tallies
from isg_audit.evidence.verify_verdicts import verdict_faults
from isg_audit.measures.impact.small_groups import TOO_MANY
from isg_audit.measures.measurement import Measurement
from isg_audit.measures.plan import Plan

COUNTED = ("fairness", "impact", "coverage")
"""Families whose rows rest on counts."""

SUMS_OF_NUMBERS = ("score", "score_by_outcome", "amounts", "exposure")
"""Blocks whose sums are of scores or of numbers, not of cases."""


@dataclass(frozen=True)
class Verification:
    """What verifying a bundle found.

    Attributes:
        faults: what is wrong or differs, one sentence each; empty if nothing is.
        files: files compared with the manifest.
        recomputed: rows that came out the same from the published counts.
        not_recomputable: rows that cannot be computed from what is published, with the reason.
        by_reason: how many of them there are, by measure and reason.
    """

    faults: tuple[str, ...]
    files: int
    recomputed: int
    not_recomputable: tuple[str, ...] = ()
    by_reason: Mapping[tuple[str, str], int] = field(default_factory=dict)


def verify(folder: Path) -> Verification:
    """Verify a bundle; raises nothing for a bundle that is wrong, but tells every fault.

    Compares files with the manifest, both copies of the rows, the people of each group, and every
    row and verdict that follows from the published counts, to nine digits.
    """
    try:
        bundle = read(Path(folder))
        rows = read_measurements(bundle.folder / ROWS)
        tallies = read_tallies(bundle.folder / TALLY)
        return _content(bundle, rows, tallies)
    except BundleError as error:
        return Verification(tuple(str(fault) for fault in error.faults), 0, 0)
    except (ImpossibleCount, InputError) as error:
        return Verification((f"{TALLY}: the counts do not fit one another: {error}",), 0, 0)


def _content(
    bundle: Bundle, rows: tuple[Row, ...], tallies: Mapping[str, Published]
) -> Verification:
    results = bundle.results
    faults = [*_copies(results, rows)]
    by_prefix = _by_prefix(results, tallies)
    if not by_prefix:
        faults.append(f"{TALLY} has no counts of the {results.subject.decided_by}'s decisions.")
    plan = plan_of(results, tallies)
    again: dict[tuple[str, ...], tuple[Measurement, ...]] = {}
    for prefix, published in by_prefix.items():
        faults += _counts(published)
        again |= recount(published, plan, prefix, view_of).rows
    found = Recount(again)
    if "" in by_prefix:
        faults += _people(results, by_prefix[""])
    told = _Told(results, by_prefix, found)
    for row in results.measurements:
        told.compare(row)
    faults += [*told.faults, *told.missing()]
    faults += verdict_faults(bundle, plan, by_prefix, found)
    return Verification(
        tuple(faults), len(bundle.manifest.files), told.same, tuple(told.cannot), told.reasons
    )


def plan_of(results: Results, tallies: Mapping[str, Published]) -> Plan:
    """The plan of the audit, from its results and from what was counted."""
    subject = results.subject
    every = tuple(one.name for one in subject.attributes)
    told = not any(one.reason == TOO_MANY for one in results.not_measured)
    joint = bool(every) and told and all(every in one.tables for one in tallies.values())
    return Plan(
        attributes=every,
        intersections=subject.intersections,
        references={one.name: one.reference for one in subject.attributes if one.reference},
        confidence=results.confidence,
        seed=results.provenance.seed,
        joint=every if joint else (),
    )


def _by_prefix(results: Results, tallies: Mapping[str, Published]) -> dict[str, Published]:
    whose = results.subject.decided_by
    by_prefix = {"": tallies[whose]} if whose in tallies else {}
    if whose == "log" and "model" in tallies:
        by_prefix["model_"] = tallies["model"]
    return by_prefix


def _copies(results: Results, rows: tuple[Row, ...]) -> Iterator[str]:
    if len(rows) != len(results.measurements):
        yield (
            f"{ROWS} has {len(rows)} rows, results.json has {len(results.measurements)} "
            "measurements."
        )
        return
    for ours, theirs in zip(results.measurements, rows, strict=True):
        if ours != theirs:
            differing = [
                name for name in Row.model_fields if getattr(ours, name) != getattr(theirs, name)
            ]
            yield f"{name_of(ours)}: {ROWS} and results.json differ in {', '.join(differing)}."


def _counts(published: Published) -> Iterator[str]:
    """Counts that should not have been published."""
    for by, blocks in published.tables.items():
        for block, sums in blocks.sums.items():
            cases = sums[0]
            small = (cases > 0.5) & (cases < published.minimum_cell - 0.5)
            # Of everybody it is always told how many lack a decision or an outcome.
            if block not in SUMS_OF_NUMBERS and by and small.any():
                yield (
                    f"{TALLY}: {int(small.sum())} counts by {' × '.join(by)} in '{block}' are "
                    f"smaller than {published.minimum_cell}."
                )


def _people(results: Results, published: Published) -> Iterator[str]:
    sizes = {
        by: dict(zip(blocks.groups, blocks.sums["decided"][0] + blocks.sums["undecided"][0],
                     strict=True))
        for by, blocks in published.tables.items()
    }  # fmt: skip
    everybody = float(sizes[()][""])
    if everybody == everybody and results.subject.cases != round(everybody):
        yield f"subject: {results.subject.cases} cases; the counts say {round(everybody)}."
    for attribute in results.subject.attributes:
        counted = sizes.get((attribute.name,), {})
        for group in attribute.groups:
            known = counted.get(group.name, float("nan"))
            shown = None if known != known else round(float(known))
            if group.n != shown:
                yield (
                    f"subject: {group.n} people in {attribute.name} '{group.name}'; "
                    f"the counts say {shown}."
                )


class _Told:
    """Rows compared so far, and what came of it."""

    def __init__(
        self, results: Results, by_prefix: Mapping[str, Published], found: Recount
    ) -> None:
        self.results, self.by_prefix, self.found = results, by_prefix, found
        self.faults: list[str] = []
        self.cannot: list[str] = []
        self.reasons: Counter[tuple[str, str]] = Counter()
        self.same = 0

    def compare(self, row: Row) -> None:
        """Compare one published row with what follows from the counts."""
        published = self.by_prefix.get("model_" if is_models(row.measure) else "")
        by = by_of(row.by)
        why = unpublished(row.measure)
        counted = row.measure.partition(".")[0] in COUNTED and not row.window and not why
        if not counted or published is None or by not in published.tables:
            if row.note != TOO_FEW:
                what = why or "needs the model or the cases themselves"
                self._cannot(row, what)
            return
        view = view_of(row.measure, row.metric)
        some_withheld = any(published.withheld(view, by).values())
        candidates = self.found.of(key_of(row))
        if row.note == TOO_FEW and row.value is None:
            known = [one for one in candidates if one.value is not None]
            if known and not some_withheld and not published.withheld(view, ())[""]:
                self.faults.append(f"{name_of(row)}: is withheld although all its counts are not.")
        elif any(not differences(row, one) for one in candidates):
            self.same += 1
        elif row.measure.endswith("worst_off") and some_withheld:
            self._worst_off(row)
        elif view == "curve" and (some_withheld or not candidates):
            self._cannot(row, "score bins are withheld")
        elif not candidates:
            self.faults.append(f"{name_of(row)}: does not follow from the counts.")
        else:
            self._differs(row)

    def _cannot(self, row: Row, why: str) -> None:
        self.cannot.append(f"{name_of(row)}: {why}.")
        self.reasons[row.measure, why] += 1

    def _differs(self, row: Row) -> None:
        candidate = self.found.of(key_of(row))[0]
        told = "; ".join(
            f"{name} {getattr(row, name)}, the counts give {getattr(candidate, name)}"
            for name in differences(row, candidate)
        )
        self.faults.append(f"{name_of(row)}: {told}.")

    def _worst_off(self, row: Row) -> None:
        others = [
            one
            for one in self.results.measurements
            if one.metric == row.metric and one.versus == row.versus and one.group == row.group
            and one.by == row.by and one.measure.endswith("favourable_rate")
            and is_models(one.measure) == is_models(row.measure)
        ]  # fmt: skip
        if any(not same(row.value, one.value) for one in others if one.value is not None):
            self.faults.append(f"{name_of(row)}: differs from the same rate elsewhere.")
        self._cannot(row, "its interval allows for groups that are withheld")

    def missing(self) -> Iterator[str]:
        """Rows that follow from the counts and are not in the results."""
        there = {key_of(row) for row in self.results.measurements}
        for key in self.found.rows:
            published = self.by_prefix["model_" if is_models(key[0]) else ""]
            view = view_of(key[0], key[1])
            # With groups withheld, another one may have been the worst off or the best.
            worst = key[0].endswith("worst_off") and published.lacks(view)
            best = key[4] == "best" and any(published.withheld(view, by_of(key[2])).values())
            if key not in there and not (worst or best):
                yield f"{' '.join(part for part in key if part)}: is missing from the results."


def key_of(row: Row) -> tuple[str, ...]:
    """What tells a row from every other; the same as a measurement's key."""
    return (
        row.measure, row.metric, row.by, row.group, row.versus, row.feature, row.window
    )  # fmt: skip


def name_of(row: Row) -> str:
    """A row in words."""
    versus = f" against {row.versus}" if row.versus else ""
    where = f" of {row.group}" if row.group else ""
    where = f" of '{row.feature}'{where}" if row.feature else where
    return f"{row.measure} {row.metric}{where}{f' by {row.by}' if row.by else ''}{versus}"
