"""From a judged requirement to its figures: rows of intervals, and matrices of two attributes.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from isg_audit.evidence import Row
from isg_audit.evidence import ItemVerdict, JudgedGroup
from isg_audit.report import charts
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import RATE, Form, form_of
from isg_audit.report.pages import Figure
from isg_audit.report.tolerance import allowed, depth, required, sides
from isg_audit.report.wording import visible

MOST_ROWS = 26
MOST_COLUMNS = 7


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Groups of a requirement judged on one measure: what one figure can show.

    Attributes:
        measure, metric: as in the table of measurements.
        groups: attribute to its judged groups, in the order of the results.
        matrix: whether these are the combinations of two attributes.
    """

    measure: str
    metric: str
    groups: tuple[tuple[str, tuple[JudgedGroup, ...]], ...]
    matrix: bool


def comparisons_of(item: ItemVerdict) -> tuple[Comparisons, ...]:
    """Parts a requirement into figures: by measure; all single attributes in one, each pair alone."""
    found: dict[tuple[str, str, str], dict[str, list[JudgedGroup]]] = {}
    for one in item.groups:
        pair = one.by if one.by.count(JOINT) == 1 and one.group else ""
        found.setdefault((one.measure, one.metric, pair), {}).setdefault(one.by, []).append(one)
    return tuple(
        Comparisons(
            measure,
            metric,
            tuple((by, tuple(groups)) for by, groups in parts.items()),
            bool(pair) and _fits(parts[pair]),
        )
        for (measure, metric, pair), parts in found.items()
    )


def _fits(groups: Sequence[JudgedGroup]) -> bool:
    """Whether a matrix of these combinations is legible."""
    firsts = {one.group.split(JOINT)[0] for one in groups}
    seconds = {one.group.split(JOINT)[-1] for one in groups}
    few, many = sorted((len(firsts), len(seconds)))
    return few <= MOST_COLUMNS and many <= MOST_ROWS


def figure_of(
    item: ItemVerdict, part: Comparisons, look: Lookup, numbering: Iterator[int]
) -> Figure:
    """The figure of one part of a requirement."""
    return (_matrix if part.matrix else _intervals)(item, part, look, next(numbering))


def comparator(part: Comparisons, by: str, look: Lookup) -> Row | None:
    """The group that the others of `by` are compared with, None where it is no single group."""
    judged = {one.group for one in dict(part.groups)[by]}
    named = {one.versus for one in dict(part.groups)[by]}
    quantity = part.metric.partition(".")[0]
    rates = [one for one in look.groups(part.measure, quantity, by) if one.value is not None]
    for one in rates:
        if one.group in named:
            return one
    left = [one for one in rates if one.group not in judged]
    return left[0] if len(left) == 1 and named == {"best"} else None


def rate_of(one: JudgedGroup, look: Lookup) -> Row | None:
    """The group's own rate, where the comparison is of rates."""
    quantity, _, kind = one.metric.partition(".")
    return look.row(one.measure, quantity, one.by, one.group) if kind and one.group else None


def finding_in_words(groups: Sequence[JudgedGroup], look: Lookup) -> str:
    """Title of a figure: how many groups lie where."""
    words = look.words
    count = {word: sum(one.word == word for one in groups) for word in ("fail", "inconclusive", "pass")}
    parts = []
    if count["fail"]:
        parts.append(words.plural("%(n)s group misses the limit", "%(n)s groups miss the limit", count["fail"]))
    if count["inconclusive"]:
        parts.append(
            words.plural("%(n)s group is too close to call", "%(n)s groups are too close to call", count["inconclusive"])
        )
    if count["pass"] and len(parts) < 2:
        parts.append(words.plural("%(n)s group meets it", "%(n)s groups meet it", count["pass"])
                     if parts else
                     words.plural("%(n)s group meets the limit", "%(n)s groups meet the limit", count["pass"]))  # fmt: skip
    return words.listed(parts) if parts else words.say("No limit applies to these figures")


def _source(item: ItemVerdict, part: Comparisons, look: Lookup) -> str:
    words, numbers = look.words, look.numbers
    said = words.say(
        "Shape: estimate. Thick line: %(share)s confidence interval, which decides a pass.",
        share=numbers.percent(look.results.confidence),
    )
    if item.comparisons > 1 and any(
        one.fail_low is not None for _, groups in part.groups for one in groups
    ):
        said += " " + words.plural(
            "Thin line: the same, which decides a fail.",
            "Thin line: the interval that allows for %(n)s comparisons, which decides a fail.",
            item.comparisons,
        )
    return f"{said} {_basis(part, look)}"


