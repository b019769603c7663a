"""Small tallies and audits for the tests of this room."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from isg_audit.run import Audit, run
from isg_audit.spec import Spec
from isg_audit.tally.codes import aggregate
from isg_audit.tally.tally import Tally

SEX = ("Female", "Male")
RACE = ("Asian", "Black", "White")


def tally(
    people: int = 600,
    seed: int = 0,
    *,
    unknown: float = 0.0,
    undecided: float = 0.0,
    scores: int = 0,
    shares: tuple[float, ...] = (0.1, 0.3, 0.6),
    weighted: bool = False,
) -> Tally:
    """A tally of drawn people: sex and race, outcome, decision, perhaps scores and weights."""
    rng = np.random.default_rng(seed)
    sex = rng.integers(0, 2, people)
    race = rng.choice(len(shares), people, p=shares)
    sex = np.where(rng.random(people) < unknown, -1, sex)
    race = np.where(rng.random(people) < unknown, -1, race)
    outcome = (rng.random(people) < 0.4).astype(int)
    decision = (rng.random(people) < 0.3 + 0.2 * outcome + 0.05 * race).astype(int)
    decision = np.where(rng.random(people) < undecided, 2, decision)
    none = np.full(people, -1)
    codes = np.stack([sex, race, outcome, decision, none, none], axis=1).astype(np.int32)
    score = np.full(people, np.nan)
    if scores:
        score = (rng.integers(0, scores, people) + outcome) / (scores + 1)
    weight = rng.integers(1, 4, people).astype(float) if weighted else np.ones(people)
    known = np.nan_to_num(score)
    sums = np.stack([np.ones(people), weight, weight**2, weight * known, weight * known**2], axis=1)
    codes, score, sums = aggregate(codes, score, sums)
    return Tally(("sex", "race"), (SEX, RACE[: len(shares)]), codes, score, sums)


BYS = ((), ("sex",), ("race",), ("sex", "race"))


def frame(rows: int = 1_500, seed: int = 5) -> pd.DataFrame:
    """Decisions with a group of three people, some undecided cases and some unknown sex."""
    rng = np.random.default_rng(seed)
    race = rng.choice(["Asian", "Black", "White"], rows, p=[0.2, 0.3, 0.5]).astype(object)
    race[:3] = "Pacific"
    sex = rng.choice(["F", "M"], rows).astype(object)
    sex[3:8] = None
    outcome = rng.integers(0, 2, rows)
    chance = 0.3 + 0.3 * outcome + np.where(race == "Black", -0.15, 0.0)
    decision = (rng.random(rows) < chance).astype(object)
    decision[8:20] = None
    return pd.DataFrame({"sex": sex, "race": race, "repaid": outcome, "approved": decision})


def audit_of(
    frame: pd.DataFrame, minimum_cell: int = 10, checklists: tuple[str, ...] = ("us-ugesp",)
) -> Audit:
    """The audit of such a frame, made at a fixed time."""
    spec = Spec.model_validate(
        {
            "system": {
                "name": "Loans",
                "purpose": "What postgres://auditor:hunter2@db.example/loans holds",
                "domain": "employment",
                "jurisdictions": ("us",),
            },
            "decisions": {
                "source": "postgres://db.example/loans",
                "table": "loans",
                "decision": "approved",
                "favourable": True,
                "outcome": "repaid",
                "outcome_favourable": 1,
            },
            "groups": {"sex": {}, "race": {"reference": "White"}},
            "audit": {"checklists": checklists, "minimum_cell": minimum_cell},
        }
    )
    audit = run(spec, frame)
    return replace(audit, facts=replace(audit.facts, made="2026-01-31T12:00:00+00:00"))


def fixed_up(folder: Path) -> None:
    """Make the manifest fit files that were changed, as a forger would."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for name, entry in manifest["files"].items():
        content = (folder / name).read_bytes()
        entry["sha256"], entry["size"] = hashlib.sha256(content).hexdigest(), len(content)
    (folder / "manifest.json").write_text(json.dumps(manifest))
