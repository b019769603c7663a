"""Groups in like circumstances: against statsmodels and published figures, laws, silent cases."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

import isg_audit
from isg_audit.measures import Measurement, NotMeasured
from tests.audits import spec_of

MEASURE = "fairness.favourable_rate_within"

BERKELEY = {
    "A": (512, 825, 89, 108), "B": (353, 560, 17, 25), "C": (120, 325, 202, 593),
    "D": (138, 417, 131, 375), "E": (53, 191, 94, 393), "F": (22, 373, 24, 341),
}  # fmt: skip
"""Men admitted, men, women admitted, women by department: Bickel et al. (1975), Science 187."""


def berkeley() -> pd.DataFrame:
    rows = []
    for dept, (men, of_men, women, of_women) in BERKELEY.items():
        rows += [("M", dept, 1, men), ("M", dept, 0, of_men - men)]
        rows += [("F", dept, 1, women), ("F", dept, 0, of_women - women)]
    return pd.DataFrame(rows, columns=["gender", "dept", "admitted", "n"])


def measured(
    data: pd.DataFrame, groups: Any, factors: tuple[str, ...], **roles: Any
) -> dict[tuple[str, str, str], Measurement]:
    """Rows by comparison, group and versus."""
    found = _within(data, groups, factors, **roles)
    assert all(isinstance(one, Measurement) for one in found), found
    return {
        (one.metric.partition(".")[2], one.group, one.versus): one
        for one in found
        if isinstance(one, Measurement)
    }


def _within(
    data: pd.DataFrame, groups: Any, factors: tuple[str, ...], **roles: Any
) -> list[Measurement | NotMeasured]:
    spec = spec_of(groups, audit={"legitimate": factors, "checklists": ()}, **roles)
    return [one for one in isg_audit.run(spec, data).findings if one.measure == MEASURE]


@pytest.fixture(scope="module")
def admissions() -> dict[tuple[str, str, str], Measurement]:
    return measured(
        berkeley(), {"gender": {"reference": "F"}}, ("dept",), decision="admitted", count="n"
    )


def test_berkeley_is_as_published(admissions: dict[tuple[str, str, str], Measurement]) -> None:
    gap, odds = admissions["difference", "M", "F"], admissions["odds_ratio", "M", "F"]
    assert gap.value == pytest.approx(-0.018425, abs=5e-5)
    assert (gap.low, gap.high) == pytest.approx(sato(-0.018425), abs=1.1e-4)
    assert odds.value == pytest.approx(0.904697, abs=5e-5)
    assert (odds.low, odds.high) == pytest.approx((0.771907, 1.060330), abs=1e-4)
    assert gap.p_value == pytest.approx(0.216924, rel=1e-3)
    assert gap.n == 2691
    assert "6 strata of dept" in gap.note and "2,691 of 2,691" in gap.note
    assert "strata disagree, p = 0.002: read them one by one" in gap.note
    assert "+14.2 points as it is, -1.8 points within strata" in gap.note
    assert gap.affected is None, "one figure for strata that disagree stands for nobody"


def test_berkeley_is_as_in_statsmodels(
    admissions: dict[tuple[str, str, str], Measurement],
) -> None:
    tables = [
        np.array([[men, of_men - men], [women, of_women - women]])
        for men, of_men, women, of_women in BERKELEY.values()
    ]
    theirs = StratifiedTable(tables)
    odds, gap = admissions["odds_ratio", "M", "F"], admissions["difference", "M", "F"]
    assert odds.value == pytest.approx(theirs.oddsratio_pooled, abs=5e-5)
    assert (odds.low, odds.high) == pytest.approx(theirs.oddsratio_pooled_confint(), abs=1e-4)
    assert admissions["ratio", "M", "F"].value == pytest.approx(theirs.riskratio_pooled, abs=5e-5)
    assert gap.p_value == pytest.approx(theirs.test_null_odds().pvalue, rel=1e-3)
    equal = theirs.test_equal_odds(adjust=True).pvalue
    (said,) = re.findall(r"strata disagree, p = ([\d.]+)", gap.note)
    assert float(said) == pytest.approx(equal, abs=5e-4)


def sato(gap: float) -> tuple[float, float]:
    """Sato's interval (1989), stratum by stratum."""
    weight = slope = spread = 0.0
    for men, of_men, women, of_women in BERKELEY.values():
        total = of_men + of_women
        weight += of_men * of_women / total
        lean = of_men * of_women * (of_women - of_men) / 2
        slope += (of_men**2 * women - of_women**2 * men + lean) / total**2
        spread += (men * (of_women - women) + women * (of_men - men)) / (2 * total)
    reach = 1.959964 * (gap * slope + spread) ** 0.5 / weight
    return gap - reach, gap + reach


