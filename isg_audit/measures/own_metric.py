"""A metric of one's own by group: point values through fairlearn, intervals by bootstrap.

Imports `own_function`, `own_rows`, `own_bootstrap`, `stats`, `measurement`. Rows are marked "from
rows": they do not follow from the tally, and nobody can work them out again without the records.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from isg_audit.measures.measurement import Limits, Measurement, NotMeasured
from isg_audit.measures.own_bootstrap import (
    FEWEST_CASES,
    Floats,
    drawn_again,
    limits_of,
    reaches,
    replicates_for,
    same_content,
)
from isg_audit.measures.own_function import CaseRows, OwnMetric
from isg_audit.measures.own_rows import OwnRows
from isg_audit.measures.plan import Plan
from isg_audit.stats import bonferroni_confidence, least_ratio_of, range_of
from isg_audit.stats.bounds import Bounds
from isg_audit.tally.table import JOINT

NO_RATIO = "a ratio has no meaning where a value is not above 0"


@dataclass(frozen=True, eq=False)
class _Part:
    """A group: its cases, what the function gives of them, and what it gives when drawn again."""

    cases: CaseRows
    value: float
    why: str
    drawn: Floats | None


def measure_own(
    metrics: Sequence[OwnMetric], rows: OwnRows | str, plan: Plan, prefix: str = ""
) -> Iterator[Measurement | NotMeasured]:
    """Each metric for everybody and by every set of groups, with differences and ratios.

    Args:
        metrics: the functions.
        rows: what they run on, or why there is nothing.
        plan: which groups are compared.
        prefix: `model_` for the model's own decisions beside those of a log.

    Group values, ranges and least ratios are those of fairlearn's `MetricFrame`. Groups are
    compared with the declared reference and with everybody else; never with the best-off, since
    nobody said whether high is good. Intervals: percentiles of a bootstrap within groups, of whole
    persons where `person` is declared; none for fewer than 30. A range's interval is made of its
    groups' as everywhere (`stats.range_of`).

    Source:
        Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
    """
    for own in metrics:
        why = rows if isinstance(rows, str) else _lacking(own, rows)
        if isinstance(rows, str) or why:
            yield NotMeasured(own.measure(prefix), why, own.metric)
            continue
        yield from _Making(own, _with_score(own, rows), plan, prefix).rows()


def _lacking(own: OwnMetric, rows: OwnRows) -> str:
    if own.takes_score and (rows.cases.score is None or np.isnan(rows.cases.score).all()):
        return "the function takes a score, and no score is recorded"
    if rows.cases.weight is not None and not own.takes_weight:
        return "cases are weighted, and the function takes no sample_weight"
    return ""


def _with_score(own: OwnMetric, rows: OwnRows) -> OwnRows:
    """The rows that the function can be given: those with a score, where it takes one."""
    score = rows.cases.score
    if score is None or not own.takes_score:
        return replace(rows, cases=replace(rows.cases, score=None))
    there = ~np.isnan(score)
    groups = {by: labels[there] for by, labels in rows.groups.items()}
    return replace(rows, cases=rows.cases.at(there), groups=groups)


@dataclass(frozen=True, eq=False)
class _Making:
    """One metric being measured."""

    own: OwnMetric
    given: OwnRows
    plan: Plan
    prefix: str

    def rows(self) -> Iterator[Measurement | NotMeasured]:
        everybody = self._part(self.given.cases, "everybody")
        if math.isnan(everybody.value):
            yield NotMeasured(self.own.measure(self.prefix), everybody.why, self.own.metric)
            return
        yield self._level(everybody, "", "")
        for by in self.given.groups:
            yield from self._by(by)

    @cached_property
    def replicates(self) -> int:
        rows = len(self.given.cases)
        groups = sum(len(set(labels) - {None}) for labels in self.given.groups.values())
        # Each set of groups holds all rows, and the rest of each group nearly all.
        return replicates_for(rows * (1 + len(self.given.groups) + groups), 1 + 2 * groups)

    def _part(self, cases: CaseRows, role: str) -> _Part:
        value, why = self.own.value_of(cases)
        drawn = None
        if not why:
            drawn = drawn_again(self.own, cases, self.replicates, self.plan.seed, role)
        return _Part(cases, value, why, drawn)

    def _by(self, by: str) -> Iterator[Measurement]:
        labels = self.given.groups[by]
        known = np.array([label is not None for label in labels], dtype=bool)
        if not known.any():
            return
        cases, names = self.given.cases.at(known), labels[known].astype(str)
        frame = framed(self.own, cases, names)
        parts: dict[str, _Part] = {}
        alike: Counter[Any] = Counter()
        for group in frame.by_group.index:
            ours = cases.at(names == group)
            content = same_content(ours)
            part = self._part(ours, f"group {alike[content]}")
            alike[content] += 1
            parts[str(group)] = replace(part, value=float(frame.by_group[group]))
        for group, part in parts.items():
            yield self._level(part, by, group)
        yield from self._compared(by, cases, names, parts)
        yield from self._over_groups(by, frame, parts)

    def _compared(
        self, by: str, cases: CaseRows, names: Any, parts: Mapping[str, _Part]
    ) -> Iterator[Measurement]:
        reference = self.plan.reference_of(tuple(by.split(JOINT)))
        if reference is not None and reference in parts:
            theirs = self._part(parts[reference].cases, "reference")
            for group, ours in parts.items():
                if group != reference:
                    yield from self._pair(ours, theirs, by, group, reference)
        if len(parts) > 1:
            for group, ours in parts.items():
                yield from self._pair(
                    ours, self._part(cases.at(names != group), "rest"), by, group, "rest"
                )

    def _pair(
        self, ours: _Part, theirs: _Part, by: str, group: str, versus: str
    ) -> Iterator[Measurement]:
        why = ours.why or (f"of whom it is compared with: {theirs.why}" if theirs.why else "")
        gap = quotient = None
        if ours.drawn is not None and theirs.drawn is not None:
            gap = ours.drawn - theirs.drawn
            fit = (ours.drawn >= 0) & (theirs.drawn > 0)
            below = np.where(fit, theirs.drawn, np.nan)
            quotient = np.where(fit, ours.drawn, np.nan) / below
        row = partial(self._row, by=by, group=group, versus=versus, n=len(ours.cases))
        yield row("difference", ours.value - theirs.value, why, partial(limits_of, gap))
        why_not = why or ("" if ours.value >= 0 and theirs.value > 0 else NO_RATIO)
        ratio = math.nan if why_not else ours.value / theirs.value
        yield row("ratio", ratio, why_not, partial(limits_of, quotient))

    def _level(self, part: _Part, by: str, group: str) -> Measurement:
        persons = part.cases.person
        people = None if persons is None else len(np.unique(persons))
        made = self._row(
            "", part.value, part.why, partial(limits_of, part.drawn), by=by, group=group,
            n=len(part.cases),
        )  # fmt: skip
        return replace(made, people=people)

    def _over_groups(
        self, by: str, frame: Any, parts: Mapping[str, _Part]
    ) -> Iterator[Measurement]:
        why = next((f"{group}: {part.why}" for group, part in parts.items() if part.why), "")
        why = why or ("" if len(parts) > 1 else "fewer than two groups have a value")
        drawn = [part.drawn for part in parts.values()]
        values = np.array([part.value for part in parts.values()])
        pairs = max(1, len(parts) * (len(parts) - 1) // 2)

        def limits(over: Any, confidence: float) -> tuple[float, float]:
            strict = bonferroni_confidence(confidence, pairs)
            if any(one is None for one in drawn) or not reaches(self.replicates, strict):
                return math.nan, math.nan

            def at(level: float) -> Bounds:
                ends = np.array([limits_of(one, level) for one in drawn])
                return Bounds(ends[:, 0], ends[:, 1])

            low, high = (
                over(values, at, confidence) if not _missing(at, strict) else (math.nan,) * 2
            )
            return float(low), float(high)

        row = partial(
            self._row, by=by, group="", versus="", n=sum(len(p.cases) for p in parts.values())
        )
        spread = math.nan if why else float(frame.difference())
        yield row("range", spread, why, partial(limits, range_of))
        why_not = why or ("" if (values > 0).all() else NO_RATIO)
        least = math.nan if why_not else float(frame.ratio())
        yield row("least_ratio", least, why_not, partial(limits, least_ratio_of))

    def _row(
        self, comparison: str, value: float, why: str, limits: Limits, *, by: str, group: str,
        n: int, versus: str = "",
    ) -> Measurement:  # fmt: skip
        known = not math.isnan(value)
        low, high = limits(self.plan.confidence) if known else (math.nan, math.nan)
        bounded = not (math.isnan(low) or math.isnan(high))
        notes = ["from rows", self._sampled()]
        if not known:
            notes.append(f"not estimable: {why}")
        elif not bounded:
            notes.append(
                f"no interval: fewer than {FEWEST_CASES} cases, no spread, or too few replicates"
            )
        metric = self.own.metric
        return Measurement(
            measure=self.own.measure(self.prefix),
            metric=f"{metric}.{comparison}" if comparison else metric,
            value=value if known else None,
            low=low if bounded else None,
            high=high if bounded else None,
            confidence=self.plan.confidence,
            n=n,
            by=by,
            group=group,
            versus=versus,
            unit={"ratio": "ratio", "least_ratio": "ratio", "": "number"}.get(
                comparison, "difference"
            ),
            method=f"{self.own.origin} from rows; percentile bootstrap within groups, "
            f"{self.replicates:,} replicates",
            note="; ".join(filter(None, notes)),
            limits=limits if bounded else None,
        )

    def _sampled(self) -> str:
        if self.given.read < self.given.total:
            return f"sampled: {self.given.read:,} of {self.given.total:,} rows"
        return ""


def _missing(limits_at: Any, confidence: float) -> bool:
    return bool(np.isnan(limits_at(confidence)).any())


def framed(own: OwnMetric, cases: CaseRows, names: Any) -> Any:
    """The `MetricFrame` of the function over groups; NaN where it gives no number."""
    from fairlearn.metrics import MetricFrame

    def called(y_true: Any, y_pred: Any, **named: Any) -> float:
        given = {name: np.asarray(column) for name, column in named.items()}
        return own.value_of(CaseRows(np.asarray(y_true), np.asarray(y_pred), **given))[0]

    beside = {"score": cases.score, "weight": cases.weight}
    return MetricFrame(
        metrics=called,
        y_true=cases.y_true,
        y_pred=cases.y_pred,
        sensitive_features=names,
        sample_params={name: column for name, column in beside.items() if column is not None},
    )
