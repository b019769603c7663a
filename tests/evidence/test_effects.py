"""What is published of repeated decisions: enough to recompute, nothing of small groups."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from isg_audit.evidence import keep, verify
from isg_audit.evidence.effects import publishable_effects, read_effects, told_effects
from isg_audit.measures.clustering import share_key
from isg_audit.measures.fairness import rates
from isg_audit.run import Audit, run
from isg_audit.tally.table import Effect
from tests.audits import spec_of
from tests.evidence.made import fixed_up


def log_of(persons: int = 150) -> pd.DataFrame:
    """Three groups, the third of three people; five decisions a person on average."""
    rng = np.random.default_rng(20221129)
    who = np.repeat(np.arange(persons), rng.poisson(4, persons) + 1)
    group = np.where(np.arange(persons) % 3 == 0, "b", "a").astype(object)
    group[:3] = "few"
    leaning = rng.beta(2, 3, persons)[who]
    return pd.DataFrame(
        {
            "who": [f"person {one}" for one in who],
            "group": group[who],
            "sex": np.where(np.arange(persons) % 2, "f", "m")[who],
            "decision": (rng.random(len(who)) < leaning).astype(int),
            "outcome": (rng.random(len(who)) < leaning).astype(int),
            "score": leaning.round(2),
        }
    )


def audit_of(minimum_cell: int) -> Audit:
    spec = spec_of(
        ["group", "sex"],
        person="who", outcome="outcome", outcome_favourable=1, score="score",
        audit={"minimum_cell": minimum_cell, "checklists": ("us-ugesp",)},
    )  # fmt: skip
    audit = run(spec, log_of())
    return replace(audit, facts=replace(audit.facts, made="2026-01-31T12:00:00+00:00"))


@pytest.mark.parametrize("minimum_cell", [1, 10])
def test_intervals_under_repeated_decisions_are_recomputed(
    minimum_cell: int, tmp_path: Path
) -> None:
    keep(audit_of(minimum_cell), tmp_path / "bundle")
    found = verify(tmp_path / "bundle")
    assert found.faults == ()
    assert found.recomputed > 100
    why = ("withheld", "not published", "rests on every group")
    assert all(any(one in reason for one in why) for reason in found.not_recomputable)


def test_folds_are_published_nowhere_and_effects_of_few_people_are_not(tmp_path: Path) -> None:
    keep(audit_of(10), tmp_path / "bundle")
    table = pq.read_table(tmp_path / "bundle" / "tally.parquet")
    assert "fold" not in table.column_names
    told = json.loads(table.schema.metadata[b"isg"])["decided_by"]["log"]
    by_group = next(one for one in told["by"] if one["by"] == ["group"])
    few = by_group["names"].index("few")
    assert by_group["effects"]
    for key, effect in by_group["effects"].items():
        assert effect["cases"][few] is None, key
        shown = [one for one in effect["cases"] if one is not None]
        assert shown == [round(one, 2) for one in shown] or not any(effect["folds"])


def test_an_effect_that_was_made_smaller_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    keep(audit_of(1), folder)
    table = pq.read_table(folder / "tally.parquet")
    told = json.loads(table.schema.metadata[b"isg"])
    key = share_key(rates.DECIDED_POSITIVE, rates.DECIDED_POSITIVE + rates.DECIDED_NEGATIVE)
    by_sex = next(one for one in told["decided_by"]["log"]["by"] if one["by"] == ["sex"])
    by_sex["effects"][key]["cases"] = [1.0, 1.0]
    pq.write_table(
        table.replace_schema_metadata({"isg": json.dumps(told)}), folder / "tally.parquet"
    )
    fixed_up(folder)
    assert any("selection_rate" in fault for fault in map(str, verify(folder).faults))


def test_an_effect_is_withheld_with_the_counts_behind_it() -> None:
    one = Effect(np.array([1.5, 2.0]), np.array([16.0, 16.0]))
    withheld = {
        block: np.zeros(2, dtype=bool)
        for block in ("decided", "undecided", "decision", "outcome", "cross", "score",
                      "score_by_outcome", "amounts")
    }  # fmt: skip
    of = {
        "decision": share_key(
            rates.DECIDED_POSITIVE, rates.DECIDED_POSITIVE + rates.DECIDED_NEGATIVE
        ),
        "outcome": share_key(
            rates.OUTCOME_POSITIVE, rates.OUTCOME_POSITIVE + rates.OUTCOME_NEGATIVE
        ),
        "cross": share_key([rates.TP], [rates.TP, rates.FN]),
        "score": "mean_score",
        "score_by_outcome": "roc_auc",
        "amounts": "error",
    }
    for block in of:
        hidden = withheld | {block: np.array([True, False])}
        for other, key in of.items():
            found = publishable_effects({key: one}, hidden, ("a", "b"))[key].cases
            assert np.isnan(found).tolist() == [other == block, False], (block, other)


def test_what_is_told_is_read_and_nothing_else() -> None:
    effects = {"roc_auc": Effect(np.array([1.25, np.nan]), np.array([16.0, 0.0]))}
    again = read_effects(told_effects(effects), 2)["roc_auc"]
    assert np.array_equal(again.cases, effects["roc_auc"].cases, equal_nan=True)
    with pytest.raises(ValueError, match="one for each group"):
        read_effects(told_effects(effects), 3)


def test_an_effect_of_a_ranking_is_withheld_with_either_group_behind_it() -> None:
    one = Effect(np.array([0.015, 0.02]), np.array([16.0, 16.0]))
    withheld = {"exposure": np.array([True, False]), "places": np.zeros(2, dtype=bool)}
    told = {
        "|exposure|mean_exposure|": [True, False],
        "|exposure|mean_exposure.ratio|rest": [True, False],
        "|exposure|mean_exposure.ratio|a|b": [True, True],
        "|exposure|mean_exposure.ratio|c": [True, False],
        "|places|top_k_rate top 5.ratio|a|b": [False, False],
    }
    for key, hidden in told.items():
        found = publishable_effects({key: one}, withheld, ("a|b", "c"))[key].cases
        assert np.isnan(found).tolist() == hidden, key
