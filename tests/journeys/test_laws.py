"""Laws of whole audits: what must not matter does not, and the same is the same again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

import isg_audit
from isg_audit.evidence import keep
from tests.audits import spec_of
from tests.journeys.journey import audit_toml, rows_of

# Ibis 12 asks DuckDB for batches by a name that DuckDB is giving up.

ROLES = """\
decision = "approved"
favourable = 1
outcome = "repaid"
outcome_favourable = 1
score = "score"
time = "decided_on"
weight = "weight"
"""
GROUPS = "[groups.sex]\n[groups.age]\ncut = [30, 50]"


@pytest.fixture(scope="module")
def log() -> pd.DataFrame:
    draw, n = np.random.default_rng(8), 700
    frame = pd.DataFrame(
        {
            "sex": draw.choice(["F", "M", "X"], n, p=[0.45, 0.45, 0.1]),
            "age": draw.integers(18, 80, n),
            "score": draw.integers(0, 100, n) / 100,
            "decided_on": pd.date_range("2024-01-01", periods=n, freq="D").strftime("%Y-%m-%d"),
            "weight": draw.integers(1, 5, n),
        }
    )
    frame["approved"] = (frame.score + draw.normal(0, 0.2, n) > 0.4).astype(int)
    frame["repaid"] = pd.Series(draw.choice([0, 1], n), dtype="Int64").mask(draw.random(n) < 0.2)
    return frame


def audited(folder: Path, log: pd.DataFrame, **how: Any) -> pd.DataFrame:
    """The table of measurements of a log written as CSV."""
    folder.mkdir(exist_ok=True)
    log.to_csv(folder / "log.csv", index=False, **how)
    path = audit_toml(folder, decisions=ROLES, groups=GROUPS)
    return rows_of(keep(isg_audit.run(path), folder / "bundle").results)


def test_the_order_of_rows_and_columns_and_the_kind_of_csv_change_no_figure(
    log: pd.DataFrame, tmp_path: Path
) -> None:
    plain = audited(tmp_path / "plain", log)
    assert {"false_negative_rate", "roc_auc", "precision"} <= set(plain["metric"])
    shuffled = log.sample(frac=1, random_state=3)[list(reversed(log.columns))]
    for name, rows in {
        "shuffled": audited(tmp_path / "shuffled", shuffled),
        "semicolons": audited(tmp_path / "semicolons", log, sep=";", lineterminator="\r\n"),
        "bom": audited(tmp_path / "bom", log, encoding="utf-8-sig", sep="\t"),
        "quoted": audited(tmp_path / "quoted", log, quoting=1),
    }.items():
        pd.testing.assert_frame_equal(rows, plain, check_exact=True, obj=name)


def test_frames_and_files_of_any_format_give_the_same(log: pd.DataFrame, tmp_path: Path) -> None:
    plain = audited(tmp_path / "plain", log)
    typed = log.astype({"sex": "category", "approved": bool, "age": float})
    typed["decided_on"] = pd.to_datetime(typed["decided_on"])
    given = isg_audit.run(audit_toml(tmp_path, decisions=ROLES, groups=GROUPS), typed)
    for at, (name, write) in enumerate(
        [("a.parquet", typed.to_parquet), ("a.arrow", typed.to_feather), ("a.csv.gz", log.to_csv)]
    ):
        write(tmp_path / name, **({"index": False} if name.endswith("gz") else {}))
        audit = isg_audit.run(audit_toml(tmp_path, name, decisions=ROLES, groups=GROUPS))
        rows = rows_of(keep(audit, tmp_path / f"bundle-{at}").results)
        pd.testing.assert_frame_equal(rows, plain, check_exact=True, obj=name)
    rows = rows_of(keep(given, tmp_path / "bundle").results)
    pd.testing.assert_frame_equal(rows, plain, check_exact=True)


def test_as_many_cases_in_fewer_rows_give_the_same(log: pd.DataFrame, tmp_path: Path) -> None:
    columns = ["sex", "approved", "repaid"]
    counted = log[columns].value_counts(dropna=False).rename("cases").reset_index()
    spec = spec_of(["sex"], decision="approved", outcome="repaid", outcome_favourable=1)
    roles = spec.decisions.model_copy(update={"count": "cases"})
    one = keep(isg_audit.run(spec, log[columns]), tmp_path / "rows")
    other = isg_audit.run(spec.model_copy(update={"decisions": roles}), counted)
    pd.testing.assert_frame_equal(
        rows_of(one.results), rows_of(keep(other, tmp_path / "counts").results), check_exact=True
    )


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(log: pd.DataFrame, tmp_path: Path) -> None:
    fitted = LogisticRegression().fit(log[["age", "score"]], log.approved)
    spec = spec_of(["sex"], decision="approved", outcome="repaid", outcome_favourable=1)
    kept = []
    for name in ("one", "two"):
        keep(isg_audit.run(spec, log, fitted), tmp_path / name)
        results = json.loads((tmp_path / name / "results.json").read_text("utf-8"))
        made = results["provenance"].pop("made")
        kept.append((json.dumps(results).replace(made[:10], "DAY"), sorted(results)))
        for file in ("measurements.parquet", "tally.parquet"):
            first, second = tmp_path / "one" / file, tmp_path / name / file
            assert first.read_bytes() == second.read_bytes()
    assert kept[0] == kept[1]
    assert "explain.shap_importance" in kept[0][0]
