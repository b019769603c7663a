"""Figures within strata in the evidence: withheld where few bear on them, never recomputed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import isg_audit
from isg_audit.evidence import Row, keep, read, verify
from isg_audit.evidence.rows import TOO_FEW
from tests.audits import spec_of
from tests.measures.test_within import MEASURE, berkeley, people


def kept(data: pd.DataFrame, folder: Path, group: str, factor: str, **roles: str) -> list[Row]:
    spec = spec_of((group,), audit={"legitimate": (factor,), "checklists": ()}, **roles)
    keep(isg_audit.run(spec, data), folder)
    found = verify(folder)
    assert found.faults == ()
    rows = [row for row in read(folder).results.measurements if row.measure == MEASURE]
    told = [one for one in found.not_recomputable if MEASURE in one]
    assert len(told) == len([row for row in rows if row.note != TOO_FEW])
    assert all("counts within strata, which are not published" in one for one in told)
    return rows


def test_large_groups_are_published(tmp_path: Path) -> None:
    rows = kept(berkeley(), tmp_path / "b", "gender", "dept", decision="admitted", count="n")
    assert rows and all(row.value is not None for row in rows)


def test_few_cases_that_bear_are_withheld(tmp_path: Path) -> None:
    data = people()
    apart = data.assign(grade=data.grade + 10 * (data.group == "a"))
    apart.loc[apart[apart.group == "a"].index[:6], "grade"] = 0
    rows = kept(apart, tmp_path / "few", "group", "grade")
    assert rows and all(row.value is None and row.note == TOO_FEW for row in rows)


def test_few_cases_that_do_not_bear_are_withheld(tmp_path: Path) -> None:
    data = people()
    data.loc[data[data.group == "a"].index[:6], "grade"] = 99
    rows = kept(data, tmp_path / "left", "group", "grade")
    assert rows and all(row.value is None for row in rows)


def test_few_in_one_of_few_strata_are_withheld(tmp_path: Path) -> None:
    data = people().assign(grade=0)
    data.loc[data[data.group == "a"].index[:6], "grade"] = 1
    data.loc[data[data.group == "b"].index[:90], "grade"] = 1
    rows = kept(data, tmp_path / "two", "group", "grade")
    assert rows and all(row.value is None for row in rows)


def test_with_a_group_withheld_the_rest_would_give_it_away(tmp_path: Path) -> None:
    small = pd.DataFrame({"group": "c", "grade": [0, 1, 2, 3], "decision": [0, 1, 0, 1]})
    more = people(seed=8).assign(group="d")
    data = pd.concat([people(), more, small], ignore_index=True)
    rows = kept(data, tmp_path / "rest", "group", "grade")
    assert rows and all(row.value is None for row in rows if row.versus in ("rest", "best"))
