"""A quantity is written in one way: by the judge's sentence, by the report, in every checklist."""

from __future__ import annotations

import pytest

from isg_audit.judge import MeasuredItem, checklist_ids, read_checklist
from isg_audit.judge.kinds import kind_of
from isg_audit.judge.words import QUANTITIES, limit
from isg_audit.report.numbers import form_of
from isg_audit.report.wording import words_of

NUMBERS = words_of("en").numbers
ITEMS = [
    item
    for id_ in checklist_ids()
    for item in read_checklist(id_).checklist.items
    if isinstance(item, MeasuredItem) and item.tolerance is not None
]


def digits(text: str) -> str:
    """A number without its unit, its plus sign and the zeros behind."""
    bare = "".join(sign for sign in text if sign in "0123456789.,\N{MINUS SIGN}")
    return bare.rstrip("0").rstrip(".") if "." in bare else bare


@pytest.mark.parametrize("metric", sorted({item.metric for item in ITEMS}))
def test_judge_and_report_write_alike_what_a_checklist_asks_for(metric: str) -> None:
    quantity = metric.partition(".")[0]
    assert quantity in QUANTITIES, f"no words for {quantity}"
    assert kind_of(metric), f"no kind of number for {metric}"
    for value in (0.3, -0.127, 47.0):
        assert digits(NUMBERS.said(value, form_of(metric))) == digits(limit(metric, value))


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ("wrong_checks_per_1000.difference", "+50.0"),
        ("days_to_decision_median", "50.0\N{NO-BREAK SPACE}days"),
        ("silent_decisions", "50"),
        ("favourable_rate.ratio", "50.00"),
        ("favourable_rate", "5,000.0%"),
    ],
)
def test_a_number_has_the_unit_of_its_kind(metric: str, said: str) -> None:
    assert NUMBERS.said(50.0, form_of(metric)) == said
