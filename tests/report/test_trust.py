"""Pages on trust: what was found is said in people's words, what was not measured is left out."""

from __future__ import annotations

from itertools import count

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

import isg_audit
from isg_audit.evidence.assemble import published
from isg_audit.report.lookup import lookup_of
from isg_audit.report.trust_pages import trust_blocks
from isg_audit.spec import Spec


def audited(minimum_cell):
    draw = np.random.default_rng(2)
    log = pd.DataFrame(
        {
            "income": draw.normal(40, 10, 600).round(1),
            "debt": draw.gamma(2, 5, 600).round(1),
            "years": draw.integers(0, 30, 600).astype(float),
            "sex": draw.choice(["f", "m"], 600),
        }
    )
    worth = log.income - log.debt + log.years / 3
    log["granted"] = (worth + draw.normal(0, 4, 600) > 33).astype(int)
    log["why"] = np.where(log.granted == 1, None, np.where(log.debt > 12, "D1", "income"))
    features = ["income", "debt", "years"]
    spec = Spec.model_validate(
        {
            "system": {"name": "Loans"},
            "decisions": {"decision": "granted", "favourable": 1, "reasons": ("why",)},
            "groups": {"sex": {}},
            "audit": {"minimum_cell": minimum_cell, "checklists": ()},
            "model": {"source": "given", "reason_codes": {"D1": "debt"},
                      "more_helps": ("income",), "more_hurts": ("years",)},
            "recourse": {"immutable": ("years",)},
        }
    )  # fmt: skip
    fitted = LogisticRegression().fit(log[features], log.granted)
    return lookup_of(published(isg_audit.run(spec, log, fitted)))


@pytest.fixture(scope="module")
def look():
    return audited(1)


def said(blocks):
    return " ".join(
        [text for one in blocks for text in (*one.paragraphs, *one.points, *one.after)]
        + [cell.said for one in blocks for table in one.tables for row in table.rows
           for cell in row.cells]
    )  # fmt: skip


def test_checks_reasons_and_robustness_stand_in_plain_words(look):
    blocks = trust_blocks(look, count(1), count(1))
    assert [one.heading for one in blocks if one.heading] == [
        "What to think of these explanations",
        "Reasons that refused people are given",
        "The log’s reasons beside the model’s",
        "How firm decisions stand",
    ]
    text = said(blocks)
    assert "A rule of four questions tells the decision" in text
    assert "Income was declared to work in one direction only. Among 500 people" in text
    assert "a change of it in their favour turns the decision against them" in text
    assert "nobody can change it" in text
    assert "Of the reasons that the log gives a person" in text
    assert "The model gives no usable answer where one of these is missing: Income" in text
    table = blocks[0].tables[0]
    firsts = {row.cells[0].said: row.cells[1].said for row in table.rows}
    assert firsts["Another method names the same weightiest inputs"] == "100.0"


def test_without_these_measures_there_is_no_block(look):
    bare = lookup_of(look.results.model_copy(update={"measurements": ()}))
    assert trust_blocks(bare, count(1), count(1)) == ()


def test_reasons_of_few_people_are_withheld(look):
    """With a minimum cell of 100,000 nothing of a reason may be read."""
    hidden = audited(100_000)
    rows = list(hidden.family("explain.reason"))
    assert rows
    assert all(one.value is None and one.n is None for one in rows)
    assert "Reasons that refused" not in said(trust_blocks(hidden, count(1), count(1)))
