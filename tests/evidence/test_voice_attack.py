"""From all that is published of appeals, stages and waits nobody can work out a count from 1 to 9.

The attacker knows every published row, takes groups from their totals, and stages from one another.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

import isg_audit
from isg_audit.evidence.assemble import published
from isg_audit.evidence.results import Row
from tests.measures.test_waiting import DAYS, TIME
from tests.voiced import MARKS, log, spec_of

LEAST = 10

AMONG = {
    "notice_rate": ("adverse", "told"),
    "appeal_rate": ("adverse", "appealed"),
    "withdrawal_rate": ("appealed", "withdrawn"),
    "pending_rate": ("appealed", "pending"),
    "representation_rate": ("appealed", "helped"),
    "overturn_rate": ("concluded", "righted"),
    "flagged_again_rate": ("righted", "again"),
    "complaint_rate": ("all", "complained"),
}
"""What the rows of a rate tell: how many there are of the first kind, and of the second in it."""

NESTED = [
    ("all", "adverse"), ("adverse", "told"), ("adverse", "appealed"), ("appealed", "withdrawn"),
    ("appealed", "pending"), ("appealed", "helped"), ("appealed", "concluded"),
    ("concluded", "righted"), ("righted", "again"), ("all", "complained"),
]  # fmt: skip


def small_log(seed: int) -> pd.DataFrame:
    """Few people, one attribute with many small groups, some of unknown group."""
    data = log(1_200, seed=seed)
    rng = np.random.default_rng(seed)
    region = rng.choice(["n", "e", "s", "w", ""], len(data), p=[0.5, 0.25, 0.15, 0.08, 0.02])
    return data.assign(region=region)


def counts(rows: list[Row]) -> dict[tuple[str, str], dict[str, float]]:
    """What is told of each kind of people, by attribute and group."""
    told: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for row in rows:
        if row.versus or row.value is None or row.n is None or row.metric not in AMONG:
            continue
        among, hits = AMONG[row.metric]
        told[row.by, row.group][among] = row.n
        told[row.by, row.group][hits] = round(row.value * row.n)
    for row in rows:
        if row.metric == "silent_decisions" and row.n is not None and row.value is not None:
            told[row.by, row.group]["adverse"] = row.n
    return told


def worked_out(
    told: dict[tuple[str, str], dict[str, float]], nested: list[tuple[str, str]]
) -> list[tuple[str, float]]:
    """Every count that follows: of groups, of differences, and of what is left of the totals."""
    for its in told.values():
        its |= {
            f"{whole} without {part}": its[whole] - its[part]
            for whole, part in nested
            if whole in its and part in its
        }
    found = [
        (f"{by}:{group} {kind}", value)
        for (by, group), its in told.items()
        for kind, value in its.items()
    ]
    for by in {by for by, _ in told if by and " × " not in by}:
        for kind, total in told["", ""].items():
            its = [one[kind] for (of, _), one in told.items() if of == by and kind in one]
            found += [(f"{by}: left of {kind}", total - sum(its))] if its else []
    return found


@pytest.mark.parametrize("seed", range(4))
def test_no_small_count_follows(seed: int) -> None:
    spec = spec_of(
        ("group", "region"), decisions=TIME, voice={**MARKS, **DAYS}, audit={"minimum_cell": LEAST}
    )
    rows = list(published(isg_audit.run(spec, small_log(seed))).measurements)
    told = counts(rows)
    assert told["", ""], "the totals are published, or there is nothing to attack"
    assert any(group for _, group in told), "some groups are published"
    small = [(what, value) for what, value in worked_out(told, NESTED) if 0 < value < LEAST]
    assert not small, small


STAGES = ["told", "appealed", "helped"]


@pytest.mark.parametrize("seed", range(3))
def test_no_small_count_follows_from_stages(seed: int) -> None:
    stages = [{"name": name, "column": name, "reached": [1]} for name in STAGES]
    spec = spec_of(("group", "region"), stages=stages, audit={"minimum_cell": LEAST})
    data = small_log(seed).assign(decision=lambda one: 1 - one.told)  # nobody else is refused
    rows = list(published(isg_audit.run(spec, data)).measurements)
    told: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for row in rows:
        if row.metric in ("pass_rate", "reach_rate") and row.value is not None and not row.versus:
            at = STAGES.index(row.feature)
            among = STAGES[at - 1] if at and row.metric == "pass_rate" else "all"
            told[row.by, row.group][among] = row.n or 0
            told[row.by, row.group][row.feature] = round(row.value * (row.n or 0))
    assert told["", ""] and any(group for _, group in told)
    way = ["all", *STAGES]
    pairs = [(one, other) for at, one in enumerate(way) for other in way[at + 1 :]]
    small = [(what, value) for what, value in worked_out(told, pairs) if 0 < value < LEAST]
    assert not small, small
