"""The funnel of small groups as a figure.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.charts.funnel import ACT, INSIDE, WATCH, Words
from isg_audit.report.figures import tick_of
from isg_audit.report.lookup import JOINT, Lookup, attribute
from isg_audit.report.numbers import RATE
from isg_audit.report.pages import Figure
from isg_audit.report.wording import short, visible

FUNNEL, RATES = "impact.funnel_plot", "fairness.favourable_rate"
SOURCES = {
    "favourable_rate": ("fairness.favourable_rate", "impact.small_groups"),
    "wrong_denial_rate": ("impact.wrong_denials", "impact.small_groups"),
}
FEWEST = 4
"""Groups below which there is nothing to see."""


def funnel_figure(
    look: Lookup, name: str, figures: Iterator[int], fewest: int = FEWEST
) -> Figure | None:
    """The funnel of the set of attributes with most groups published; None below `fewest`."""
    drawn: Counter[str] = Counter()
    for one in look.family(FUNNEL):
        if one.metric == f"{name}.z" and one.value is not None:
            drawn[one.by] += 1
    if not drawn:
        return None
    by, many = max(drawn.items(), key=lambda pair: (pair[1], pair[0].count(JOINT)))
    return _figure(look, name, by, next(figures)) if many >= fewest else None


def _figure(look: Lookup, name: str, by: str, number: int) -> Figure:
    words, numbers = look.words, look.numbers
    units = [
        unit for one in look.groups(FUNNEL, f"{name}.z", by) if (unit := _unit(look, name, one))
    ]
    units.sort(key=lambda one: (one.mark != ACT, one.mark != WATCH, -one.cases))
    inner, outer = (_limits(look, name, by, end) for end in ("95", "99_8"))
    outside = [one for one in units if one.mark == ACT]
    watch = [one for one in units if one.mark == WATCH]
    target = next(one.value or 0.0 for one in look.family(FUNNEL)
                  if one.metric == f"{name}.limits_95" and one.by == by)  # fmt: skip
    title = words.plural(
        "%(n)s of %(of)s published groups lies outside the 99.8%% limits for its size",
        "%(n)s of %(of)s published groups lie outside the 99.8%% limits for their size",
        len(outside),
        of=numbers.count(len(units)),
    )
    spread = look.row(FUNNEL, f"{name}.overdispersion", by)
    reading = words.say(
        "Small groups spread by chance, so limits are wide at the left. A group inside them cannot "
        "be told from everybody’s rate."
    )
    if spread is not None and "are widened" in spread.note:
        reading = words.say(
            "Small groups spread by chance, so limits are wide at the left. These groups spread "
            "more than chance lets them, so limits are wider still: a group outside stands out "
            "even among groups that differ."
        )
    source = words.say(
        "Exact binomial limits around everybody’s rate. Source: measure %(measure)s.",
        measure=FUNNEL,
    )
    key = (
        (ACT, words.say("outside 99.8%% (%(n)s)", n=len(outside))),
        (WATCH, words.say("outside 95%% (%(n)s)", n=len(watch))),
        (INSIDE, words.say("inside (%(n)s)", n=len(units) - len(outside) - len(watch))),
    )
    said = Words(
        words.say("People, on a scale of equal ratios"),
        f"{look.vocabulary.quantity(name)}, %",
        words.say("everybody: %(rate)s", rate=numbers.said(target, RATE)),
        key,
    )
    drawing = charts.funnel_chart(
        units, inner, outer, target, said, tick_of(RATE, look), numbers.count,
        title=f"{title}. {reading}",
    )  # fmt: skip
    measured = words.say(
        "%(what)s by %(by)s: each dot a group, by its people and its rate",
        what=look.vocabulary.quantity(name),
        by=attribute(by).lower(),
    )
    return Figure(number, title, measured, drawing, f"{reading} {source}")


def _unit(look: Lookup, name: str, one: Row) -> charts.Unit | None:
    if one.value is None or not one.n:
        return None
    rate = next(
        (row for measure in SOURCES[name]
         if (row := look.row(measure, name, one.by, one.group)) and row.value is not None),
        None,
    )  # fmt: skip
    if rate is None or rate.value is None:
        return None
    mark = INSIDE if "inside" in one.note else ACT if "99.8" in one.note else WATCH
    return charts.Unit(short(visible(one.group), 44), float(one.n), rate.value, mark)


def _limits(look: Lookup, name: str, by: str, end: str) -> charts.Limits:
    rows = sorted(
        (one for one in look.family(FUNNEL)
         if one.metric == f"{name}.limits_{end}" and one.by == by),
        key=lambda one: float(one.feature),
    )  # fmt: skip
    return charts.Limits(
        end.replace("_", ".") + "%",
        tuple(float(one.feature) for one in rows),
        tuple(one.low or 0.0 for one in rows),
        tuple(1.0 if one.high is None else one.high for one in rows),
    )
