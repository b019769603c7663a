"""Everything of an audit that is a matter of counting: tally, every metric, every pair, replicates.

    python benchmarks/counted.py FOLDER [score] [crossed] [replicates]

Without a word more than the folder: four attributes, all metrics of decisions and outcomes with
their intervals, every comparison of groups. `score` adds the metrics of the score, `crossed` every
pair of attributes, `replicates` 2,000 replicates of every metric, and their intervals for every
group and every pair of groups.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Collection
from pathlib import Path

import numpy as np

from isg_audit import measures, sources, stats, tally
from isg_audit.measures.bootstrap import replicate_values, replicated
from isg_audit.measures.fairness import rates
from isg_audit.sources import Decisions
from isg_audit.spec import Spec, read

REPLICATES = 2_000
METRICS = (
    rates.selection_rate, rates.base_rate, rates.true_positive_rate, rates.false_positive_rate,
    rates.false_negative_rate, rates.true_negative_rate, rates.precision,
    rates.negative_predictive_value, rates.accuracy, rates.balanced_accuracy, rates.f1_score,
)  # fmt: skip


def opened(folder: Path, words: Collection[str]) -> tuple[Decisions, Spec]:
    """The decisions, and what is asked of them."""
    file = read(folder / "audit.toml")
    changes = {
        "decisions": file.spec.decisions.model_copy(
            update={} if "score" in words else {"score": None}
        ),
        "audit": file.spec.audit.model_copy(
            update={"intersections": "pairs" if "crossed" in words else ()}
        ),
    }
    spec = file.spec.model_copy(update=changes)
    return sources.open_decisions(dataclasses.replace(file, spec=spec)), spec


def counted(decisions: Decisions, spec: Spec, words: Collection[str]) -> int:
    """Count and measure; how many intervals came of it."""
    counts = tally.count(decisions, spec)
    plan = measures.plan_of(spec, counts)
    number = sum(1 for one in measures.measure_counts(counts, plan).measured if one.low is not None)
    if "replicates" in words:
        for by in plan.several_by:
            table = counts.table(by)
            drawn = replicated(table, REPLICATES, plan.seed)
            one, other = np.triu_indices(len(table.groups), k=1)  # the other half mirrors these
            for metric in METRICS:
                values = replicate_values(metric, drawn, REPLICATES)
                gaps = values[:, one] - values[:, other]
                for figure in (values, gaps):
                    number += stats.percentile_interval(figure, plan.confidence).low.size
    return number


if __name__ == "__main__":
    given = sys.argv[2:]
    print(counted(*opened(Path(sys.argv[1]), given), given))
