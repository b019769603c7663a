"""What stops a release."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from isg_audit.errors import ChecklistError
from isg_audit.judge import Word, blocking, judge
from tests.judge.audits import T1, answered_item, checklist, context, findings, measured_item, rows

ITEMS = [
    measured_item(id="fails", at_least=-0.01),
    measured_item(id="open", at_least=-0.15),
    measured_item(id="passes", at_least=-0.9),
    answered_item(id="unanswered"),
    measured_item(id="elsewhere", at_least=0.0, only_if={"stage": "before-launch", "reason": "No"}),
]


def verdicts():
    found = findings(*rows(T1, "A"))
    return judge([checklist(*ITEMS)], found, context(), None, date(2026, 11, 23))


def blocked(*allowed):
    return [item.id for item in blocking(verdicts(), allowed)]


def test_everything_open_or_failed_blocks():
    assert blocked() == ["fails", "open", "unanswered"]


def test_what_is_allowed_does_not():
    assert blocked("inconclusive", "unanswered") == ["fails"]


@pytest.mark.parametrize("word", ["Pass", "inconclusve", "error", ""])
def test_a_word_that_is_no_verdict_is_refused(word):
    with pytest.raises(ChecklistError, match="cannot be allowed"):
        blocking(verdicts(), [word])


@pytest.mark.parametrize("word", get_args(Word))
def test_each_word_blocks_unless_it_is_harmless(word):
    (one,) = verdicts()
    one = one.model_copy(update={"items": (one.items[0].model_copy(update={"word": word}),)})
    harmless = word in ("pass", "not applicable", "waived")
    assert bool(blocking([one])) is not harmless