def _basis(part: Comparisons, look: Lookup) -> str:
    return look.words.say(
        "Source: %(who)s, %(cases)s cases; measure %(measure)s.",
        who=look.decides(part.measure).lower() if part.measure.startswith("fairness.") else
        look.words.say("this audit"),
        cases=look.numbers.count(look.results.subject.cases),
        measure=part.measure,
    )  # fmt: skip


def _measured(item: ItemVerdict, part: Comparisons, look: Lookup) -> str:
    form = form_of(part.metric)
    limit = required(item.tolerance, form, look.words)
    what = look.vocabulary.comparison(part.metric)
    origin = look.decides(part.measure)
    if limit:
        return look.words.say(
            "%(origin)s. %(what)s by group; the requirement is %(limit)s",
            origin=origin, what=what, limit=limit,
        )  # fmt: skip
    return look.words.say("%(origin)s. %(what)s by group", origin=origin, what=what)


def _intervals(item: ItemVerdict, part: Comparisons, look: Lookup, number: int) -> Figure:
    rows: list[charts.IntervalRow] = []
    rated = any(rate_of(one, look) for _, groups in part.groups for one in groups)
    several = len(part.groups) > 1
    for by, groups in part.groups:
        if several and any(one.group for one in groups):
            rows.append(charts.IntervalRow(attribute(by), section=True))
        rows += _group_rows(part, by, groups, rated, look)
    every = [one for _, groups in part.groups for one in groups]
    form = form_of(part.metric)
    panels = [_comparison_panel(item, part, form, look)]
    if rated:
        quantity = part.metric.partition(".")[0]
        rate_form = form_of(quantity)
        heading = look.vocabulary.quantity(quantity) + (", %" if rate_form.suffix == "%" else "")
        within = (0.0, 1.0) if rate_form is RATE else (-math.inf, math.inf)
        panels.insert(0, charts.Panel(heading, tick_of(rate_form, look), within=within))
    said = finding_in_words(every, look)
    first = attribute(part.groups[0][0]) if not several else look.words.say("Group")
    drawing = charts.interval_chart(
        rows[:MOST_ROWS],
        panels,
        heads=(first, look.words.say("People"), look.words.say("Result")),
        title=f"{said}. {item.sentence}",
    )
    source = _source(item, part, look)
    if len(rows) > MOST_ROWS:
        source += " " + look.words.say("Not all rows fit; the attached table has them all.")
    return Figure(number, said, _measured(item, part, look), drawing, source)


def tick_of(form: Form, look: Lookup) -> Callable[[float], str]:
    """How values of a form are written on a scale: no more decimals than a tick needs."""
    short = Form(form.scale, 0 if form.scale == 100 else 1, form.signed, "%" if form.suffix == "%" else "")

    def tick(value: float) -> str:
        exact = round(value * form.scale, 9)
        decimals = next((at for at in range(4) if round(exact, at) == exact), 3)
        return look.numbers.said(value, Form(short.scale, max(short.decimals, decimals), short.signed, short.suffix))

    return tick


def _comparison_panel(item: ItemVerdict, part: Comparisons, form: Form, look: Lookup) -> charts.Panel:
    kind = part.metric.partition(".")[2]
    below, above = sides(item.tolerance, form, look.words)
    keep = {"ratio": (1.0,), "least_ratio": (1.0,), "difference": (0.0,), "range": (0.0,)}.get(kind, ())
    floor = {"ratio": 0.0, "least_ratio": 0.0, "range": 0.0, "": 0.0}.get(kind, -math.inf)
    return charts.Panel(
        look.vocabulary.comparison(part.metric), tick_of(form, look), allowed(item.tolerance), keep,
        (floor, math.inf), below, above,
    )  # fmt: skip


def _group_rows(
    part: Comparisons, by: str, groups: Sequence[JudgedGroup], rated: bool, look: Lookup
) -> list[charts.IntervalRow]:
    rows = []
    base = comparator(part, by, look)
    if base is not None and base.value is not None:
        same = 1.0 if part.metric.endswith("ratio") else 0.0
        estimates = [estimate(base.value, base.low, base.high), charts.Estimate(same, same, same)]
        best = all(one.versus == "best" for one in groups)
        said = look.words.say("Highest rate") if best else look.words.say("Compared with")
        rows.append(
            charts.IntervalRow(group_name(base), look.numbers.count(base.n),
                               tuple(estimates if rated else estimates[1:]), "reference", said)
        )  # fmt: skip
    for one in sorted(groups, key=lambda one: (one.value is None, -(one.value or 0.0))):
        rows.append(_group_row(one, rated, look))
    return rows


