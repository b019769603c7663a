"""The same work by fairlearn: `MetricFrame` for each attribute and each pair of attributes.

    python benchmarks/metric_frame.py FILE ROWS REPLICATES [single]

Of the metrics of an audit those that fairlearn computes on decisions; differences and ratios
between groups as well. `REPLICATES` is its `n_boot`; 0 asks for no interval. `single` leaves the
pairs of attributes out.
"""

from __future__ import annotations

import sys
import warnings
from itertools import combinations

import pyarrow.parquet as pq
from decision_log import ATTRIBUTES
from fairlearn import metrics
from sklearn.metrics import accuracy_score, precision_score

METRICS = {
    "selection_rate": metrics.selection_rate,
    "true_positive_rate": metrics.true_positive_rate,
    "false_positive_rate": metrics.false_positive_rate,
    "true_negative_rate": metrics.true_negative_rate,
    "false_negative_rate": metrics.false_negative_rate,
    "precision": precision_score,
    "accuracy": accuracy_score,
    "count": metrics.count,
}


def main(file: str, rows: int, replicates: int, *, single: bool) -> None:
    """Make every frame, and ask each for its groups, differences and ratios."""
    log = pq.read_table(file).slice(0, rows).to_pandas()
    bootstrap = {"n_boot": replicates, "ci_quantiles": [0.025, 0.975]} if replicates else {}
    crossed = [] if single else list(combinations(ATTRIBUTES, 2))
    for several in [(name,) for name in ATTRIBUTES] + crossed:
        frame = metrics.MetricFrame(
            metrics=METRICS,
            y_true=log["repaid"],
            y_pred=log["approved"],
            sensitive_features=log[list(several)],
            random_state=0 if replicates else None,
            **bootstrap,
        )
        frame.by_group, frame.difference(), frame.ratio()  # noqa: B018 - some are made on demand
        if replicates:
            frame.by_group_ci, frame.difference_ci(), frame.ratio_ci()


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # of precision where a replicate selects nobody
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), single="single" in sys.argv[4:])
