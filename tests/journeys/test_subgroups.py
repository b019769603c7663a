"""A group nobody declared, from the log to the page; COMPAS without a hint, on held-out rows."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import isg_audit
from isg_audit import stats
from isg_audit.spec import Spec
from tests.journeys.journey import audit_toml, rows_of, typed
from tests.shared_data import real_data

pytestmark = [
    # Ibis 12 asks DuckDB for batches by a name that DuckDB is giving up.
    pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning"),
]

MEASURE = "impact.subgroup_search"


def log(rows: int = 6_000) -> pd.DataFrame:
    """Women of the north with a small income are refused more often, and nobody else."""
    rng = np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "sex": rng.choice(["woman", "man"], rows),
            "region": rng.choice(["north", "south", "east", None], rows),
            "income": rng.lognormal(10, 0.8, rows).round(),
        }
    )
    harmed = (frame.sex == "woman") & (frame.region == "north") & (frame.income < 15_000)
    frame["approved"] = (rng.random(rows) < np.where(harmed, 0.4, 0.75)).astype(int)
    return frame


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("subgroups")
    log().to_csv(folder / "log.csv", index=False)
    audit = audit_toml(
        folder,
        rest='[search]\ncolumns = ["region", "income"]\n'
        '[audit]\nchecklists = ["marginalised-groups"]',
    )
    told = typed("run", audit, "--out", folder / "out")
    assert told.exit_code == 0, told.output
    assert "No group that nobody declared gets far fewer favourable decisions" in " ".join(
        told.output.split()
    )
    return folder / "out"


def test_the_harmed_group_stands_in_the_published_rows(out: Path) -> None:
    rows = rows_of(out / "bundle")
    of = (rows["measure"] == MEASURE) & (rows["metric"] == "favourable_rate.difference")
    gaps = list(rows[of].itertuples())
    assert gaps[0].by == "sex × region × income"
    assert gaps[0].group.startswith("woman × north × under 1")
    assert gaps[0].low < -0.35 < gaps[0].high < -0.1
    assert gaps[0].affected_low < 0.35 * gaps[0].n < gaps[0].affected_high
    assert rows[of]["n"].min() >= 10


def test_it_is_verified_and_told_on_a_page(out: Path) -> None:
    verified = typed("verify", out / "bundle")
    assert verified.exit_code == 0, verified.output
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    text = subprocess.run(
        ["pdftotext", "-layout", out / "report.pdf", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    flat = " ".join(text.split())
    assert "group that nobody declared fares worse" in flat
    assert "People with sex woman and region north and income under 1" in flat
    assert "who would have fared better if they had fared as everybody else" in flat
    assert "The gap that a group needs to be found four times in five" in flat


def test_without_the_table_nothing_is_searched_and_it_says_so() -> None:
    decisions = {"decision": "approved", "favourable": 1}
    spec = Spec.model_validate(
        {"system": {"name": "Loans"}, "groups": {"sex": {}}, "decisions": decisions}
    )
    found = isg_audit.run(spec, data=log(600)).findings
    reasons = {one.reason for one in found.not_measured if one.measure == MEASURE}
    assert reasons == {"the audit file has no table [search]"}


@pytest.mark.shared
def test_compas_without_a_hint_on_held_out_rows() -> None:
    """What one half of the rows tells is there in the other half, at a plain level with Holm."""
    frame = pd.read_csv(real_data("compas") / "data.csv.gz").sample(frac=1, random_state=1)
    columns = ["age", "priors_count", "c_charge_degree", "juv_misd_count"]
    spec = Spec.model_validate(
        {
            "system": {"name": "COMPAS"},
            "groups": {"race": {}, "sex": {}},
            "decisions": {"decision": "score_text", "favourable": "Low", "positive": "unfavourable",
                          "unfavourable": ["Medium", "High"],
                          "outcome": "two_year_recid", "outcome_favourable": 0},
            "search": {"columns": columns, "cut": {"age": [25, 46], "priors_count": [1, 5],
                                                   "juv_misd_count": [1]}},
        }
    )  # fmt: skip
    half, held_out = frame[: len(frame) // 2], frame[len(frame) // 2 :]
    rows = isg_audit.run(spec, data=half).findings.measured
    gaps = [one for one in rows
            if one.measure == MEASURE and one.metric == "wrong_denial_rate.difference"]  # fmt: skip
    # Race and age are found with nobody naming them as suspects.
    assert any(one.group == "African-American" for one in gaps)
    assert any("under 25" in one.group for one in gaps)
    innocent = held_out[held_out.two_year_recid == 0]
    flagged = innocent.score_text != "Low"
    p_values = []
    for one in gaps:
        inside = np.ones(len(innocent), dtype=bool)
        for name, value in zip(one.by.split(" × "), one.group.split(" × "), strict=True):
            inside &= _has(innocent[name], value)
        k, n = flagged[inside].sum(), inside.sum()
        p_values.append(
            float(stats.two_sample_z(k, n, flagged.sum() - k, len(flagged) - n).p_value)
        )
        assert flagged[inside].mean() > flagged[~inside].mean()
    assert (stats.holm(p_values) < 0.05).all()


def _has(column: pd.Series, value: str) -> np.ndarray:
    """Whether people have a value as a group is called by it."""
    if " to under " in value:
        low, high = map(float, value.split(" to under "))
        return ((column >= low) & (column < high)).to_numpy()
    if value.startswith("under "):
        return (column < float(value.removeprefix("under "))).to_numpy()
    if value.endswith(" or over"):
        return (column >= float(value.removesuffix(" or over"))).to_numpy()
    return (column == value).to_numpy()
