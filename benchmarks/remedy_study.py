"""How often what is told of remedies is true: intervals on held-out people, and the warning.

Logs are drawn from two groups whose chances are known, so that the true effect of the very
thresholds that were fitted is known too. Run `python benchmarks/remedy_study.py`; the figures it
prints stand in docs/remedies.md.
"""

from __future__ import annotations

import argparse
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from isg_audit.measures.impact.frontier import change_of, points_of
from isg_audit.measures.weighing import Weighing
from isg_audit.sources import open_decisions
from isg_audit.spec import AuditFile, Spec
from isg_audit.stats import generator_of, levelling_down
from isg_audit.stats.levelling import MARGIN
from isg_audit.tally import count
from isg_audit.tally.halves import READ, Halves, halves_of

BINS = 10
# Share of each group in each score bin, and chance of the good outcome there.
GROUPS = {
    "a": (np.linspace(1.6, 0.4, BINS) / BINS, np.linspace(0.05, 0.90, BINS)),
    "b": (np.linspace(2.0, 0.2, BINS)[:BINS] / 11.0, np.linspace(0.10, 0.95, BINS)),
}
POINTS = (
    "thresholds by group / no_group_worse / 0",
    "thresholds by group / equal_opportunity / 0.02",
    "thresholds by group / equalized_odds / 0.02",
    "thresholds by group / demographic_parity / 0.02",
)
SPEC = Spec.model_validate(
    {
        "system": {"name": "study"},
        "decisions": {
            "source": "none.csv", "decision": "decision", "favourable": 1, "outcome": "outcome",
            "outcome_favourable": 1, "score": "score",
        },
        "groups": {"group": {}},
    }
)  # fmt: skip


def drawn(people: int, rng: np.random.Generator) -> Halves:
    """One log: the first group three times as large, granted from bin 7 on, the other from 5."""
    frames = []
    for name, (shares, chances) in GROUPS.items():
        size = people * 3 // 4 if name == "a" else people // 4
        at = rng.choice(BINS, size, p=shares / shares.sum())
        frames.append(
            pd.DataFrame(
                {
                    "group": name,
                    "score": at,
                    "outcome": (rng.random(size) < chances[at]).astype(int),
                    "decision": (at >= (7 if name == "a" else 5)).astype(int),
                }
            )
        )
    decisions = open_decisions(AuditFile.in_memory(SPEC), pd.concat(frames, ignore_index=True))
    try:
        return halves_of(count(decisions, SPEC), "group", int(rng.integers(2**31)))
    finally:
        decisions.close()


def truth(granted: Any) -> dict[str, Any]:
    """The true effect of thresholds, from the chances that the log was drawn by."""
    before, after, right = [], [], 0.0
    for place, (name, (shares, chances)) in enumerate(GROUPS.items()):
        good = shares / shares.sum() * chances
        bad = shares / shares.sum() * (1 - chances)
        old = (np.arange(BINS) >= (7 if name == "a" else 5)).astype(float)
        new = granted[place]
        before.append((good * old).sum() / good.sum())
        after.append((good * new).sum() / good.sum())
        weight = 0.75 if name == "a" else 0.25
        right += weight * ((good - bad) * (new - old)).sum()
    first, then = np.array(before), np.array(after)
    return {
        "closed": np.ptp(first) - np.ptp(then),
        "least": then.min() - first.min(),
        "most": first.max() - then.max(),
        "accuracy": right,
        "moved": then - first,
    }


def levels_down(real: dict[str, Any]) -> bool:
    """Whether the true effect has one of the signs of levelling down."""
    if real["closed"] <= MARGIN:
        return False
    moved = real["moved"]
    return bool(
        real["least"] < 0
        or (moved < 0).all()
        or (moved.min() < -MARGIN and moved.max() < MARGIN)
        or real["most"] > real["least"]
    )


def study(people: int, times: int, seed: int) -> None:
    """Draw logs, and print how often intervals and warnings are right."""
    rng = np.random.default_rng(seed)
    hits: Counter[str] = Counter()
    cases: Counter[str] = Counter()
    warned: Counter[tuple[bool, str]] = Counter()
    for _ in range(times):
        halves = drawn(people, rng)
        for point, thresholds in points_of(halves, Weighing()):
            if point.name not in POINTS:
                continue
            change, real = change_of(halves, READ, thresholds), truth(thresholds.granted)
            found = levelling_down(
                change.deserving, change.before, change.after, generator_of(seed, point.name)
            )
            told = {
                "gap closed": (found.closed, real["closed"]),
                "lowest rate rises": (found.least, real["least"]),
                "accuracy changes": (change.accuracy_change(0.95), real["accuracy"]),
            }
            for name, (one, true) in told.items():
                cases[name] += 1
                hits[name] += bool(one.low - 1e-12 <= true <= one.high + 1e-12)
            warned[levels_down(real), found.state] += 1
    print(f"{people:,} people, {times} logs, {len(POINTS)} remedies each")
    for name, number in cases.items():
        print(f"  {name}: interval holds the truth in {hits[name] / number:.1%}")
    for real_state in (True, False):
        its = {state: warned[real_state, state] for state in ("shown", "open", "excluded")}
        said = ", ".join(f"{state} {number}" for state, number in its.items())
        print(f"  truly levelling down: {'yes' if real_state else 'no'}: {said}")


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--times", type=int, default=300)
    times = asked.parse_args().times
    for size in (1_000, 4_000):
        study(size, times, 7)
