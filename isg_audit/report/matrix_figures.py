"""From a judged requirement on two attributes to its matrix.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from isg_audit.evidence import ItemVerdict, JudgedGroup
from isg_audit.report import charts
from isg_audit.report.ahead import could_show_all
from isg_audit.report.comparisons import (
    Comparisons,
    basis,
    comparator,
    finding_in_words,
    measured_of,
)
from isg_audit.report.lookup import JOINT, Lookup, attribute
from isg_audit.report.numbers import form_of
from isg_audit.report.pages import Figure
from isg_audit.report.tolerance import depth
from isg_audit.report.wording import visible


def matrix_figure(
    item: ItemVerdict, part: Comparisons, look: Lookup, number: int, *, explained: bool = True
) -> Figure:
    """The matrix; the attribute with fewer groups stands across."""
    by, groups = part.groups[0]
    base = comparator(part, by, look)
    names = [one.group for one in groups] + ([base.group] if base else [])
    first, second = (list(dict.fromkeys(name.split(JOINT)[at] for name in names)) for at in (0, 1))
    order = {
        name: at
        for one in look.results.subject.attributes
        for at, name in enumerate(group.name for group in one.groups)
    }
    first.sort(key=lambda name: order.get(name, 999))
    second.sort(key=lambda name: order.get(name, 999))
    turned = len(second) > len(first)
    down, across = (second, first) if turned else (first, second)
    judged = {tuple(one.group.split(JOINT)): one for one in groups}
    key = tuple(base.group.split(JOINT)) if base else None
    cells = [
        [_cell((b, a) if turned else (a, b), judged, key, item, part, look) for b in across]
        for a in down
    ]
    said = finding_in_words(groups, look)
    drawing = charts.matrix_chart(
        [visible(name) for name in down],
        [visible(name) for name in across],
        cells,
        title=f"{attribute(by)}: {said}. {item.sentence}",
    )
    compared = look.words.say("the comparison named in the requirement")
    if base is not None:
        compared = visible(base.group)
    elif {one.versus for one in groups} == {"rest"}:
        compared = look.words.say("everybody else")
    source = look.words.say("Compared with: %(base)s.", base=compared)
    reading = ""
    if explained:
        source = look.words.say(
            "Heavy outline: fails. Amber outline: too close to call. Hatched: not published, or "
            "nobody. "
            "%(compared)s",
            compared=source,
        )
        reading = look.words.say(
            "The value in a cell is that combination’s %(what)s. Colour says how far it lies from "
            "the limit; "
            "only the outline is a result, because it allows for chance.",
            what=look.vocabulary.comparison(part.metric).lower(),
        )
    source = f"{source} {could_show_all(groups, look)}".strip()
    measured = f"{attribute(by)}. {measured_of(item, (part,), look)}"
    return Figure(
        number, said, measured, drawing, f"{source} {basis((part,), look)}", False, reading
    )


def _cell(
    key: tuple[str, ...],
    judged: dict[tuple[str, ...], JudgedGroup],
    base: tuple[str, ...] | None,
    item: ItemVerdict,
    part: Comparisons,
    look: Lookup,
) -> charts.Cell:
    form = form_of(part.metric)
    if key == base:
        same = 1.0 if part.metric.endswith("ratio") else 0.0
        return charts.Cell(look.numbers.bare(same, form), "reference", depth(same, item.tolerance))
    one = judged.get(key)
    if one is None:
        return charts.Cell("—")
    if one.withheld or one.value is None:
        return charts.Cell(look.words.say("not published"))
    return charts.Cell(
        look.numbers.bare(one.value, form), one.word, depth(one.value, item.tolerance)
    )
