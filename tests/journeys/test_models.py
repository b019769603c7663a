"""Audits of models in memory and in files, with a log and without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import isg_audit
from isg_audit.evidence import keep, verify
from tests.audits import spec_of
from tests.journeys.journey import audit_toml, rows_of, value
from tests.shared_data import oracles, real_data

pytestmark = [
    # Ibis 12 asks DuckDB for batches by a name that DuckDB is giving up.
    pytest.mark.slow,
]
ALONE = {"decision": None, "favourable": "granted", "outcome": "repaid", "outcome_favourable": 1}


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """Applicants with what came of them, and no decision yet."""
    draw = np.random.default_rng(11)
    frame = pd.DataFrame(
        {"sex": draw.choice(["F", "M"], 500), "area": draw.choice(list("NS"), 500)}
    )
    frame["income"] = draw.normal(50, 10, 500) + 4 * (frame.sex == "M")
    frame["repaid"] = (frame.income + draw.normal(0, 8, 500) > 48).astype(int)
    return frame


@pytest.fixture(scope="module")
def pipeline(people: pd.DataFrame) -> Any:
    inputs = make_column_transformer((StandardScaler(), ["income"]), (OneHotEncoder(), ["area"]))
    labels = np.where(people.repaid == 1, "granted", "refused")
    return make_pipeline(inputs, LogisticRegression()).fit(people[["income", "area"]], labels)


def test_a_model_alone_is_audited_as_the_one_that_decides(
    people: pd.DataFrame, pipeline: Any, tmp_path: Path
) -> None:
    audit = isg_audit.run(spec_of(["sex"], **ALONE), people, pipeline)
    bundle = keep(audit, tmp_path / "bundle")
    rows = rows_of(bundle.results)
    assert bundle.results.subject.decided_by == "model"
    assert not rows["measure"].str.contains("model_").any()
    granted = pd.Series(pipeline.predict(people) == "granted")
    shares = pipeline.predict_proba(people)[:, list(pipeline.classes_).index("granted")]
    for sex, group in people.groupby("sex"):
        n, of = granted[group.index], ("sex", str(sex))
        rate = value(rows, "fairness.favourable_rate", "favourable_rate", *of)
        assert rate == pytest.approx(n.mean(), abs=1e-12)
        area = value(rows, "fairness.roc_auc", "roc_auc", *of)
        assert area == pytest.approx(roc_auc_score(group.repaid, shares[group.index]), abs=1e-9)
    assert verify(tmp_path / "bundle").faults == ()


def test_a_skops_file_gives_what_its_model_gives_in_memory(
    people: pd.DataFrame, pipeline: Any, tmp_path: Path
) -> None:
    skops = pytest.importorskip("skops.io")
    skops.dump(pipeline, tmp_path / "model.skops")
    people.to_csv(tmp_path / "log.csv", index=False, float_format="%.17g")
    path = audit_toml(
        tmp_path,
        decisions='outcome = "repaid"\noutcome_favourable = 1',
        rest='[model]\nsource = "model.skops"\nfavourable = "granted"',
    )
    from_file = keep(isg_audit.run(path), tmp_path / "file").results
    in_memory = isg_audit.run(spec_of(["sex"], **ALONE), people, pipeline)
    one, other = rows_of(from_file), rows_of(keep(in_memory, tmp_path / "memory").results)
    for rows in (one, other):  # what a model says of its failure follows its name
        rows["note"] = rows["note"].str.replace(r"^.*: the model failed", "it failed", regex=True)
    pd.testing.assert_frame_equal(one, other, rtol=1e-9)
    assert from_file.model is not None
    assert from_file.model.kind == "scikit-learn (skops)"
    assert verify(tmp_path / "file").faults == ()


def test_a_log_and_a_model_are_measured_side_by_side(
    people: pd.DataFrame, pipeline: Any, tmp_path: Path
) -> None:
    log = people.assign(
        decision=np.where(np.random.default_rng(2).random(500) < 0.4, "granted", "refused")
    )
    spec = spec_of(["sex"], favourable="granted", outcome="repaid", outcome_favourable=1)
    bundle = keep(isg_audit.run(spec, log, pipeline), tmp_path / "bundle")
    rows = rows_of(bundle.results)
    by_model = pipeline.predict(log)
    for sex, group in log.groupby("sex"):
        for measure, decided in [
            ("fairness.favourable_rate", group.decision),
            ("fairness.model_favourable_rate", pd.Series(by_model, log.index)[group.index]),
        ]:
            found = value(rows, measure, "favourable_rate", "sex", str(sex))
            assert found == pytest.approx((decided == "granted").mean(), abs=1e-12)
    assert verify(tmp_path / "bundle").faults == ()


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "needs"),
    [
        ("logistic_compas.onnx", "onnxruntime"),
        ("lightgbm_compas.txt", "lightgbm"),
        ("xgboost_compas.json", "xgboost"),
    ],
)
def test_somebody_elses_model_flags_black_people_wrongly_more_often(
    file: str, needs: str, tmp_path: Path
) -> None:
    """The flags counted from the published outputs of the model, by nobody's code of ours."""
    pytest.importorskip(needs)
    folder = real_data("compas_models")
    rows = pd.read_csv(folder / "inputs.csv.gz")
    expected = pd.read_csv(folder / "expected_outputs.csv.gz")
    due = (expected[f"{file.split('_')[0]}_proba"] > 0.5).to_numpy()
    features = ["age_cat_cat", "sex_code", "race_code", "priors_count", "c_charge_degree_cat"]
    path = audit_toml(
        tmp_path,
        str(folder / "inputs.csv.gz"),
        'positive = "unfavourable"\noutcome = "two_year_recid"\noutcome_favourable = 0',
        "[groups.race]",
        f'[model]\nsource = "{folder / file}"\nfavourable = 0\nfeatures = {features}',
    )
    found = rows_of(keep(isg_audit.run(path), tmp_path / "bundle").results)
    for race in ("African-American", "Caucasian"):
        fine = ((rows.race == race) & (rows.two_year_recid == 0)).to_numpy()
        of = ("fairness.false_positive_rate", "false_positive_rate", "race", race)
        assert value(found, *of) == pytest.approx(due[fine].mean(), abs=1e-12)
        name = {"African-American": "black", "Caucasian": "white"}[race]
        oracle = oracles("compas_models")[f"{file.split('_')[0]}.fpr.{name}"]
        assert value(found, *of) == pytest.approx(oracle, abs=1e-9)


@pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning")  # by WeasyPrint
def test_five_lines_from_a_frame_to_a_report(
    people: pd.DataFrame, pipeline: Any, tmp_path: Path
) -> None:
    spec = isg_audit.Spec(
        system={"name": "Loans"}, decisions={"favourable": "granted"}, groups={"sex": {}}
    )
    published = isg_audit.publish(isg_audit.run(spec, people, pipeline), str(tmp_path / "out"))
    assert published.report_pdf.read_bytes().startswith(b"%PDF")
    assert isg_audit.verify(published.bundle).faults == ()
