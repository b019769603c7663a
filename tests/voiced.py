"""Made logs of decisions, notices, appeals and waits, with truths that are planted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import isg_audit
from isg_audit.measures import Measurement, NotMeasured
from isg_audit.spec import Spec

MARKS = {
    "notice": "told", "notice_language": "language", "complaint": "complained",
    "appeal": "appealed", "overturned": "overturned", "pending": "pending",
    "withdrawn": "withdrawn", "represented": "helped", "override": "overridden",
    "flagged_again": "again", "re_review": "review",
}  # fmt: skip
"""Keys of [voice] and the columns of `log` that they name."""

NOTICE = {"a": 0.95, "b": 0.9, "c": 0.5}
APPEAL = {"a": 0.4, "b": 0.3, "c": 0.0}
OVERTURN = {"a": 0.2, "b": 0.5, "c": 0.0}
WAIT = {"a": 20, "b": 30, "c": 60}


def log(rows: int = 6000, seed: int = 1) -> pd.DataFrame:
    """Three groups: c is rarely told, never appeals, and waits longest; b is often put right."""
    rng = np.random.default_rng(seed)
    group = rng.choice(["a", "b", "c"], rows, p=[0.6, 0.3, 0.1])
    sex = rng.choice(["f", "m"], rows)

    def by(chances: dict[str, float]) -> Any:
        return rng.random(rows) < np.vectorize(chances.get)(group).astype(float)

    refused = rng.random(rows) < 0.5
    told = by(NOTICE) & refused
    appealed = by(APPEAL) & refused
    pending = appealed & (rng.random(rows) < 0.1)
    withdrawn = appealed & ~pending & (rng.random(rows) < 0.1)
    done = appealed & ~pending & ~withdrawn
    righted = done & by(OVERTURN)
    asked = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, rows), "D")
    wait = rng.poisson(np.vectorize(WAIT.get)(group))
    decided = asked + pd.to_timedelta(wait, "D")
    filed = decided + pd.to_timedelta(rng.integers(1, 20, rows), "D")
    answered = filed + pd.to_timedelta(rng.poisson(2 * np.vectorize(WAIT.get)(group)), "D")
    looked = refused & ~appealed & (rng.random(rows) < 0.3)
    return pd.DataFrame(
        {
            "group": group,
            "sex": sex,
            "decision": (~refused).astype(int),
            "told": told.astype(int),
            "language": np.where(told, (rng.random(rows) < 0.9).astype(int), 0),
            "complained": np.where(rng.random(rows) < 0.05, "yes", "no"),
            "appealed": appealed.astype(int),
            "overturned": np.where(done, righted.astype(float), np.nan),
            "pending": pending.astype(int),
            "withdrawn": withdrawn.astype(int),
            "helped": (appealed & (rng.random(rows) < 0.25)).astype(int),
            "overridden": (rng.random(rows) < 0.08).astype(int),
            "again": (righted & (rng.random(rows) < 0.15)).astype(int),
            "review": np.where(looked, (rng.random(rows) < 0.1).astype(float), np.nan),
            "asked_on": asked,
            "decided_on": decided,
            "appealed_on": filed.where(appealed),
            "resolved_on": answered.where(done),
        }
    )


def funnel(seed: int = 3) -> pd.DataFrame:
    """People of two groups along applied, complete, selected, appealed, with known counts."""
    counts = {"x": (2000, 1840, 1288, 644), "y": (900, 720, 360, 120)}
    parts = []
    for group, reached in counts.items():
        place = np.arange(reached[0])
        marks = {name: (place < some).astype(int)
                 for name, some in zip(STAGES, reached, strict=True)}  # fmt: skip
        parts.append(pd.DataFrame({"group": group, **marks}))
    whole = pd.concat(parts, ignore_index=True)
    return whole.sample(frac=1, random_state=seed, ignore_index=True)


STAGES = ("applied", "complete", "selected", "served")


def spec_of(groups: Any = ("group",), audit: Any = None, **tables: Any) -> Spec:
    """A spec of such a log; `decisions` and further tables as the audit file has them."""
    decisions = {"source": "log.csv", "decision": "decision", "favourable": 1}
    decisions |= tables.pop("decisions", {})
    return Spec.model_validate(
        {
            "system": {"name": "Allowances"},
            "decisions": {key: value for key, value in decisions.items() if value is not None},
            "groups": groups if isinstance(groups, dict) else {name: {} for name in groups},
            "audit": {"checklists": []} | (audit or {}),
            **tables,
        }
    )


class Found:
    """What an audit found, looked up by metric, group and comparison."""

    def __init__(self, data: pd.DataFrame, spec: Spec) -> None:
        self.findings = isg_audit.run(spec, data).findings

    def __call__(
        self, measure: str, metric: str, group: str = "", versus: str = "", feature: str = "",
        by: str | None = None,
    ) -> Measurement:  # fmt: skip
        """The one row."""
        (row,) = [
            one
            for one in self.findings.measured
            if (one.measure, one.metric, one.group, one.versus, one.feature)
            == (measure, metric, group, versus, feature)
            and (by is None or one.by == by)
        ]
        return row

    def why(self, measure: str, metric: str = "") -> str:
        """Why a measure gave nothing."""
        (one,) = [
            one
            for one in self.findings
            if isinstance(one, NotMeasured) and (one.measure, one.metric) == (measure, metric)
        ]
        return one.reason
