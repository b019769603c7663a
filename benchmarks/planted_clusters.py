"""How often clusters of like people are told where nothing is planted, and where something is.

    python benchmarks/planted_clusters.py [--nothing N] [--audits N] [--peer PYTHON] [--values]

Simulated logs of six numbers and two texts. Planted: people with two high numbers and one text are
refused more often than everybody else (30 %). An audit has found it where a cluster that it tells
holds planted people at least three times as often as the log does. `--peer` is the Python of
another environment with unsupervised-bias-detection 0.2.6, which is given the same logs: its
clusters of one half, each tested on the other by chi square at Bonferroni's level for all of them.

Prints the table of docs/clusters.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from typing import Any

import numpy as np
from planted_harm import NAMES, Case, inside
from planted_harm import log_of as values_of

NUMBERS, RICHER = 6, 3.0
CASES = ((5_000, 0.0), (20_000, 0.1), (20_000, 0.2), (20_000, 0.3))
"""People, and how much more often the planted group is refused."""


def log_of(rows: int, harm: float, seed: int) -> dict[str, Any]:
    """One simulated log: columns, who is planted (about 4 %), who is refused."""
    rng = np.random.default_rng([seed, rows, round(harm * 1000)])
    columns: dict[str, Any] = {f"x{at}": rng.normal(size=rows) for at in range(NUMBERS)}
    columns["kind"] = rng.choice(list("abcd"), rows, p=[0.4, 0.3, 0.2, 0.1])
    columns["place"] = rng.choice(list("uvw"), rows)
    planted = (columns["x0"] > 0.3) & (columns["x1"] > 0.3) & (columns["kind"] == "b")
    refused = rng.random(rows) < 0.3 + harm * planted
    return {"columns": columns, "planted": planted, "refused": refused}


def log_of_values(rows: int, harm: float, seed: int) -> dict[str, Any]:
    """A log of planted_harm.py: eight texts, three values of which define 1 % of people."""
    case = Case(0.01, rows, harm)
    drawn = values_of(case, seed)
    texts = {name: np.char.add("v", drawn[name].astype(str)) for name in NAMES}
    return {
        "columns": texts, "planted": inside(drawn, case.asked), "refused": drawn["refused"]
    }  # fmt: skip


def one_hot(columns: dict[str, Any]) -> Any:
    """Numbers as they are, texts as 0 and 1."""
    parts = []
    for column in columns.values():
        if column.dtype.kind == "f":
            parts.append(column)
        else:
            parts += [(column == one).astype(float) for one in np.unique(column)]
    return np.column_stack(parts)


def ours(log: dict[str, Any], seed: int) -> tuple[bool, bool]:
    """Whether any cluster is told, and whether one is rich in planted people."""
    import pandas as pd

    from isg_audit.measures.impact.clusters import told_clusters
    from isg_audit.measures.people_to_cluster import PeopleToCluster

    none = np.zeros(len(log["refused"]), dtype=bool)
    people = PeopleToCluster(pd.DataFrame(log["columns"]), log["refused"], none, none, seed=seed)
    told = told_clusters(people, 0.95)
    rich = [log["planted"][one.inside].mean() for one in told]
    return bool(told), any(share >= RICHER * log["planted"].mean() for share in rich)


def theirs(log: dict[str, Any], seed: int) -> tuple[bool, bool]:
    """The same of unsupervised-bias-detection."""
    from scipy.stats import chi2_contingency
    from unsupervised_bias_detection.cluster import BiasAwareHierarchicalKMeans

    rows = len(log["refused"])
    order = np.random.default_rng(seed).permutation(rows)
    half, rest = order[: rows // 2], order[rows // 2 :]
    values, refused = one_hot(log["columns"]), log["refused"]
    least = max(50, int(0.005 * len(half)))
    model = BiasAwareHierarchicalKMeans(24, least, random_state=seed)
    found = model.fit(values[half], 1.0 - refused[half]).predict(values[rest])
    told, rich = False, False
    for at in range(model.n_clusters_):
        inside = found == at
        if model.scores_[at] <= 0 or not 0 < inside.sum() < len(inside):
            continue
        hit = refused[rest]
        table = [[hit[inside].sum(), (~hit[inside]).sum()],
                 [hit[~inside].sum(), (~hit[~inside]).sum()]]  # fmt: skip
        worse = hit[inside].mean() > hit[~inside].mean()
        p_value = chi2_contingency(table, correction=False).pvalue
        if worse and p_value < 0.05 / model.n_clusters_:
            told = True
            rich = rich or log["planted"][rest][inside].mean() >= RICHER * log["planted"].mean()
    return told, bool(rich)


def shares(tool: Any, audits: dict[bool, int], made: Any) -> list[tuple[int, float, float, float]]:
    """Of each case: people, harm, share of audits that tell anything, that find the planted one."""
    found = []
    for rows, harm in CASES:
        several = [tool(made(rows, harm, seed), seed) for seed in range(audits[harm > 0])]
        told, rich = np.array(several, dtype=float).mean(axis=0).tolist()
        found.append((rows, harm, told, rich))
        print(rows, harm, told, rich, file=sys.stderr, flush=True)
    return found


def main() -> None:
    """Measure and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--nothing", type=int, default=200)
    asked.add_argument("--audits", type=int, default=40)
    asked.add_argument("--peer", default="")
    asked.add_argument("--as-peer", action="store_true")
    asked.add_argument("--values", action="store_true", help="on the logs of planted_harm.py")
    given = asked.parse_args()
    audits = {False: given.nothing, True: given.audits}
    made = log_of_values if given.values else log_of
    if given.as_peer:
        print(json.dumps(shares(theirs, audits, made)))
        return
    here, there = shares(ours, audits, made), []
    if given.peer:
        command = [given.peer, __file__, "--as-peer", "--nothing", str(given.nothing),
                   "--audits", str(given.audits),
                   *(["--values"] if given.values else [])]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
        there = json.loads(done.stdout)
    print("| people | refused more often | told anything | found | peer: told | peer: found |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    for at, (rows, harm, told, rich) in enumerate(here):
        its = there[at][2:] if there else (float("nan"),) * 2
        cells = [
            f"{rows:,}",
            f"{100 * harm:.0f} points",
            *(f"{one:.1%}" for one in (told, rich, *its)),
        ]
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
