"""Each requirement of the checklist on explanations passes, fails and stays open on intervals."""

from __future__ import annotations

from datetime import date

import pytest

from isg_audit.judge import judge, read_checklist
from isg_audit.measures.measurement import Findings, Measurement
from tests.judge.audits import context

ITEMS = read_checklist("explanations").checklist.items


def word_of(item, low, high):
    by = "" if item.over == "everybody" else "race"
    groups = ("A", "B", "C") if by and item.metric != "largest_shortfall" else ("",)
    rows = [
        Measurement(
            measure=item.measure, metric=item.metric, by=by, group=group, versus=item.versus,
            value=(low + high) / 2, low=low, high=high, n=1_000, limits=lambda _: (low, high),
        )
        for group in groups
    ]  # fmt: skip
    read = read_checklist("explanations")
    (verdict,) = judge([read], Findings.of(rows), context(), None, date(2026, 11, 24))
    return next(one.word for one in verdict.items if one.id == item.id)


@pytest.mark.parametrize("item", ITEMS, ids=[item.id for item in ITEMS])
def test_each_requirement_has_three_answers(item):
    limits = item.tolerance
    edge = limits.at_most if limits.at_most is not None else limits.at_least
    if limits.within is not None:
        edge = limits.within[1]
    step = abs(edge) / 10
    good = 1 if limits.at_least is not None else -1
    inside, outside = edge + 2 * good * step, edge - 2 * good * step
    assert word_of(item, inside - step, inside + step) == "pass"
    assert word_of(item, outside - step, outside + step) == "fail"
    assert word_of(item, edge - step, edge + step) == "inconclusive"
