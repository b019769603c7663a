"""Which rows of the table of measurements may be published, and the rows as they are.

Imports this room's `blocks`, `disclosure`, `recount`, `rests_on`, `results`, and `measures`.

A row that rests on counts is published if the counts it rests on are, for its group and for those
it is compared with. Where groups of its `by` are withheld, it must besides come out the same from
what is published: then it tells nothing more. A range over groups would tell of the withheld ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from isg_audit.evidence.blocks import split
from isg_audit.evidence.disclosure import Published
from isg_audit.evidence.recount import Recount, same
from isg_audit.evidence.rests_on import (
    AGAINST_OTHERS,
    HIDE_THEMSELVES,
    NAMES_ALONE,
    OF_REFUSED,
    OF_REMEDIES,
    SEARCHED,
    UNPUBLISHED,
    by_of,
    is_modelled,
    is_own,
    unpublished,
    view_of,
)
from isg_audit.evidence.results import Row
from isg_audit.measures.measurement import Measurement

TOO_FEW = "too few people to publish"
NO_UPPER_LIMIT = "no upper limit"

SUMMARIES = ("range", "least_ratio")


@dataclass(frozen=True)
class Rows:
    """The published rows, and how many of them are withheld."""

    rows: tuple[Row, ...]
    withheld: frozenset[tuple[str, ...]]


def published_rows(
    measured: Sequence[Measurement],
    log: Published,
    model: Published | None,
    recount: Recount,
) -> Rows:
    """The rows as they are published, in order; those withheld without numbers.

    Args:
        measured: every row.
        log: what is published of the tally.
        model: what is published of the model's own decisions, if they are audited beside.
        recount: every row as it comes out from what is published.
    """
    rows, withheld = [], set()
    for one in measured:
        of_model = is_models(one.measure) or one.measure.startswith(OF_REFUSED)
        published = model if of_model and model is not None else log
        if withholds(one, published, recount):
            withheld.add(one.key)
            rows.append(_without_numbers(one))
        else:
            rows.append(_row(one, published, recount))
    return Rows(tuple(rows), frozenset(withheld))


def is_models(measure: str) -> bool:
    """Whether a measure describes the model's own decisions beside the log's."""
    return measure.partition(".")[2].startswith("model_")


def withholds(row: Measurement, published: Published, recount: Recount) -> bool:
    """Whether a row must not be published."""
    if published.minimum_cell <= 1:
        return False
    if row.measure.endswith(SEARCHED):
        return _few(row, published.minimum_cell)
    if row.measure == NAMES_ALONE and row.value is None:
        return False
    by, view = by_of(row.by), view_of(row.measure, row.metric)
    if view == "people" and row.smallest is not None and row.smallest < published.minimum_cell:
        return True
    if row.measure in OF_REMEDIES:
        shown = published.withheld("size", by) if by in published.tables else {}
        return bool(row.group and shown.get(row.group, True)) or _few(row, published.minimum_cell)
    if unpublished(row.measure) == UNPUBLISHED["drift"]:
        # Each figure says itself which counts follow from it (`smallest`), its neighbours' too.
        shown = published.withheld(view, by) if by in published.tables else {}
        hidden = shown.get(row.group, True) or shown.get(row.versus, False)
        return hidden or _few(row, published.minimum_cell)
    if by not in published.tables or row.window:
        return _few(row, published.minimum_cell)
    # The curve's own bins need not be published for its area or its distance to be.
    withheld = published.withheld("totals" if view == "curve" else view, by)
    modelled = is_modelled(row.measure)
    if modelled and row.group and row.group not in withheld:
        return _predicts_withheld(row, published, view)
    if row.group and withheld.get(row.group, row.measure not in AGAINST_OTHERS):
        return True
    if withheld.get(row.versus, False) or (not by and withheld[""]):
        return True
    if modelled:
        return False
    if unpublished(row.measure):
        # Nothing published gives it again; of groups it is withheld as what it rests on is.
        alone = is_own(row.measure) or row.measure in HIDE_THEMSELVES
        over_groups = not row.group or (not alone and row.versus in ("best", "rest"))
        return _few(row, published.minimum_cell) or (
            over_groups and bool(by) and any(withheld.values())
        )
    if not any(withheld.values()) or view == "people":
        return False
    if row.measure.endswith("worst_off"):
        # Its interval allows for groups that are withheld; what it says is of this group alone.
        return row.versus == "rest" and not recount.has_rest(published, view, by)
    if row.metric.rpartition(".")[2] in SUMMARIES or not row.group:
        return True
    if view == "curve":
        return row.versus in ("best", "rest")
    return not recount.agrees(row)


def _predicts_withheld(row: Measurement, published: Published, view: str) -> bool:
    """Whether what is expected of a combination of nobody rests on a value that is withheld."""
    by = by_of(row.by)
    known = {name: published.tables[(name,)].groups for name in by}
    return any(
        published.withheld(view, (name,)).get(value, True)
        for name, value in zip(by, split(row.group, by, known), strict=True)
    )


def _few(row: Measurement, least: int) -> bool:
    """Whether a row that rests on counts not kept here rests on few cases, hits or others."""
    if 0 < row.n < least or (row.smallest is not None and row.smallest < least):
        return True
    if row.unit != "proportion" or row.value is None:
        return False
    hits = row.value * row.n
    return 0.5 < hits < least - 0.5 or 0.5 < row.n - hits < least - 0.5


def _without_numbers(row: Measurement) -> Row:
    return Row(
        measure=row.measure, metric=row.metric, by=row.by, group=row.group, versus=row.versus,
        feature=row.feature, window=row.window, confidence=row.confidence, unit=row.unit,
        method=row.method, note=TOO_FEW,
    )  # fmt: skip


def _row(row: Measurement, published: Published, recount: Recount) -> Row:
    note = row.note
    if row.high is not None and math.isinf(row.high):
        note = f"{note}; {NO_UPPER_LIMIT}" if note else NO_UPPER_LIMIT
    by = by_of(row.by)
    persons, adjusted = row.people, row.p_adjusted
    if published.minimum_cell > 1 and by in published.tables:
        if row.group and published.withheld("size", by).get(row.group, True):
            persons = None
        over_time = unpublished(row.measure) == UNPUBLISHED["drift"]  # of these in two figures
        hidden = published.withheld(view_of(row.measure, row.metric), by).values()
        if (
            not over_time
            and any(hidden)
            and not any(same(adjusted, one.p_adjusted) for one in recount.of(row.key))
        ):
            # Holm's adjustment looks at every group of the family, the withheld ones too.
            adjusted = None
    return Row(
        measure=row.measure,
        metric=row.metric,
        by=row.by,
        group=row.group,
        versus=row.versus,
        feature=row.feature,
        window=row.window,
        value=finite(row.value),
        low=finite(row.low),
        high=finite(row.high),
        confidence=row.confidence,
        n=row.n,
        people=persons,
        affected=finite(row.affected),
        affected_low=finite(row.affected_low),
        affected_high=finite(row.affected_high),
        p_value=finite(row.p_value),
        p_adjusted=finite(adjusted),
        unit=row.unit,
        method=row.method,
        note=note,
    )


def finite(number: float | None) -> float | None:
    """The number, None where JSON has none for it."""
    return None if number is None or not math.isfinite(number) else number
