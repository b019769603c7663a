"""Audits that are not of decisions: published with small groups withheld, verified, read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from isg_audit.evidence import keep, verify
from isg_audit.evidence.rests_on import unpublished
from isg_audit.run import run
from isg_audit.spec import Spec
from tests.evidence.made import fixed_up


def people(rows: int = 1_200, seed: int = 4) -> pd.DataFrame:
    """Two attributes with a small group, a predicted number and the true one, some not known."""
    rng = np.random.default_rng(seed)
    race = rng.choice(["Asian", "Black", "White"], rows, p=[0.2, 0.3, 0.5]).astype(object)
    race[:6] = "Pacific"
    true = rng.normal(50, 10, rows)
    predicted = true + rng.normal(1, 5, rows)
    true[100:400] = np.nan
    return pd.DataFrame(
        {
            "sex": rng.choice(["F", "M"], rows),
            "race": race,
            "income": true,
            "expected": predicted,
            "band": rng.integers(1, 6, rows),
            "repaid": rng.integers(0, 2, rows),
            "level": rng.choice(["high", "low", "middle"], rows),
            "true_level": rng.choice(["high", "low", "middle"], rows),
            "place": np.arange(rows) // 40 + 1,
            "query": np.arange(rows) % 40,
        }
    )


def kept(folder: Path, decisions: dict[str, Any], data: pd.DataFrame, least: int = 10) -> Path:
    spec = Spec.model_validate(
        {
            "system": {"name": "A system"},
            "decisions": decisions,
            "groups": {"sex": {}, "race": {"reference": "White"}},
            "audit": {"minimum_cell": least},
        }
    )
    keep(run(spec, data), folder / "bundle")
    return folder / "bundle"


SCORE = {"score": "band", "outcome": "repaid", "outcome_favourable": 1}
CLASSES = {"task": "classes", "decision": "level", "outcome": "true_level"}
WITH_GOOD = CLASSES | {"favourable": "high", "outcome_favourable": "high"}
RANKING = {"task": "ranking", "position": "place", "list": "query", "top": [5, 15]}
NUMBER = {"task": "number", "score": "expected", "outcome": "income"}


@pytest.mark.parametrize("least", [1, 10])
@pytest.mark.parametrize(
    "decisions",
    [NUMBER, SCORE, CLASSES, WITH_GOOD, RANKING],
    ids=["number", "score", "classes", "favourable class", "ranking"],
)
def test_a_bundle_verifies(tmp_path: Path, decisions: dict[str, Any], least: int) -> None:
    bundle = kept(tmp_path, decisions, people(), least)
    found = verify(bundle)
    results = json.loads((bundle / "results.json").read_text())
    published = [
        one
        for one in results["measurements"]
        if one["value"] is not None and not unpublished(one["measure"])
    ]
    assert found.faults == ()
    assert found.recomputed >= len(published) > 150
    assert results["subject"]["task"] == decisions.get("task", "score")


def test_few_people_have_no_published_error_and_no_published_sum(tmp_path: Path) -> None:
    bundle = kept(tmp_path, NUMBER, people())
    rows = json.loads((bundle / "results.json").read_text())["measurements"]
    told = [one for one in rows if "Pacific" in one["group"]]
    assert told
    assert all(one["value"] is None for one in told if one["metric"] != "missing_score_rate")
    sums = pq.read_table(bundle / "tally.parquet").to_pylist()
    ours = [one for one in sums if one["group"] and "Pacific" in one["group"]]
    assert ours
    assert all(one["withheld"] and one["weight"] is None for one in ours if one["block"] in (
        "amounts", "score", "score_by_outcome", "outcome"
    ))  # fmt: skip


def test_a_changed_sum_of_errors_is_found(tmp_path: Path) -> None:
    bundle = kept(tmp_path, NUMBER, people(), 1)
    path = bundle / "tally.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    changed = next(one for one in rows if one["part"] == "error" and one["group"] == ["F"])
    changed["weight"] += 100.0
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
    fixed_up(bundle)
    assert any("mean_error" in fault for fault in verify(bundle).faults)


@pytest.mark.parametrize(
    "decisions",
    [NUMBER, SCORE, CLASSES, RANKING],
    ids=["number", "score", "classes", "ranking"],
)
def test_no_published_share_of_a_group_rests_on_a_small_count(
    tmp_path: Path, decisions: dict[str, Any]
) -> None:
    bundle = kept(tmp_path, decisions, people(2_500))
    rows = json.loads((bundle / "results.json").read_text())["measurements"]
    shares = [
        one
        for one in rows
        if one["unit"] == "proportion" and one["group"] and not one["versus"]
        if one["value"] is not None
    ]
    assert len(shares) > 5
    for one in shares:
        hits = one["value"] * one["n"]
        for count in (hits, one["n"] - hits, one["n"]):
            assert count < 0.5 or count > 9.5, one


def test_few_people_have_no_published_class(tmp_path: Path) -> None:
    bundle = kept(tmp_path, CLASSES, people())
    for one in pq.read_table(bundle / "tally.parquet").to_pylist():
        if one["block"] in ("classes", "class_cross") and one["n"] is not None:
            assert one["n"] == 0 or one["n"] >= 10
            assert one["part"] in ("high", "low", "middle")
            assert one["group"] is None or "Pacific" not in one["group"]


def test_few_entries_have_no_published_place_or_exposure(tmp_path: Path) -> None:
    bundle = kept(tmp_path, RANKING, people())
    places = {f"place {span}" for span in ("1 to 5", "6 to 15", "16 on")}
    told = pq.read_table(bundle / "tally.parquet").to_pylist()
    for one in told:
        if one["block"] == "places" and one["n"] is not None:
            assert one["n"] == 0 or one["n"] >= 10
            assert one["part"] in places
        if one["block"] in ("places", "exposure", "bins") and one["group"]:
            assert one["withheld"] or "Pacific" not in one["group"]
        assert not one["score_sum"]  # sums of places would tell places of single entries
    rows = json.loads((bundle / "results.json").read_text())["measurements"]
    ours = [one for one in rows if "Pacific" in one["group"] or "Pacific" in one["versus"]]
    assert ours
    assert all(one["value"] is None for one in ours)
    metadata = json.loads(pq.read_schema(bundle / "tally.parquet").metadata[b"isg"])
    for table in metadata["decided_by"]["log"]["by"]:
        at = [place for place, name in enumerate(table["names"]) if "Pacific" in name]
        for key, effect in table["effects"].items():
            if key.startswith(("|exposure|", "|places|")):
                assert all(effect["cases"][place] is None for place in at), key


def test_a_changed_exposure_is_found(tmp_path: Path) -> None:
    bundle = kept(tmp_path, RANKING, people(), 1)
    path = bundle / "tally.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    changed = next(one for one in rows if one["part"] == "exposure" and one["group"] == ["F"])
    changed["weight"] += 1.0
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
    fixed_up(bundle)
    assert any("mean_exposure" in fault for fault in verify(bundle).faults)


def test_few_people_have_no_published_step(tmp_path: Path) -> None:
    bundle = kept(tmp_path, SCORE, people())
    for one in pq.read_table(bundle / "tally.parquet").to_pylist():
        if one["block"] in ("steps", "steps_by_outcome") and one["n"] is not None:
            assert one["n"] == 0 or one["n"] >= 10
            assert one["part"].startswith("score ")


def test_a_bundle_of_decisions_names_no_task(kept_whole: Path) -> None:
    """So that earlier versions, which know one task only, read it."""
    assert "task" not in json.loads((kept_whole / "results.json").read_text())["subject"]
