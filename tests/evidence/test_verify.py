"""Verifying finds what was changed, also when the manifest was made to fit."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from isg_audit.evidence import Verification, keep, verify
from isg_audit.evidence.rests_on import unpublished
from isg_audit.measures.catalogue import measure_counts
from isg_audit.measures.measurement import Findings
from isg_audit.measures.plan import Plan
from isg_audit.run import Audit
from tests.evidence.made import fixed_up, tally

Results = dict[str, Any]


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    shutil.copytree(kept, tmp_path / "bundle")
    return tmp_path / "bundle"


def test_a_bundle_with_withheld_groups_verifies(kept: Path) -> None:
    found = verify(kept)
    assert found.faults == ()
    assert found.files == 5
    assert found.recomputed > 100
    why = ("withheld", "not published", "rests on every group")
    assert all(any(one in reason for one in why) for reason in found.not_recomputable)


def test_a_whole_bundle_is_recomputed_whole(kept_whole: Path) -> None:
    found = verify(kept_whole)
    rows = json.loads((kept_whole / "results.json").read_text())["measurements"]
    assert found.faults == ()
    assert found.recomputed == len([one for one in rows if not unpublished(one["measure"])])
    assert len(found.not_recomputable) == len(rows) - found.recomputed


def test_the_model_s_own_decisions_are_recomputed_too(audit: Audit, tmp_path: Path) -> None:
    own = measure_counts(audit.tally, audit.plan, prefix="model_")
    both = replace(audit, model_tally=audit.tally, findings=Findings.of([*audit.findings, *own]))
    keep(both, tmp_path / "bundle")
    alone, found = verify_of(audit, tmp_path), verify(tmp_path / "bundle")
    assert found.faults == ()
    assert found.recomputed > 1.8 * alone.recomputed


def verify_of(audit: Audit, folder: Path) -> Verification:
    keep(audit, folder / "alone")
    return verify(folder / "alone")


def test_withheld_score_bins_are_told(audit: Audit, tmp_path: Path) -> None:
    counted = tally(700, 3, scores=4)
    plan = Plan(("sex", "race"), (("sex", "race"),))
    scored = replace(
        audit, tally=counted, plan=plan, findings=measure_counts(counted, plan), verdicts=(),
        checklists=(),
    )  # fmt: skip
    keep(scored, tmp_path / "bundle")
    found = verify(tmp_path / "bundle")
    assert found.faults == ()
    assert any("roc_auc" in told and "score bins" in told for told in found.not_recomputable)


def row_of(results: Results, metric: str, **wanted: str) -> Results:
    wanted = {"versus": "", "by": "sex", **wanted}
    return next(
        row
        for row in results["measurements"]
        if row["metric"] == metric and row["value"] is not None
        and all(row[name] == value for name, value in wanted.items())
    )  # fmt: skip


def in_rows(folder: Path, change: Callable[[list[Results]], None]) -> None:
    path = folder / "measurements.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    change(rows)
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)


def forge(folder: Path, change: Callable[[Results], None]) -> None:
    """Change results.json, its copy of the rows and the manifest alike."""
    path = folder / "results.json"
    results = json.loads(path.read_text())
    change(results)
    path.write_text(json.dumps(results))
    in_rows(folder, lambda rows: rows.__setitem__(slice(None), results["measurements"]))
    fixed_up(folder)


def digit(results: Results) -> None:
    row = row_of(results, "favourable_rate")
    row["value"] = round(row["value"] + 0.00001, 12)


def limit(results: Results) -> None:
    row_of(results, "favourable_rate.ratio", versus="rest")["low"] += 1e-6


def cases(results: Results) -> None:
    row_of(results, "true_positive_rate")["n"] += 1


def people(results: Results) -> None:
    row = next(r for r in results["measurements"] if r["affected"] is not None)
    row["affected"] += 1


def dropped(results: Results) -> None:
    results["measurements"].remove(row_of(results, "selection_rate"))


def hidden(results: Results) -> None:
    row = row_of(results, "accuracy")
    for name in ("value", "low", "high", "n", "affected", "p_value"):
        row[name] = None
    row["note"] = "too few people to publish"


def invented(results: Results) -> None:
    results["measurements"].append({**row_of(results, "precision"), "metric": "kindness"})


def size(results: Results) -> None:
    results["subject"]["attributes"][0]["groups"][0]["n"] = 4_000


def word(results: Results) -> None:
    item = next(i for c in results["checklists"] for i in c["items"] if follows(i))
    item["word"] = "fail" if item["word"] != "fail" else "pass"


def follows(item: Results) -> bool:
    groups = item["groups"]
    return bool(groups) and not any(g["withheld"] for g in groups)


def judged_value(results: Results) -> None:
    groups = [g for c in results["checklists"] for i in c["items"] for g in i["groups"]]
    next(g for g in groups if g["value"] is not None)["value"] += 0.01


FORGERIES: dict[Callable[[Results], None], str] = {
    digit: "fairness.favourable_rate favourable_rate of F by sex: value",
    limit: "favourable_rate.ratio of F by sex against rest: low",
    cases: "true_positive_rate of F by sex: n ",
    people: "affected",
    dropped: "selection_rate sex F: is missing from the results",
    hidden: "accuracy of F by sex: is withheld although all its counts are not",
    invented: "kindness of F by sex: does not follow from the counts",
    size: "4000 people in sex",
    judged_value: "the row says",
}
"""Each changes another number; all are in one bundle, and each is found."""


def test_forged_results_are_found_with_a_manifest_that_fits(folder: Path) -> None:
    def all_of_them(results: Results) -> None:
        for change in FORGERIES:
            change(results)

    forge(folder, all_of_them)
    found = verify(folder)
    for said in FORGERIES.values():
        assert any(said in fault for fault in found.faults), said


def test_a_forged_verdict_is_found(kept_whole: Path, tmp_path: Path) -> None:
    shutil.copytree(kept_whole, tmp_path / "bundle")
    forge(tmp_path / "bundle", word)
    assert any("the verdict is" in fault for fault in verify(tmp_path / "bundle").faults)


@pytest.mark.parametrize("name", ["smallest_gap", "cases_needed", "flip_count"])
def test_what_is_told_beside_a_verdict_is_worked_out_again(
    kept_whole: Path, tmp_path: Path, name: str
) -> None:
    def changed(results: Results) -> None:
        groups = [g for c in results["checklists"] for i in c["items"] for g in i["groups"]]
        known = [g for g in groups if g[name] is not None]
        (known or groups)[0][name] = 7 if not known else known[0][name] * 2

    shutil.copytree(kept_whole, tmp_path / "bundle")
    forge(tmp_path / "bundle", changed)
    assert any(f": {name} is " in fault for fault in verify(tmp_path / "bundle").faults)


def test_a_verdict_that_its_own_comparisons_deny_is_found_where_they_are_withheld(
    kept_whole: Path, tmp_path: Path
) -> None:
    """Numbers withheld cannot be judged again; one failing comparison still fails its item."""

    def softened(results: Results) -> None:
        item = next(i for c in results["checklists"] for i in c["items"] if follows(i))
        item["word"] = "pass"
        for name in ("value", "low", "high", "n"):
            item["groups"][0][name] = None
        item["groups"][0] |= {"withheld": True, "word": "fail", "decides": True}

    shutil.copytree(kept_whole, tmp_path / "bundle")
    forge(tmp_path / "bundle", softened)
    faults = verify(tmp_path / "bundle").faults
    assert any("the verdict is 'pass', its comparisons give 'fail'" in one for one in faults)


def test_a_digit_in_the_table_alone_is_found(folder: Path) -> None:
    def change(rows: list[Results]) -> None:
        row = next(row for row in rows if row["value"] is not None)
        row["value"] += 1e-6

    in_rows(folder, change)
    fixed_up(folder)
    assert any("results.json differ in value" in fault for fault in verify(folder).faults)


def test_a_changed_count_is_found(folder: Path) -> None:
    path = folder / "tally.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    one = next(
        row for row in rows if row["block"] == "decision" and row["by"] == ["sex"] and row["n"]
    )
    one["n"] += 7
    one["weight"] += 7
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
    fixed_up(folder)
    assert any("counts" in fault for fault in verify(folder).faults)


def test_a_small_count_that_slipped_in_is_found(folder: Path) -> None:
    path = folder / "tally.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    next(r for r in rows if r["block"] == "decision" and r["by"] == ["sex"] and r["n"])["n"] = 3
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
    fixed_up(folder)
    assert any("smaller than 10" in fault for fault in verify(folder).faults)


def test_a_changed_checklist_is_found(folder: Path) -> None:
    path = folder / "checklists" / "us-ugesp.toml"
    path.write_text(path.read_text().replace("at_least = 0.8", "at_least = 0.5"))
    fixed_up(folder)
    assert any("another version" in fault for fault in verify(folder).faults)


def test_a_file_that_is_no_tally_is_told(folder: Path) -> None:
    (folder / "tally.parquet").write_bytes(b"PAR1 no")
    fixed_up(folder)
    assert any("is no tally" in fault for fault in verify(folder).faults)


def test_a_changed_file_is_told(folder: Path) -> None:
    (folder / "audit.toml").write_text("x")
    assert any("audit.toml" in fault for fault in verify(folder).faults)
