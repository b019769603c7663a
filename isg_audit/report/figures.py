"""From a judged requirement to its figures: rows of dots and intervals, each with its verdict.

Imports `evidence`, the charts and the wording of this room. Matrices are made in `matrix_figures`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from isg_audit.evidence import ItemVerdict, JudgedGroup
from isg_audit.report import charts
from isg_audit.report.comparisons import (
    MOST_CROSSED,
    MOST_ROWS,
    Comparisons,
    basis,
    comparator,
    finding_in_words,
    measured_of,
    rate_of,
    rows_of,
    withheld_note,
    yardstick,
)
from isg_audit.report.lookup import Lookup, attribute, group_name
from isg_audit.report.matrix_figures import matrix_figure
from isg_audit.report.numbers import RATE, Form, form_of
from isg_audit.report.pages import Figure
from isg_audit.report.tolerance import allowed, sides


def figure_of(
    item: ItemVerdict,
    parts: tuple[Comparisons, ...],
    look: Lookup,
    numbering: Iterator[int],
    *,
    explained: bool = True,
) -> Figure:
    """The figure of one or several parts of a requirement.

    Args:
        item: the requirement.
        parts: of one metric; several only where none is a matrix.
        look: the results.
        numbering: of the figures.
        explained: whether a matrix says how it is read; once a finding is enough.
    """
    if parts[0].matrix:
        return matrix_figure(item, parts[0], look, next(numbering), explained=explained)
    return _intervals(item, parts, look, next(numbering))


def _source(item: ItemVerdict, parts: tuple[Comparisons, ...], look: Lookup) -> str:
    words, numbers = look.words, look.numbers
    said = words.say(
        "Shape: estimate. Thick line: %(share)s confidence interval, which decides a pass.",
        share=numbers.percent(look.results.confidence),
    )
    if item.comparisons > 1 and any(
        one.fail_low is not None for part in parts for _, groups in part.groups for one in groups
    ):
        said += " " + words.plural(
            "Thin line: the same, which decides a fail.",
            "Thin line: the interval that allows for %(n)s comparisons, which decides a fail.",
            item.comparisons,
        )
    return f"{said} {basis(parts, look)}"


def _intervals(
    item: ItemVerdict, parts: tuple[Comparisons, ...], look: Lookup, number: int
) -> Figure:
    every = [one for part in parts for _, groups in part.groups for one in groups]
    rated = any(rate_of(one, look) for one in every)
    whole, parts = (
        parts,
        tuple(part.weightiest(MOST_CROSSED) if part.crossed else part for part in parts),
    )
    rows = [row for part in parts for row in _part_rows(part, parts, rated, look)]
    metric = parts[0].metric
    form = form_of(metric)
    panels = [_comparison_panel(item, metric, form, look)]
    if rated:
        quantity = metric.partition(".")[0]
        rate_form = form_of(quantity)
        heading = look.vocabulary.quantity(quantity) + (", %" if rate_form.suffix == "%" else "")
        within = (0.0, 1.0) if rate_form is RATE else (-math.inf, math.inf)
        panels.insert(0, charts.Panel(heading, tick_of(rate_form, look), within=within))
    said = finding_in_words(every, look)
    bys = {by for part in parts for by, _ in part.groups}
    first = attribute(min(bys)) if len(bys) == 1 else look.words.say("Group")
    drawing = charts.interval_chart(
        rows[:MOST_ROWS],
        panels,
        heads=(first, look.words.say("People"), look.words.say("Result")),
        title=f"{said}. {item.sentence}",
    )
    source = _source(item, parts, look)
    if parts != whole:
        source += " " + look.words.say(
            "Shown are the %(n)s weightiest of %(all)s; the annex and the attached file have all.",
            n=look.numbers.count(sum(rows_of(part) for part in parts)),
            all=look.numbers.count(len(every)),
        )
    if len(rows) > MOST_ROWS:
        source += " " + look.words.say("Not all rows fit; the attached table has them all.")
    return Figure(number, said, measured_of(item, parts, look), drawing, source)


def _part_rows(
    part: Comparisons, parts: tuple[Comparisons, ...], rated: bool, look: Lookup
) -> Iterator[charts.IntervalRow]:
    """The rows of a part, under whose decisions they are where the figure shows several."""
    if len(parts) > 1:
        yield charts.IntervalRow(look.decides(part.measure), section=True)
    several = len({by for one in parts for by, _ in one.groups}) > 1
    for by, groups in part.groups:
        if several and any(one.group for one in groups):
            yield charts.IntervalRow(attribute(by), section=True)
        yield from _group_rows(part, by, groups, rated, look)


def tick_of(form: Form, look: Lookup) -> Callable[[float], str]:
    """How values of a form are written on a scale: no more decimals than a tick needs."""
    short = Form(
        form.scale, 0 if form.scale == 100 else 1, form.signed, "%" if form.suffix == "%" else ""
    )

    def tick(value: float) -> str:
        exact = round(value * form.scale, 9)
        decimals = next((at for at in range(4) if round(exact, at) == exact), 3)
        return look.numbers.said(
            value, Form(short.scale, max(short.decimals, decimals), short.signed, short.suffix)
        )

    return tick


def _comparison_panel(item: ItemVerdict, metric: str, form: Form, look: Lookup) -> charts.Panel:
    kind = metric.partition(".")[2]
    below, above = sides(item.tolerance, form, look.words)
    keep = {"ratio": (1.0,), "least_ratio": (1.0,), "difference": (0.0,), "range": (0.0,)}.get(
        kind, ()
    )
    floor = {"ratio": 0.0, "least_ratio": 0.0, "range": 0.0, "": 0.0}.get(kind, -math.inf)
    return charts.Panel(
        look.vocabulary.comparison(metric),
        tick_of(form, look),
        allowed(item.tolerance),
        keep,
        (floor, math.inf),
        below,
        above,
    )


def _group_rows(
    part: Comparisons, by: str, groups: Sequence[JudgedGroup], rated: bool, look: Lookup
) -> list[charts.IntervalRow]:
    rows = []
    base = comparator(part, by, look)
    if base is not None and base.value is not None:
        same = 1.0 if part.metric.endswith("ratio") else 0.0
        estimates = [estimate(base.value, base.low, base.high), charts.Estimate(same, same, same)]
        said = yardstick(part, by, look)
        rows.append(
            charts.IntervalRow(
                group_name(base),
                look.numbers.count(base.n),
                tuple(estimates if rated else estimates[1:]),
                "reference",
                said,
            )
        )
    for one in sorted(groups, key=lambda one: (one.value is None, -(one.value or 0.0))):
        rows.append(_group_row(one, rated, look))
    return rows


def _group_row(one: JudgedGroup, rated: bool, look: Lookup) -> charts.IntervalRow:
    said = look.words.verdict(one.word)
    if one.withheld or one.value is None:
        note = withheld_note(look) if one.withheld else look.words.say("Not estimable")
        return charts.IntervalRow(group_name(one), "", (), one.word, said, note)
    estimates: list[charts.Estimate | None] = [
        estimate(one.value, one.low, one.high, one.fail_low, one.fail_high)
    ]
    if rated:
        rate = rate_of(one, look)
        own = None
        if rate is not None and rate.value is not None:
            own = estimate(rate.value, rate.low, rate.high)
        estimates.insert(0, own)
    people = look.numbers.count(one.n) if one.n is not None else ""
    return charts.IntervalRow(group_name(one), people, tuple(estimates), one.word, said)


def estimate(
    value: float,
    low: float | None,
    high: float | None,
    wide_low: float | None = None,
    wide_high: float | None = None,
) -> charts.Estimate:
    """An estimate; an upper end that is missing beside a lower one is endless."""
    if low is not None and high is None:
        high = math.inf
    return charts.Estimate(
        value, value if low is None else low, value if high is None else high, wide_low, wide_high
    )
