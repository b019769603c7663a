"""The pages on recourse, from an audit that was run: for whom, at what cost, and the examples."""

from __future__ import annotations

from itertools import count

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import isg_audit
from isg_audit.evidence import Results
from isg_audit.evidence.assemble import published
from isg_audit.report.lookup import lookup_of
from isg_audit.report.recourse_pages import recourse_blocks
from isg_audit.spec import RecoursePart
from tests.audits import spec_of

FEATURES = ["income", "debt", "age"]


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    draw = np.random.default_rng(4)
    made = pd.DataFrame(
        {
            "income": draw.normal(50, 15, 900).round(1),
            "debt": draw.gamma(2, 6, 900).round(1),
            "age": draw.integers(18, 80, 900),
            "sex": draw.choice(["f", "m"], 900),
        }
    )
    worth = made.income - made.debt + 8 * (made.sex == "m") + draw.normal(0, 8, 900)
    return made.assign(decision=np.where(worth > 40, "yes", "no"))


@pytest.fixture(scope="module")
def fitted(rows: pd.DataFrame) -> object:
    made = make_pipeline(StandardScaler(), LogisticRegression())
    return made.fit(rows[FEATURES], rows.decision)


def results(rows: pd.DataFrame, fitted: object, least: int) -> Results:
    audit = {"checklists": (), "minimum_cell": least}
    spec = spec_of(("sex",), audit=audit, decision="decision", favourable="yes")
    part = RecoursePart(immutable=("age",), only_up=("income",), only_down=("debt",))
    return published(isg_audit.run(spec.model_copy(update={"recourse": part}), rows, fitted))


def test_groups_costs_and_examples_stand_on_the_pages(rows: pd.DataFrame, fitted: object) -> None:
    look = lookup_of(results(rows, fitted, 5))
    blocks = recourse_blocks(look, count(1), count(1))
    assert "no promise" in blocks[0].paragraphs[0]
    drawing = str(blocks[1].figures[0].drawing)
    assert "Everybody refused" in drawing
    assert "as the audit file says" in blocks[1].figures[0].source
    (table,) = blocks[-1].tables
    said = [cell.said for row in table.rows for cell in row.cells]
    assert any(one.startswith("Example 1") for one in said)
    assert "Age" not in said
    assert {one.alike >= 5 for one in look.results.examples} == {True}


def test_what_an_example_says_turns_the_decision_of_everybody_it_fits(
    rows: pd.DataFrame, fitted: object
) -> None:
    """The most favourable row within the bands is turned at least: the change is no fancy."""
    for one in results(rows, fitted, 5).examples:
        fits = rows[fitted.predict(rows[FEATURES]) == "no"].copy()
        for change in one.changes:
            low, _, high = change.before.partition(" to below ")
            if high:
                inside = fits[change.feature].between(float(low), float(high), inclusive="left")
            elif low.startswith("below "):
                inside = fits[change.feature] < float(low.removeprefix("below "))
            else:
                inside = fits[change.feature] >= float(low.removesuffix(" or more"))
            fits = fits[inside]
        assert len(fits) >= one.alike >= 5
        for change in one.changes:
            fits = fits.assign(**{change.feature: float(change.after.rpartition(" ")[2])})
        assert (fitted.predict(fits[FEATURES]) == "yes").any()


def test_where_too_few_share_it_no_example_is_published(rows: pd.DataFrame, fitted: object) -> None:
    kept = results(rows, fitted, 300)
    assert kept.examples == ()
    assert "examples" not in kept.model_dump(mode="json")
    assert not any(one.value for one in kept.measurements if one.measure.endswith("_example"))
    look = lookup_of(kept)
    said = recourse_blocks(look, count(1), count(1))[-1].paragraphs[0]
    assert "No example can be shown" in said


def test_counts_below_the_minimum_cell_are_not_published(
    rows: pd.DataFrame, fitted: object
) -> None:
    refused = int((fitted.predict(rows[FEATURES]) == "no").sum())
    kept = results(rows, fitted, refused + 1)
    ours = [one for one in kept.measurements if one.measure.startswith("explain.recourse")]
    assert ours
    assert all(one.value is None and one.n is None for one in ours)
