"""Whether appeals change anything, how many errors nobody appealed against, and who is silent.

Imports `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from isg_audit.measures.estimates import Estimates, rest_of
from isg_audit.measures.few import smallest_known
from isg_audit.measures.impact.voice import NO_TABLE, Rows, lacking, of_appeals
from isg_audit.measures.marked_rates import Rate, metric_of, rates, safety, table_of
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import Plan
from isg_audit.tally.cells import Truths
from isg_audit.tally.table import JOINT, Counted, Floats, Table
from isg_audit.tally.voice import Voice

UPPER = (
    "upper scenario: as if those who did not appeal were wrongly refused as often as those whose "
    "appeal was decided"
)
REVIEWED = "from decisions that were reviewed at random"


def overturns(
    counted: Counted, plan: Plan, voice: Voice | None, measure: str = "impact.overturns"
) -> Rows:
    """How many appeals succeed, and how many errors stay hidden because nobody appealed.

    `overturn_rate`: decided in the person's favour, of the appeals that were decided (neither open
    nor given up). `hidden_errors`: unfavourable decisions without an appeal times the overturn rate
    of the same group, with Wilson's limits: an upper scenario, since people with better grounds may
    appeal more often. `re_review_error_rate` and `hidden_errors_reviewed`: the same from decisions
    without an appeal that were reviewed at random, where the log has them; with nothing to pick
    who was reviewed, this is the figure to believe. `flagged_again_rate`: of those put right, the
    share against whom the system acted again. A high overturn rate with few appeals means hidden
    errors. Weights and repeated persons as for any share.

    Source:
        Frameworks 5.2: appeals changed in the person's favour / appeals decided; estimated hidden
        errors = adverse not appealed x overturn rate.
    """
    if voice is None or (why := lacking(voice, "appeal", "overturned", "decision")):
        yield NotMeasured(measure, NO_TABLE if voice is None else why)
        return
    done, righted = voice.concluded, voice.overturned
    told = [*of_appeals(voice), done, voice.appeals & ~done, righted, done & ~righted]
    one = Rate(measure, "overturn_rate", "appeals that were decided", "low")
    yield from rates(one, voice.marked, righted, done, told, counted, plan)
    silent = voice.adverse & ~voice.appeals
    hidden = partial(_hidden, voice, silent, told, counted, plan, measure)
    yield from hidden("hidden_errors", righted, done, UPPER)
    if "re_review" in voice.asked:
        looked = silent & (voice.marked.of("re_review") >= 0)
        wrong = looked & voice.is_yes("re_review")
        more = [*told, looked, silent & ~looked]
        one = Rate(measure, "re_review_error_rate", "decisions reviewed at random", "low")
        yield from rates(one, voice.marked, wrong, looked, more, counted, plan)
        yield from hidden("hidden_errors_reviewed", wrong, looked, REVIEWED)
    if "flagged_again" in voice.asked:
        one = Rate(measure, "flagged_again_rate", "people who were put right", "low")
        again = voice.is_yes("flagged_again")
        yield from rates(one, voice.marked, again, righted, told, counted, plan)


def _hidden(
    voice: Voice, silent: Truths, told: list[Truths], counted: Counted, plan: Plan, measure: str,
    metric: str, wrong: Truths, looked: Truths, note: str,
) -> Iterator[Measurement]:  # fmt: skip
    """Decisions that nobody appealed against, times the share that was found wrong."""
    of = metric_of(Rate(measure, metric, "")).of
    for by in ((), *plan.several_by):
        base = counted.table(by)
        rate = of(table_of(base, voice.marked, wrong, looked))
        cases = counts_of(voice, by, base, silent)
        kinds = [*told, looked, wrong, looked & ~wrong, silent]
        safe = safety(smallest_known(voice.marked, by, base.groups, kinds), base, None)
        for at, group in enumerate(base.groups):
            row = Measurement(
                measure=measure,
                metric=metric,
                value=None,
                confidence=plan.confidence,
                n=round(float(cases[at])),
                by=JOINT.join(by),
                group=group,
                unit="count",
                note="not estimable: none of its decisions was looked at again",
            )
            row = _times(row, float(cases[at]), rate, at, note)
            yield replace(row, smallest=safe(row))


def _times(row: Measurement, cases: float, rate: Estimates, at: int, note: str) -> Measurement:
    def limits(confidence: float) -> tuple[float, float]:
        low, high = rate.limits(confidence)
        return cases * float(low[at]), cases * float(high[at])

    value = cases * float(rate.value[at])
    if math.isnan(value):
        return row
    low, high = limits(row.confidence)
    return replace(
        row, value=value, low=low, high=high, affected=value, affected_low=low, affected_high=high,
        limits=limits, note=note, method=f"cases times a rate, {rate.method}",
    )  # fmt: skip


def silence(
    counted: Counted, plan: Plan, voice: Voice | None, measure: str = "impact.silence"
) -> Rows:
    """Groups of whom nobody appealed although there was something to appeal against.

    `silent_decisions`: the number of unfavourable decisions of a group without a single appeal; 0
    where there is one. It is a count, not an estimate. `affected` are the people of it who would
    have appealed at everybody else's rate, with Wilson's limits of that rate. Silence is a finding:
    people who were treated well are silent, and so are people who cannot read the notice, who are
    afraid, or whom nobody told.

    Source:
        Frameworks 5.2: a group with zero appeals and more than 30 adverse decisions calls for a
        check of access (convention).
    """
    if voice is None or (why := lacking(voice, "appeal", "decision")):
        yield NotMeasured(measure, NO_TABLE if voice is None else why)
        return
    of = metric_of(Rate(measure, "appeal_rate", "")).of
    for by in plan.several_by:
        base = counted.table(by)
        table = table_of(base, voice.marked, voice.appeals, voice.adverse)
        rest = of(rest_of(table))
        cases = counts_of(voice, by, base, voice.adverse)
        filed = counts_of(voice, by, base, voice.appeals)
        least = smallest_known(voice.marked, by, base.groups, [voice.adverse])
        safe = safety(least, base, None)
        low, high = rest.limits(plan.confidence)
        for at, group in enumerate(base.groups):
            silent = float(cases[at]) if not filed[at] else 0.0
            expected = silent > 0 and not math.isnan(rest.value[at])
            row = Measurement(
                measure=measure,
                metric="silent_decisions",
                value=silent,
                low=silent,
                high=silent,
                confidence=plan.confidence,
                n=round(float(cases[at])),
                by=JOINT.join(by),
                group=group,
                unit="count",
                method="counted",
                note="nobody appealed" if silent else "",
                affected=silent * float(rest.value[at]) if expected else None,
                affected_low=silent * float(low[at]) if expected else None,
                affected_high=silent * float(high[at]) if expected else None,
                limits=partial(exactly, silent),
            )
            yield replace(row, smallest=safe(row))


def counts_of(voice: Voice, by: tuple[str, ...], base: Table, kind: Truths) -> Floats:
    """How many cases of a kind each group has."""
    place = voice.marked.place(by, base.groups)
    kept = kind & (place >= 0)
    cases = voice.marked.sums[kept, 0]
    return np.bincount(place[kept], weights=cases, minlength=len(base.groups)).astype(float)


def exactly(value: float, confidence: float) -> tuple[float, float]:
    """A count has no interval."""
    return value, value
