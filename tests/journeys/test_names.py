"""Names and values as strangers write them: they are shown, obeyed nowhere, and lost nowhere."""

from __future__ import annotations

import csv
import datetime
import decimal
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import isg_audit
from isg_audit.evidence import keep
from tests.audits import spec_of
from tests.journeys.journey import audit_toml, rows_of, typed

VALUES = [
    "<b>bold</b>&amp;<script>alert(1)</script>",
    "\u202eabc مجموعة",
    "x" * 300,
    "two\nlines",
    "a × b",
    "Robert'); DROP TABLE decisions;--",
    "=cmd()",
    "{{ 7*7 }}",
    "%s {0}",
    "\ttab",
]
COLUMNS = ['"; drop table x', "the sex.of a person"]
GROUPS = '[groups."\\"; drop table x"]\n[groups."the sex.of a person"]'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of a run on a log full of them."""
    folder, draw = tmp_path_factory.mktemp("names"), np.random.default_rng(4)
    with (folder / "log.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*COLUMNS, "approved"])
        for at in range(2_000):
            place = at % len(VALUES)
            approved = int(draw.random() < 0.3 + 0.05 * place)
            writer.writerow([VALUES[place], "FM"[int(draw.random() < 0.5)], approved])
    audit = audit_toml(folder, groups=GROUPS)
    text = audit.read_text("utf-8").replace('"Loans"', '"<i>Loans</i> & {{ 7*7 }}"')
    audit.write_text(text, "utf-8")
    told = typed("run", audit, "--out", folder / "out", "--quiet")
    assert told.exit_code == 0, told.output
    assert "\u202e" not in told.stdout  # it would turn the line around
    return folder


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning")  # by WeasyPrint
def test_every_value_is_a_group_of_its_own_and_verifies(folder: Path) -> None:
    rows = rows_of(folder / "out" / "bundle")
    rates = rows[(rows["metric"] == "favourable_rate") & (rows["by"] == COLUMNS[0])]
    assert set(rates["group"]) == set(VALUES)
    assert (rates.loc[rates["versus"] == "", "n"] == 200).all()
    assert typed("verify", folder / "out").exit_code == 0


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning")  # by WeasyPrint
def test_markup_is_text_on_every_page(folder: Path) -> None:
    page = (folder / "out" / "report.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "<b>bold" not in page
    assert "<i>Loans" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search(r"\b49\b.{0,5}</title>", page)
    if shutil.which("pdftotext"):
        pdf = subprocess.run(
            ["pdftotext", folder / "out" / "report.pdf", "-"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        assert "<i>Loans</i> & {{ 7*7 }}" in pdf
        assert "DROP TABLE" in pdf


def test_signs_of_scripts_far_away_are_kept_in_the_evidence(tmp_path: Path) -> None:
    values = ["👩🏽‍🦽", "中文", "עברית", "é", "e\u0301"]
    log = pd.DataFrame({"group": values * 60, "decision": [1, 0, 1] * 100})
    rows = rows_of(keep(isg_audit.run(spec_of(["group"]), log), tmp_path / "bundle").results)
    assert set(values) <= set(rows["group"])
    assert typed("verify", tmp_path / "bundle").exit_code == 0


def test_groups_of_any_type_are_named_as_people_write_them() -> None:
    many = 100
    table = pa.table(
        {
            "dictionary": pa.array(["F", "M"] * many).dictionary_encode(),
            "money": pa.array([decimal.Decimal("1.50"), decimal.Decimal("2.00")] * many),
            "day": pa.array([datetime.date(2020, 1, 1), datetime.date(2021, 1, 1)] * many),
            "time": pa.array(
                [datetime.datetime(2020, 1, 1), datetime.datetime(2021, 1, 1, 10)] * many
            ),
            "truth": pa.array([True, None] * many).fill_null(False),
            "small": pa.array([1.5, 2.0] * many, pa.float32()).cast(pa.float16()),
            "decision": pa.array([1, 0, 1, None] * (many // 2)),
        }
    )
    names = [name for name in table.column_names if name != "decision"]
    audit = isg_audit.run(spec_of(names, audit={"intersections": []}), table)
    assert dict(zip(audit.tally.attributes, audit.tally.levels, strict=True)) == {
        "dictionary": ("F", "M"),
        "money": ("1.5", "2"),
        "day": ("2020-01-01", "2021-01-01"),
        "time": ("2020-01-01", "2021-01-01 10:00:00"),
        "truth": ("false", "true"),
        "small": ("1.5", "2"),
    }


def test_bands_and_periods_of_pandas_are_groups() -> None:
    frame = pd.DataFrame({"age": [20, 30, 40, 60] * 50, "decision": [1, 0, 1, 1] * 50})
    frame["band"] = pd.cut(frame["age"], [0, 25, 99])
    frame["year"] = pd.PeriodIndex(["2020", "2021"] * 100, freq="Y")
    tally = isg_audit.run(spec_of(["band", "year"]), frame).tally
    assert tally.levels == (("(0, 25]", "(25, 99]"), ("2020", "2021"))


def test_a_file_with_dates_decimals_and_a_dictionary(tmp_path: Path) -> None:
    table = pa.table(
        {
            "sex": pa.array(["F", "M"] * 100).dictionary_encode(),
            "approved": pa.array(
                [decimal.Decimal("1.00"), decimal.Decimal("0.00")] * 99 + [None, None]
            ),
            "on": pa.array([datetime.datetime(2024, 1 + at % 12, 3) for at in range(200)]),
        }
    )
    pq.write_table(table, tmp_path / "log.parquet")
    roles = 'decision = "approved"\nfavourable = 1\ntime = "on"'
    tally = isg_audit.run(audit_toml(tmp_path, "log.parquet", roles)).tally
    assert tally.windows == ("2024 Q1", "2024 Q2", "2024 Q3", "2024 Q4")
    assert tally.total == 200
    assert tally.table(("sex",)).cases.sum(axis=(1, 2)).tolist() == [100, 100]


@pytest.mark.parametrize(
    ("times", "windows"),
    [
        (["2024-01-31", "2024-12-01"], ("2024 Q1", "2024 Q4")),
        (["2024-03-31T23:30:00Z", "2024-04-01 00:30:00"], ("2024 Q1", "2024 Q2")),
        (["2024-03-31T22:30:00-03:00", "2024-03-31 22:30:00+03:00"], ("2024 Q1", "2024 Q2")),
        (["31.01.2024", "13.12.2024"], ("2024 Q1", "2024 Q4")),
    ],
)
def test_times_however_written_fall_into_their_quarter(
    tmp_path: Path, times: list[str], windows: tuple[str, ...]
) -> None:
    rows = "".join(f"{'FM'[at % 2]},{at % 3 % 2},{times[at % 2]}\n" for at in range(120))
    (tmp_path / "log.csv").write_text(f"sex,approved,on\n{rows}", encoding="utf-8")
    roles = 'decision = "approved"\nfavourable = 1\ntime = "on"'
    assert isg_audit.run(audit_toml(tmp_path, decisions=roles)).tally.windows == windows


def test_quoted_newlines_and_commas_stay_inside_their_value(tmp_path: Path) -> None:
    values = ['"Ann, ""A"""', '"B\r\nC"']
    rows = "".join(f"{values[at % 2]},{at % 3 % 2}\r\n" for at in range(200))
    (tmp_path / "log.csv").write_text(f"\ufeffsex,approved\r\n{rows}", "utf-8", newline="")
    tally = isg_audit.run(audit_toml(tmp_path)).tally
    assert tally.levels == (('Ann, "A"', "B\r\nC"),)
    assert tally.total == 200
