"""How often measures over time say something where nothing is, and how often they find what is.

    python benchmarks/over_time.py [--logs N] [--seed N]

Three groups in twelve quarters, each about as large as the next; one figure a row, the share of
logs in which any group or window was called out. Nothing planted: 5 % at most may be. Planted: the
first group's rate of favourable decisions, 60 %, falls from the seventh quarter on.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from datetime import date

import numpy as np

from isg_audit.measures import Measurement
from isg_audit.measures.impact.over_time import measure_over_time
from isg_audit.measures.plan import Plan
from isg_audit.tally import Period, Tally

GROUPS, WINDOWS, FALL_AT = 3, 12, 6
PERIOD = Period(date(2020, 1, 1), date(2022, 12, 31), ((date(2021, 7, 1), "model 2"),))
SIZES, FALLS = (15, 50, 150, 500), (0.0, 0.05, 0.10, 0.20)
CALLED = (
    ("a gap in a window", "gap_over_time", "favourable_rate.difference", "rest"),
    ("a gap over all windows", "persistence", "favourable_rate_pooled.difference", "rest"),
    ("a trend of a gap", "trend", "favourable_rate_per_year.difference", "rest"),
    ("a rate that changed", "change_point", "favourable_rate_change", ""),
    ("a gap that changed", "change_point", "favourable_rate_change.difference", "rest"),
    ("a window outside its limits", "control_chart", "favourable_rate_windows_outside", ""),
    ("an alarm of the sum", "control_chart", "favourable_rate_cusum", ""),
    (
        "a group behind after the update",
        "after_update",
        "favourable_rate_change.difference",
        "rest",
    ),
    ("a drift of decisions", "drift", "decision_drift", ""),
)


def main() -> None:
    """Draw logs and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--logs", type=int, default=500, help="without anything planted")
    asked.add_argument("--planted", type=int, default=100, help="logs for each planted fall")
    asked.add_argument("--seed", type=int, default=20221129)
    given = asked.parse_args()
    generator = np.random.default_rng(given.seed)
    print("| fall | cases a window | " + " | ".join(one[0] for one in CALLED) + " |")
    print("| --- | --- |" + " --- |" * len(CALLED))
    for fall in FALLS:
        for size in SIZES:
            found: Counter[str] = Counter()
            logs = given.planted if fall else given.logs
            for _ in range(logs):
                found.update(called(log(generator, size, fall)))
            shares = " | ".join(f"{100 * found[one[0]] / logs:.1f}" for one in CALLED)
            print(f"| {100 * fall:.0f} | {size} | {shares} |", flush=True)


def log(generator: np.random.Generator, size: int, fall: float) -> Tally:
    """A tally of one log."""
    cases = generator.poisson(size, (GROUPS, WINDOWS))
    rates = np.full((GROUPS, WINDOWS), 0.6)
    rates[0, FALL_AT:] -= fall
    hits = generator.binomial(cases, rates)
    rows, counts = [], []
    for group in range(GROUPS):
        for window in range(WINDOWS):
            some, every = int(hits[group, window]), int(cases[group, window])
            for decision, number in ((0, some), (1, every - some)):
                if number:
                    rows.append([group, 2, decision, window, -1])
                    counts.append(number)
    sums = np.array(counts, dtype=float)[:, None] * np.array([[1.0, 1.0, 1.0, 0.0, 0.0]])
    names = tuple(f"{2020 + at // 4} Q{at % 4 + 1}" for at in range(WINDOWS))
    return Tally(
        ("group",), (tuple("abc"),), np.array(rows, dtype=np.int32),
        np.full(len(rows), np.nan), sums, names,
    )  # fmt: skip


def called(tally: Tally) -> Iterator[str]:
    """What is called out of one log, each kind once."""
    rows = [
        one for one in measure_over_time(tally, Plan(("group",)), PERIOD)
        if isinstance(one, Measurement) and one.by and one.value is not None
    ]  # fmt: skip
    for name, measure, metric, versus in CALLED:
        mine = [
            one for one in rows
            if (one.measure, one.metric, one.versus) == (f"impact.{measure}", metric, versus)
        ]  # fmt: skip
        if any(_stands_out(one) for one in mine):
            yield name


def _stands_out(row: Measurement) -> bool:
    if row.metric.endswith("windows_outside"):
        return bool(row.value)
    if row.metric.endswith("cusum"):
        return (row.value or 0.0) > 1.0
    return row.p_adjusted is not None and row.p_adjusted < 1 - row.confidence


if __name__ == "__main__":
    main()
