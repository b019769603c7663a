"""Judging what the real engine measures: the same groups, counted, measured and judged."""

from __future__ import annotations

import pandas as pd
import pytest

from isg_audit.run import run
from isg_audit.spec import Spec
from tests.judge.audits import T1


@pytest.fixture(scope="module")
def verdicts():
    rows = [
        {"race": group, "approved": value, "n": n}
        for group, (hits, people) in T1.items()
        for value, n in ((1, hits), (0, people - hits))
    ]
    spec = Spec.model_validate(
        {
            "system": {"name": "T1", "domain": "employment"},
            "decisions": {"decision": "approved", "favourable": 1, "count": "n"},
            "groups": {"race": {"reference": "A"}},
            "audit": {"checklists": ["people-oriented", "us-ugesp", "us-nyc-ll144"]},
        }
    )
    return {item.id: item for one in run(spec, pd.DataFrame(rows)).verdicts for item in one.items}


def test_four_fifths_on_the_engines_own_rows(verdicts):
    rule = verdicts["UG-01"]
    assert (rule.word, rule.comparisons) == ("inconclusive", 3)
    # methods.md A3 and A4: MN limits of C/A, and the shortfall of 11.25 people.
    group = next(one for one in rule.groups if one.group == "C")
    assert group.compared_with == "A"
    assert (group.low, group.high) == pytest.approx((0.261693, 0.789194), abs=1e-5)
    assert group.affected == pytest.approx(11.25)


def test_every_item_has_a_word_and_a_sentence(verdicts):
    assert all(item.sentence.endswith(".") for item in verdicts.values())
    assert verdicts["LL144-01"].word == "not applicable"
    assert "no pass mark" in verdicts["LL144-01"].sentence
    assert verdicts["FAIR-04"].word == "not assessed"
    assert verdicts["FAIR-02"].sentence.startswith(
        "Not assessed. The audit declares no combination"
    )


def test_what_was_asked_of_people_stands_open(verdicts):
    assert {item.word for item in verdicts.values() if item.kind == "answered"} == {
        "unanswered", "not applicable",
    }  # fmt: skip