def people(rows: int = 600, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    grade = rng.integers(0, 4, rows)
    group = np.where(rng.random(rows) < 0.3 + 0.1 * grade, "a", "b")
    chance = 0.2 + 0.15 * grade + 0.1 * (group == "a")
    return pd.DataFrame(
        {"group": group, "grade": grade, "decision": (rng.random(rows) < chance).astype(int)}
    )


def figures(one: Measurement) -> tuple[float | None, ...]:
    return (one.value, one.low, one.high, one.p_value)


def test_one_stratum_is_the_plain_comparison() -> None:
    data = people().assign(same="x")
    within = measured(data, ("group",), ("same",))
    findings = isg_audit.run(spec_of(("group",), audit={"checklists": ()}), data).findings
    for name in ("difference", "ratio"):
        (plain,) = [
            one
            for one in findings.measured
            if (one.metric, one.group, one.versus) == (f"favourable_rate.{name}", "b", "rest")
            and one.measure == "fairness.favourable_rate"
        ]
        assert within[name, "b", "rest"].value == pytest.approx(plain.value, abs=5e-5)


def test_halves_of_a_stratum_change_no_estimate() -> None:
    data = people()
    twice = pd.concat([data.assign(half=0), data.assign(half=1)], ignore_index=True)
    apart = measured(twice, ("group",), ("grade", "half"))
    together = measured(twice, ("group",), ("grade",))
    assert {key: one.value for key, one in apart.items()} == pytest.approx(
        {key: one.value for key, one in together.items()}
    )


def test_names_do_not_matter() -> None:
    data = people()
    renamed = data.assign(
        group=data.group.map({"a": "z", "b": "y"}), grade=data.grade.map({0: 9, 1: 3, 2: 7, 3: 1})
    )
    ours, theirs = measured(data, ("group",), ("grade",)), measured(renamed, ("group",), ("grade",))
    for (name, group, versus), one in ours.items():
        assert figures(one) == figures(theirs[name, {"a": "z", "b": "y"}[group], versus])


def test_who_never_meets_the_others_is_not_estimable() -> None:
    data = pd.concat(
        [people(), pd.DataFrame({"group": "c", "grade": 9, "decision": [0, 1] * 20})],
        ignore_index=True,
    )
    found = measured(data, ("group",), ("grade",))
    for name in ("difference", "ratio", "odds_ratio"):
        row = found[name, "c", "rest"]
        assert row.value is None and row.low is None and row.n == 0
        assert "no stratum holds both" in row.note
    assert found["difference", "a", "rest"].value is not None


def test_no_value_of_a_factor_is_a_stratum() -> None:
    data = people().assign(grade=lambda one: one.grade.astype(float))
    data.loc[::7, "grade"] = np.nan
    named = data.assign(grade=data.grade.fillna(8))
    ours, theirs = measured(data, ("group",), ("grade",)), measured(named, ("group",), ("grade",))
    assert {key: figures(one) for key, one in ours.items()} == {
        key: figures(one) for key, one in theirs.items()
    }
    assert "people without a value of a factor" in ours["difference", "a", "rest"].note


def test_equal_weights_change_nothing_and_repeated_persons_widen() -> None:
    data = people().assign(w=2.5)
    plain = measured(data, ("group",), ("grade",))["difference", "a", "rest"]
    weighted = measured(data, ("group",), ("grade",), weight="w")["difference", "a", "rest"]
    assert figures(weighted) == pytest.approx(figures(plain))
    twice = pd.concat([data, data]).assign(who=[*range(len(data))] * 2)
    repeated = measured(twice, ("group",), ("grade",), person="who")["difference", "a", "rest"]
    assert repeated.value == plain.value and "repeated persons (worst case)" in repeated.method
    assert (repeated.low, repeated.high) == pytest.approx((plain.low, plain.high), abs=1e-4)


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        ("income", "column 'income' has 600 different values, more than 50"),
        ("decision", "is the decision itself"),
    ],
)
def test_what_can_be_no_stratum_is_said(factor: str, said: str) -> None:
    (why,) = _within(people().assign(income=np.arange(600)), ("group",), (factor,))
    assert isinstance(why, NotMeasured) and said in why.reason


def test_without_factors_the_reason_is_given() -> None:
    (why,) = _within(people(), ("group",), ())
    assert isinstance(why, NotMeasured) and "no factors are named" in why.reason
