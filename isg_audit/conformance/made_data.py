"""Decisions to audit: made with a fixed seed, or written out from a published table.

Imports `sources`, `spec`, `tally`, `measures`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from isg_audit.measures import Measurement, Plan, measure_counts
from isg_audit.sources import open_decisions
from isg_audit.spec import AuditFile, Spec
from isg_audit.tally import Tally, count

Rows = dict[tuple[str, ...], Measurement]

SEED = 20221129
ATTRIBUTES = ("group", "age")


def made(rows: int = 1200, seed: int = SEED) -> pd.DataFrame:
    """Decisions with outcomes, scores on a grid, and missing values in groups and outcomes."""
    rng = np.random.default_rng(seed)
    names = np.array(["a", "b", "c", None], dtype=object)
    group = names[rng.choice(4, rows, p=[0.5, 0.3, 0.17, 0.03])]
    age = rng.choice(["old", "young"], rows)
    score = np.round(rng.beta(2, 2, rows), 2)
    outcome = (rng.random(rows) < score).astype(float)
    return pd.DataFrame(
        {
            "group": group,
            "age": age,
            "score": score,
            "decision": (score + rng.normal(0, 0.1, rows) > np.where(age == "old", 0.5, 0.55)) * 1,
            "outcome": np.where(rng.random(rows) < 0.05, np.nan, outcome),
        }
    )


def counted(
    data: pd.DataFrame | Mapping[str, str], attributes: tuple[str, ...] = ATTRIBUTES
) -> Tally:
    """The tally of a frame, or of what the keys `source` and `table` of an audit file name."""
    frame = data if isinstance(data, pd.DataFrame) else None
    known = frame is None or frame["outcome"].nunique() > 1
    place = {"source": "made.csv"} if isinstance(data, pd.DataFrame) else dict(data)
    decisions = open_decisions(AuditFile.in_memory(_spec(attributes, place, known)), frame)
    try:
        return count(decisions, _spec(attributes, place, known))
    finally:
        decisions.close()


def rows_of(tally: Tally, reference: str = "a") -> Rows:
    """Every measurement of a tally, by its key; groups one attribute at a time and together."""
    attributes = tally.attributes
    together = (attributes,) if len(attributes) > 1 else ()
    plan = Plan(attributes, together, {attributes[0]: reference})
    return {row.key: row for row in measure_counts(tally, plan).measured}


def written_out(counts: Mapping[str, tuple[int, int, int, int]]) -> pd.DataFrame:
    """Rows of a published table.

    Args:
        counts: for each group the cases of outcome and decision (1, 1), (1, 0), (0, 1), (0, 0);
            with the last two 0 everywhere, outcomes are not known.
    """
    cells = ((1, 1), (1, 0), (0, 1), (0, 0))
    rows: list[tuple[Any, ...]] = [
        (group, outcome, decision, times)
        for group, several in counts.items()
        for (outcome, decision), times in zip(cells, several, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["group", "outcome", "decision", "times"])
    return table.loc[table.index.repeat(table["times"])].reset_index(drop=True)


def _spec(attributes: tuple[str, ...], place: Mapping[str, str], known: bool) -> Spec:
    roles: dict[str, object] = {**place, "decision": "decision", "favourable": 1}
    if known:
        roles |= {"outcome": "outcome", "outcome_favourable": 1}
    if len(attributes) > 1:
        roles["score"] = "score"
    return Spec.model_validate(
        {
            "system": {"name": "Conformance"},
            "decisions": roles,
            "groups": {name: {} for name in attributes},
        }
    )
