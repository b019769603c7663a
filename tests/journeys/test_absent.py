"""From an audit file with a census to a judged, verified, printed audit of who is absent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tests.journeys.journey import audit_toml, rows_of, typed

CENSUS = """\
sex,area,people
Female,north,60000
Female,south,30000
Female,east,9000
Female,west,1500
Male,north,60000
Male,south,30000
Male,east,9000
Male,west,1500
"""

REST = """
[audit]
legitimate = ["income", "job"]
checklists = ["marginalised-groups"]
[population]
source = "census.csv"
from = "Census of the town, 1 January 2025"
cannot_appear = ["People without papers are not counted."]
"""


def log(people: int = 4000) -> pd.DataFrame:
    """Few people of the east, nobody of the west; nothing known of those refused."""
    random = np.random.default_rng(3)
    sex = random.choice(["Female", "Male"], people, p=[0.4, 0.6])
    area = random.choice(["north", "south", "east"], people, p=[0.7, 0.25, 0.05])
    income = random.integers(1, 4, people).astype(float)
    income[(area == "south") & (random.random(people) < 0.2)] = np.nan
    approved = random.random(people) < 0.5 + 0.1 * (sex == "Male")
    repaid = (random.random(people) < 0.7).astype(float)
    repaid[~approved] = np.nan
    return pd.DataFrame(
        {
            "sex": sex, "area": area, "income": income, "job": random.choice(["a", ""], people),
            "approved": approved.astype(int), "repaid": repaid,
        }
    )  # fmt: skip


def audited(folder: Path, frame: pd.DataFrame, rest: str = REST) -> Path:
    frame.to_csv(folder / "log.csv", index=False)
    (folder / "census.csv").write_text(CENSUS, encoding="utf-8")
    decisions = 'decision = "approved"\nfavourable = 1\noutcome = "repaid"\noutcome_favourable = 1'
    return audit_toml(folder, decisions=decisions, groups="[groups.sex]\n[groups.area]", rest=rest)


def test_who_is_absent_is_judged_printed_and_verified(tmp_path: Path) -> None:
    done = typed("run", audited(tmp_path, log()), "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    said = " ".join(done.output.split())
    assert "Each group is in the log about as often as in the population" in said
    assert "What happened is known alike" in said
    bundle = tmp_path / "out" / "bundle"
    checked = typed("verify", bundle)
    assert checked.exit_code == 0, checked.output
    rows = rows_of(bundle)
    ratios = rows[(rows.metric == "representation_ratio") & (rows.by == "area")]
    values = ratios.set_index("group").value
    assert values["west"] == 0
    assert values["east"] < 0.8 < values["north"]
    rates = rows[(rows.metric == "true_positive_rate") & (rows.group == "")]
    assert rates.value.isna().all()
    named = rows[rows.metric == "expected_combination"]
    assert named.group.tolist() == ["west"]
    assert named.value.isna().all()
    html = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for words in (
        "Nobody of the group west is in the data",
        "Census of the town, 1 January 2025",
        "People without papers are not counted.",
        "For every 1,000 people",
        "south, income",
        "Wrongly refused: for Female anything from 0.0",
    ):
        assert words in html, words


def test_no_count_below_ten_is_published_nor_follows(tmp_path: Path) -> None:
    """Seven people of the east, three of whom lack an input."""
    frame = log()
    east = frame.area == "east"
    frame = pd.concat(
        [frame[~east], frame[east].head(7).assign(income=[1, 2, 3, 1] + [np.nan] * 3)]
    )
    done = typed("run", audited(tmp_path, frame), "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    rows = rows_of(tmp_path / "out" / "bundle")
    ours = rows[rows.measure.isin(["coverage.representation", "coverage.per_population",
                                   "coverage.missing_inputs", "coverage.unprocessed"])]  # fmt: skip
    few = ours[ours.group.str.contains("east")]
    assert len(few)
    assert few.value.isna().all()
    hits = (ours.value * ours.n).where(ours.metric.str.endswith("_rate"))
    assert not ((hits > 0.5) & (hits < 9.5)).any()
    # The sum of what is hidden by area, at each input, is not few either.
    shares = ours[(ours.metric == "missing_input_rate") & (ours.feature == "income")]
    everybody = shares[shares.by == ""]
    shown = shares[(shares.by == "area") & shares.value.notna()]
    if everybody.value.notna().all():
        rest = (everybody.value * everybody.n).sum() - (shown.value * shown.n).sum()
        assert rest > 9.5


def test_a_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = audited(tmp_path, log(50), REST.replace('"census.csv"', '"sensus.csv"'))
    done = typed("run", path, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "sensus.csv" in done.output