def _group_row(one: JudgedGroup, rated: bool, look: Lookup) -> charts.IntervalRow:
    said = look.words.verdict(one.word)
    if one.withheld or one.value is None:
        note = withheld_note(look) if one.withheld else look.words.say("Not estimable")
        return charts.IntervalRow(group_name(one), "", (), one.word, said, note)
    rate = rate_of(one, look)
    estimates = [estimate(one.value, one.low, one.high, one.fail_low, one.fail_high)]
    if rated:
        own = estimate(rate.value, rate.low, rate.high) if rate and rate.value is not None else None
        estimates.insert(0, own)  # type: ignore[arg-type]
    people = look.numbers.count(one.n) if one.n is not None else ""
    return charts.IntervalRow(group_name(one), people, tuple(estimates), one.word, said)


def withheld_note(look: Lookup) -> str:
    """What stands in place of numbers that would give people away."""
    return look.words.say(
        "Fewer than %(least)s people: not published", least=look.results.disclosure.minimum_cell
    )


def estimate(
    value: float, low: float | None, high: float | None,
    wide_low: float | None = None, wide_high: float | None = None,
) -> charts.Estimate:  # fmt: skip
    """An estimate whose missing upper end is endless (a ratio with nobody below), else the value."""
    if low is not None and high is None:
        high = math.inf
    return charts.Estimate(
        value, value if low is None else low, value if high is None else high, wide_low, wide_high
    )


def _matrix(item: ItemVerdict, part: Comparisons, look: Lookup, number: int) -> Figure:
    by, groups = part.groups[0]
    base = comparator(part, by, look)
    names = [one.group for one in groups] + ([base.group] if base else [])
    first, second = (list(dict.fromkeys(name.split(JOINT)[at] for name in names)) for at in (0, 1))
    order = {name: at for one in look.results.subject.attributes
             for at, name in enumerate(group.name for group in one.groups)}  # fmt: skip
    first.sort(key=lambda name: order.get(name, 999))
    second.sort(key=lambda name: order.get(name, 999))
    turned = len(second) > len(first)
    down, across = (second, first) if turned else (first, second)
    judged = {tuple(one.group.split(JOINT)): one for one in groups}
    key = tuple(base.group.split(JOINT)) if base else None
    cells = [
        [
            _cell((b, a) if turned else (a, b), judged, key, item, part, look)
            for b in across
        ]
        for a in down
    ]  # fmt: skip
    said = finding_in_words(groups, look)
    drawing = charts.matrix_chart(
        [visible(name) for name in down], [visible(name) for name in across], cells,
        title=f"{attribute(by)}: {said}. {item.sentence}",
    )  # fmt: skip
    compared = visible(base.group) if base else look.words.say("the comparison named in the requirement")
    source = look.words.say(
        "Heavy outline: fails. Amber outline: too close to call. Hatched: too few to publish, or nobody. "
        "Compared with: %(base)s.", base=compared,
    )  # fmt: skip
    measured = f"{attribute(by)}. {_measured(item, part, look)}"
    reading = look.words.say(
        "The value in a cell is that combination’s %(what)s. Colour says how far it lies from the limit; "
        "only the outline is a result, because it allows for chance.",
        what=look.vocabulary.comparison(part.metric).lower(),
    )  # fmt: skip
    return Figure(number, said, measured, drawing, f"{source} {_basis(part, look)}", False, reading)


def _cell(
    key: tuple[str, ...], judged: dict[tuple[str, ...], JudgedGroup], base: tuple[str, ...] | None,
    item: ItemVerdict, part: Comparisons, look: Lookup,
) -> charts.Cell:  # fmt: skip
    form = form_of(part.metric)
    if key == base:
        same = 1.0 if part.metric.endswith("ratio") else 0.0
        return charts.Cell(look.numbers.bare(same, form), "reference", depth(same, item.tolerance))
    one = judged.get(key)
    if one is None:
        return charts.Cell("—")
    if one.withheld or one.value is None:
        return charts.Cell(look.words.say("too few"))
    return charts.Cell(
        look.numbers.bare(one.value, form), one.word, depth(one.value, item.tolerance)
    )
