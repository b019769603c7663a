"""The one picture of the public summary: how often each group gets the favourable decision.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from isg_audit.report.charts import IntervalRow, Panel, interval_chart
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.findings import Subjectmatter
from isg_audit.report.lookup import Lookup, attribute, by_weight, group_name
from isg_audit.report.numbers import RATE
from isg_audit.report.pages import Figure
from isg_audit.report.told import largest_gap
from isg_audit.report.wording import short

MOST_ROWS = 9


def picture_of(chosen: tuple[Subjectmatter, ...], look: Lookup) -> Figure | None:
    """Rates of all groups of the attribute that the largest gap is about, or the first finding."""
    gap = largest_gap(look)
    judged = [gap[1]] if gap else []
    judged += [group for one in chosen for group in by_weight(one.pair[1].groups) if group.group]
    by = judged[0].by if judged else ""
    rows = [
        one
        for one in look.groups("fairness.favourable_rate", "favourable_rate", by)
        if one.value is not None
    ]
    if not 2 <= len(rows) <= MOST_ROWS:
        return None
    words, numbers = look.words, look.numbers
    rows.sort(key=lambda one: -(one.value or 0.0))
    high, low = rows[0], rows[-1]
    title = words.say(
        "%(low)s: %(low_rate)s were %(received)s. %(high)s: %(high_rate)s",
        low=short(group_name(low), 50),
        low_rate=numbers.said(low.value, RATE),
        received=look.vocabulary.received(),
        high=short(group_name(high), 50),
        high_rate=numbers.said(high.value, RATE),
    )
    drawing = interval_chart(
        [
            IntervalRow(
                group_name(one),
                numbers.count(one.n),
                (estimate(one.value or 0.0, one.low, one.high),),
                said=numbers.said(one.value, RATE),
            )
            for one in rows
        ],
        [
            Panel(
                look.vocabulary.quantity("favourable_rate"), tick_of(RATE, look), within=(0.0, 1.0)
            )
        ],
        heads=(attribute(by), words.say("People"), words.say("Rate")),
        title=title + ".",
    )
    measured = words.say(
        "%(who)s, by %(by)s. The line is the range that the data allow",
        who=look.decides(""),
        by=attribute(by).lower(),
    )
    return Figure(1, title, measured, drawing, "")
