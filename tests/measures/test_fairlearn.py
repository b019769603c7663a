# ruff: noqa: E501 - a table of cases reads best as a table
"""Every metric equals fairlearn's `MetricFrame` to 1e-12: on real data and on generated data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fairlearn import metrics as fl
from sklearn import metrics as sk

from isg_audit.measures import Findings, Plan, measure_counts
from isg_audit.spec import Spec
from tests.audits import spec_of, tally_of
from tests.shared_data import oracles, real_data

SHARES = {
    "selection_rate": fl.selection_rate,
    "true_positive_rate": fl.true_positive_rate,
    "false_positive_rate": fl.false_positive_rate,
    "true_negative_rate": fl.true_negative_rate,
    "false_negative_rate": fl.false_negative_rate,
    "accuracy": sk.accuracy_score,
    "precision": sk.precision_score,
    "balanced_accuracy": sk.balanced_accuracy_score,
    "f1_score": sk.f1_score,
}
SCORES = {
    "mean_score": fl.mean_prediction,
    "roc_auc": sk.roc_auc_score,
    "brier_score": sk.brier_score_loss,
}


@dataclass(frozen=True)
class Case:
    """How a data set is read: its roles, and what stands in where it has no outcome."""

    name: str
    file: str
    decision: tuple[str, Any]
    outcome: tuple[str, Any]
    groups: tuple[str, ...]
    score: str | None = None
    positive: str = "favourable"
    query: str = ""
    unfavourable: tuple[Any, ...] = field(default=())


CASES = (
    Case("acs_income", "data.csv.gz", ("SEX", 1), ("PINCP", 1), ("RAC1P", "MAR")),
    Case("adult", "data.csv.gz", ("split", "train"), ("income", ">50K"), ("sex", "race")),
    Case("boston_hmda", "data.csv.gz", ("deny", "no"), ("hschool", "yes"), ("afam", "single"), "lvrat"),
    Case("calenviroscreen", "data.csv.gz", ("SB 535 Disadvantaged Community", "Yes"), ("big", 1), ("region",), "CES 3.0 Score"),
    Case("chicago_food", "data.csv.gz", ("fail_flag", 0), ("criticalFound", 0), ("WARD",), "score", "unfavourable"),
    Case("compas", "data.csv.gz", ("score_text", "Low"), ("two_year_recid", 0), ("race", "sex"), "decile_score", "unfavourable", unfavourable=("Medium", "High")),
    Case("compas_models", "inputs.csv.gz", ("logistic_label", 0), ("two_year_recid", 0), ("race", "sex"), "logistic_proba", "unfavourable"),
    Case("figure_skating", "data.csv.gz", ("program_type", "free"), ("deducted", 0), ("nation",), "points"),
    Case("german_credit", "third_party_predictions.csv.gz", ("predicted_bad", 0), ("true_bad", 0), ("sex", "age_group"), None, "unfavourable"),
    Case("gusto_mi", "data.csv.gz", ("TX", "tPA"), ("DAY30", 0), ("SEX", "KILLIP"), "TTR"),
    Case("mpls_stops", "data.csv.gz", ("personSearch", "NO"), ("vehicleSearch", "NO"), ("race", "gender")),
    Case("nmes1988", "data.csv.gz", ("insurance", "yes"), ("seen", 1), ("afam", "gender"), "visits"),
    Case("resume_audit", "data.csv.gz", ("call", "yes"), ("quality", "high"), ("ethnicity", "gender"), "jobs"),
    Case("ricci", "data.csv", ("passed", 1), ("oral", 1), ("Race", "Position"), "Combine"),
    Case("star", "data.csv.gz", ("stark", "small"), ("read_well", 1), ("gender", "ethnicity"), "readk"),
    Case("student_performance", "data.csv.gz", ("passed", 1), ("class", "High"), ("sex", "address"), "G2"),
    Case("sweden_vab", "gender_2dec.csv.gz", ("picked", 1), ("result", "No Errors Found"), ("gender",), "risk_score", "unfavourable"),
)  # fmt: skip


def rows_of(case: Case) -> pd.DataFrame:
    """The rows of a data set with known groups, decision, outcome and score."""
    frame = pd.read_csv(real_data(case.name) / case.file, low_memory=False)
    made = {
        "calenviroscreen": lambda: {
            "big": (frame["Total Population"] > 5000).astype(int),
            "region": frame["California County"].str[:1],
        },
        "compas_models": lambda: pd.read_csv(
            real_data("compas_models") / "expected_outputs.csv.gz"
        ).drop(columns="row"),
        "figure_skating": lambda: {"deducted": (frame["deductions"] != 0).astype(int)},
        "nmes1988": lambda: {"seen": (frame["visits"] > 3).astype(int)},
        "ricci": lambda: {
            "passed": (frame["Combine"] >= 70).astype(int),
            "oral": (frame["Oral"] >= 65).astype(int),
        },
        "star": lambda: {
            "read_well": (frame["readk"] > 430).astype("Int64").where(frame["readk"].notna())
        },
        "student_performance": lambda: {"passed": (frame["G2"] >= 10).astype(int)},
        "sweden_vab": lambda: {"picked": (frame["selection_method"] == "High Risk").astype(int)},
    }.get(case.name, dict)()
    frame = frame.assign(**made)
    if case.name == "star":
        frame = frame[frame["stark"].isin(["small", "regular"])]
    if case.name == "gusto_mi":
        frame = frame[frame["TX"].isin(["tPA", "SK"])]
    if case.name == "sweden_vab":
        frame = frame[frame["result"].isin(["Errors Found", "No Errors Found"])]
    needed = [
        *case.groups,
        case.decision[0],
        case.outcome[0],
        *([case.score] if case.score else []),
    ]
    rows = frame[needed].dropna()
    # MetricFrame takes 2 s for each 10,000 rows and metric set; some rows say as much as all.
    return rows.sample(min(len(rows), 8_000), random_state=0).reset_index(drop=True)


def spec_for(case: Case) -> Spec:
    return spec_of(
        case.groups,
        decision=case.decision[0],
        favourable=case.decision[1],
        unfavourable=case.unfavourable,
        outcome=case.outcome[0],
        outcome_favourable=case.outcome[1],
        score=case.score,
        positive=case.positive,
    )


def compare(found: Findings, frame: pd.DataFrame, case: Case) -> int:
    """Compare everything with fairlearn; how many numbers were compared."""
    flag = case.positive == "unfavourable"
    decided = (frame[case.decision[0]] == case.decision[1]).astype(int)
    true = (frame[case.outcome[0]] == case.outcome[1]).astype(int)
    y_pred, y_true = (1 - decided, 1 - true) if flag else (decided, true)
    index = {(row.metric, row.by, row.group): row for row in found.measured if not row.versus}
    compared = 0
    for by in case.groups:
        groups = frame[by].map(text)
        both = y_true.groupby(groups).nunique() > 1
        frames = fl.MetricFrame(
            metrics=SHARES, y_true=y_true, y_pred=y_pred, sensitive_features=groups
        )
        ranges, ratios = frames.difference(), frames.ratio()
        for name in SHARES:
            ours = {group: index[name, by, group].value for group in frames.by_group.index}
            for group, value in frames.by_group[name].items():
                if ours[group] is not None:
                    assert ours[group] == pytest.approx(value, abs=1e-12), (name, by, group)
                    compared += 1
                else:
                    # fairlearn gives 0 (or half, for a mean of two rates) for what nobody shows.
                    assert name == "balanced_accuracy" or value == 0, (name, by, group)
            if all(value is not None for value in ours.values()):
                spread, least = (
                    index[f"{name}.{what}", by, ""].value for what in ("range", "least_ratio")
                )
                assert spread == pytest.approx(ranges[name], abs=1e-12)
                if least is not None:
                    assert least == pytest.approx(ratios[name], abs=1e-12)
                compared += 2
        if case.score:
            score = frame[case.score].astype(float)
            for name, function in SCORES.items():
                if (name, by, "") not in index and (name, by, groups.iloc[0]) not in index:
                    continue
                for group in sorted(groups.unique()):
                    who = groups == group
                    if name == "roc_auc" and not both[group]:
                        assert index[name, by, group].value is None
                        continue
                    value = function(y_true[who], score[who])
                    assert index[name, by, group].value == pytest.approx(
                        value, abs=1e-12 * max(1, abs(value))
                    )
                    compared += 1
    return compared


def text(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
@pytest.mark.filterwarnings("ignore:.*single.*label.*:UserWarning")
@pytest.mark.filterwarnings("ignore:.*single.*class.*:UserWarning")
@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true:UserWarning")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_real_data_gives_fairlearns_numbers(case: Case) -> None:
    frame = rows_of(case)
    tally = tally_of(frame, spec_for(case))
    found = measure_counts(tally, Plan(case.groups))
    assert compare(found, frame, case) > 20


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
@pytest.mark.parametrize("seed", range(5))
def test_generated_data_gives_fairlearns_numbers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(500, 3_000))
    score = rng.random(rows).round(3)
    frame = pd.DataFrame(
        {
            "g": rng.choice(["a", "b", "c"], rows, p=[0.6, 0.3, 0.1]),
            "h": rng.choice(["x", "y"], rows),
            "d": (score > 0.5).astype(int),
            "y": (rng.random(rows) < score).astype(int),
            "s": score,
        }
    )
    case = Case("generated", "", ("d", 1), ("y", 1), ("g", "h"), "s")
    found = measure_counts(tally_of(frame, spec_for(case)), Plan(case.groups))
    assert compare(found, frame, case) > 60
    both = {row.by: row for row in found.measured if row.metric == "equalized_odds.range"}
    for by in case.groups:
        theirs = fl.equalized_odds_difference(frame["y"], frame["d"], sensitive_features=frame[by])
        assert both[by].value == pytest.approx(theirs, abs=1e-12)


def test_compas_gives_the_published_numbers() -> None:
    case = next(case for case in CASES if case.name == "compas")
    frame = pd.read_csv(real_data("compas") / "data.csv.gz")
    plan = Plan(case.groups, (("race", "sex"),), {"race": "Caucasian"})
    found = measure_counts(tally_of(frame, spec_for(case)), plan)
    at = {(row.metric, row.group, row.versus): row.value for row in found.measured}
    said = oracles("compas")
    for key, (metric, group, versus) in {
        "black.fpr": ("false_positive_rate", "African-American", ""),
        "black.fnr": ("false_negative_rate", "African-American", ""),
        "white.fpr": ("false_positive_rate", "Caucasian", ""),
        "white.fnr": ("false_negative_rate", "Caucasian", ""),
        "black.ppv": ("precision", "African-American", ""),
        "white.npv": ("negative_predictive_value", "Caucasian", ""),
        "black.sel": ("selection_rate", "African-American", ""),
        "auc.black": ("roc_auc", "African-American", ""),
        "fpr_ratio": ("false_positive_rate.ratio", "African-American", "Caucasian"),
        "fnr_ratio": ("false_negative_rate.ratio", "African-American", "Caucasian"),
        "pprev_ratio": ("selection_rate.ratio", "African-American", "Caucasian"),
        "intersect.black_female.fpr": ("false_positive_rate", "African-American × Female", ""),
    }.items():
        assert at[metric, group, versus] == pytest.approx(said[key], abs=1e-12), key


def test_published_tables_of_counts_give_their_rates() -> None:
    frame = pd.read_csv(real_data("uc_berkeley") / "data.csv")
    spec = spec_of(["Gender", "Dept"], decision="Admit", favourable="Admitted", count="Freq")
    plan = Plan(("Gender", "Dept"), (("Gender", "Dept"),))
    found = measure_counts(tally_of(frame, spec), plan)
    rate = {row.group: row.value for row in found.measured if row.metric == "favourable_rate"}
    assert rate["Male"] == pytest.approx(1198 / 2691, abs=1e-15)
    assert rate["Female"] == pytest.approx(557 / 1835, abs=1e-15)
    assert rate["Female × A"] == pytest.approx(89 / 108, abs=1e-15)


def expanded(table: pd.DataFrame) -> pd.DataFrame:
    """One row a case, from rows that stand for `n` cases."""
    return table.loc[table.index.repeat(table["n"])].reset_index(drop=True)


def published_counts(name: str) -> pd.DataFrame:
    """Group, decision, outcome and n of a data set that holds counts or shares of groups."""
    if name == "nyc_hs_admissions":
        raw = pd.read_csv(real_data(name) / "data.csv.gz", na_values="s")
        names = ("Asian", "Black", "Hispanic", "White", "Poverty", "ELL", "SWD")
        raw = raw.apply(pd.to_numeric, errors="coerce")
        both = [raw[[f"{one}_applicants", f"{one}_offers"]].dropna().sum() for one in names]
        cells = [
            (one, decision, 1, int(n))
            for one, (applied, offered) in zip(names, both, strict=True)
            for decision, n in ((1, offered), (0, applied - offered))
        ]
        return pd.DataFrame(cells, columns=["group", "decision", "outcome", "n"])
    raw = pd.read_csv(real_data(name) / "data.csv.gz").sort_values("score")
    cells = []
    for one in ("white", "black", "hispanic", "asian"):
        share = raw[f"cdf_{one}"].diff().fillna(raw[f"cdf_{one}"]) / 100
        people, bad = (share * 20_000).round(), raw[f"default_pct_{one}"] / 100
        for approved in (1, 0):
            these = people[(raw["score"] >= 50) == bool(approved)]
            repaid = (these * (1 - bad[these.index])).round()
            cells += [
                (one, approved, 1, int(repaid.sum())),
                (one, approved, 0, int((these - repaid).sum())),
            ]
    return pd.DataFrame(cells, columns=["group", "decision", "outcome", "n"])


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
@pytest.mark.filterwarnings("ignore:.*single.*:UserWarning")
@pytest.mark.parametrize("name", ["nyc_hs_admissions", "fico_by_race"])
def test_published_counts_give_fairlearns_numbers(name: str) -> None:
    counts = published_counts(name)
    counts = counts[counts["n"] > 0]
    outcome = {} if name == "nyc_hs_admissions" else {"outcome": "outcome", "outcome_favourable": 1}
    tally = tally_of(counts, spec_of(["group"], count="n", **outcome))
    found = measure_counts(tally, Plan(("group",)))
    index = {(row.metric, row.group): row.value for row in found.measured if not row.versus}
    rows = expanded(counts)
    asked = {"selection_rate": fl.selection_rate} if not outcome else SHARES
    theirs = fl.MetricFrame(
        metrics=asked,
        y_true=rows["outcome"],
        y_pred=rows["decision"],
        sensitive_features=rows["group"],
    )
    for metric in asked:
        for group, value in theirs.by_group[metric].items():
            assert index[metric, group] == pytest.approx(value, abs=1e-12), (metric, group)
        assert index[f"{metric}.range", ""] == pytest.approx(theirs.difference()[metric], abs=1e-12)
