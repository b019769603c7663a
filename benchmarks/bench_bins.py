"""What score bins cost in sharpness: the area under the curve and the calibration error.

    python benchmarks/bench_bins.py [--rows N]

Scores of several shapes, all different. Exact values by scikit-learn and from the rows.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from isg_audit import sources, stats, tally
from isg_audit.measures.fairness import calibration
from isg_audit.spec import AuditFile, Spec

SHAPES = {
    "even between 0 and 1": lambda rng, rows: rng.random(rows),
    "a logit of 1.5 standard deviations": lambda rng, rows: _logistic(rng.normal(0, 1.5, rows)),
    "rare: 0.25 % on average": lambda rng, rows: rng.beta(0.5, 200, rows),
    "nearly sure: a logit of 8": lambda rng, rows: _logistic(rng.normal(0, 8, rows)),
}


def _logistic(logit: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logit))


def main() -> None:
    """Count, compare and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    rows = asked.parse_args().rows
    print("| scores | bins | area: off by | bounds apart | calibration error: off by | bound |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, shape in SHAPES.items():
        rng = np.random.default_rng(20221129)
        score = shape(rng, rows)
        outcome = (rng.random(rows) < score**0.9).astype(int)
        frame = pd.DataFrame(
            {"group": rng.integers(0, 2, rows), "decision": 1 * (score > np.median(score)),
             "outcome": outcome, "score": score}
        )  # fmt: skip
        spec = Spec(
            system={"name": "bins"},
            decisions={"decision": "decision", "favourable": 1, "outcome": "outcome",
                       "outcome_favourable": 1, "score": "score"},
            groups={"group": {}},
        )  # fmt: skip
        table = tally.count(sources.open_decisions(AuditFile.in_memory(spec), frame), spec).table()
        area = stats.roc_auc(table.binned[:, 0], table.binned[:, 1])
        error = calibration.expected_calibration_error(table)
        bound = error.notes[0].partition("off by at most ")[2].split()[0]
        print(
            f"| {name} | {len(table.score_edges) - 1:,} "
            f"| {abs(area.value[0] - roc_auc_score(outcome, score)):.1e} "
            f"| {area.high_bound[0] - area.low_bound[0]:.1e} "
            f"| {abs(error.value[0] - _calibration_error(score, outcome)):.1e} | {bound} |"
        )


def _calibration_error(score: np.ndarray, outcome: np.ndarray) -> float:
    band = np.minimum((score * 10).astype(int), 9)
    gaps = [abs(score[band == one].sum() - outcome[band == one].sum()) for one in range(10)]
    return float(sum(gaps) / len(score))


if __name__ == "__main__":
    main()
