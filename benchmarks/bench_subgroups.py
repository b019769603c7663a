"""The search for groups nobody declared, beside DivExplorer and SliceLine on the same log.

    python benchmarks/bench_subgroups.py [--rows N] [--rounds N] [--peers PYTHON]

`--peers` is the Python of another environment, which has divexplorer 0.2.6 and sliceline 0.3.0 (and
is none of this project's); without it only our own lines are printed. All start from the same rows
in memory: eight attributes of 30 values in all, whether each person was refused, groups of 1 % and
more. SliceLine and we look at up to four values; DivExplorer knows no such limit, so a line of ours
without one stands beside it. SliceLine holds rows times slices in memory (17 GB for 200,000 rows),
so it is given fewer rows. CPU seconds, which other work on the machine moves less than elapsed
ones. That we find at least what they find is checked, not assumed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIZES = (2, 3, 3, 4, 4, 4, 5, 5)
NAMES = [f"a{at}" for at in range(len(SIZES))]
SUPPORT, DEPTH = 0.01, 4
BEST = 10
"""Slices that SliceLine is asked for."""


def rows_of(many: int, seed: int = 5) -> dict[str, NDArray[Any]]:
    """The log: attributes of unequal shares; one group defined by three values fares worse."""
    rng = np.random.default_rng(seed)
    columns = {
        name: rng.choice(size, many, p=rng.dirichlet(np.full(size, 5.0))).astype(np.int8)
        for name, size in zip(NAMES, SIZES, strict=True)
    }
    harmed = (columns["a1"] == 1) & (columns["a3"] == 2) & (columns["a6"] == 0)
    refused = rng.random(many) < 0.3 + 0.1 * harmed
    return {**columns, "refused": refused}


def ours(rows: dict[str, NDArray[Any]], depth: int) -> dict[str, float]:
    """Seconds of each step, and what was found."""
    import duckdb
    import pandas as pd

    from isg_audit import stats

    frame = pd.DataFrame(rows)
    took: dict[str, float] = {}

    def timed(step: str, made: Callable[[], Any]) -> Any:
        began = time.process_time()
        result = made()
        took[step] = time.process_time() - began
        return result

    keys = ", ".join(NAMES)
    asked = f"select {keys}, count(*) n, sum(refused::int) k from frame group by {keys}"  # noqa: S608 (our own names)
    engine = duckdb.connect()
    engine.register("frame", frame)
    table = timed("count", lambda: engine.execute(asked).fetchnumpy())
    codes = np.column_stack([table[name] for name in NAMES]).astype(np.intp)
    cube = stats.Cube(codes, SIZES, table["n"].astype(float), np.asarray(table["k"], dtype=float))
    least = SUPPORT * len(frame)

    def search() -> Any:
        groups = stats.conjunctions(cube, depth, least)
        return groups, stats.signed_root(
            groups.hits, groups.cases, groups.total[1], groups.total[0]
        )

    groups, _ = timed("search", search)
    rng = np.random.default_rng(1)
    chance = timed("inference", lambda: stats.largest_by_chance(cube, groups, rng))
    told = timed("tell", lambda: stats.told(cube, groups, chance.critical))
    took["groups"], took["told"] = len(groups.cases), len(told)
    took["found"] = [groups.values[one].tolist() for one in told]  # type: ignore[assignment]
    took["all"] = {  # type: ignore[assignment]
        ",".join(map(str, values)): int(cases)
        for values, cases in zip(groups.values.tolist(), groups.cases, strict=True)
    }
    return took


def divexplorer(frame: Any) -> dict[str, Any]:
    """DivExplorer's itemsets, as our groups are written, and its seconds."""
    from divexplorer import DivergenceExplorer

    began = time.process_time()
    found = DivergenceExplorer(frame).get_pattern_divergence(
        min_support=SUPPORT, boolean_outcomes=["refused"]
    )
    seconds = time.process_time() - began
    everything = {}
    for items, cases in zip(found["itemset"], found["support_count"], strict=True):
        values = dict(item.rsplit("=", 1) for item in items)
        asked = ",".join(str(int(float(values.get(name, -1)))) for name in NAMES)
        everything[asked] = int(cases)
    return {"seconds": seconds, "all": everything}


def sliceline(frame: Any) -> dict[str, Any]:
    """SliceLine's best slices, as our groups are written, and its seconds."""
    from sliceline.slicefinder import Slicefinder

    finder = Slicefinder(alpha=0.95, k=BEST, max_l=DEPTH, min_sup=int(SUPPORT * len(frame)),
                         verbose=False)  # fmt: skip
    attributes, errors = frame[NAMES].to_numpy(), frame["refused"].to_numpy().astype(float)
    began = time.process_time()
    finder.fit(attributes, errors)
    seconds = time.process_time() - began
    everything = {}
    for values in finder.top_slices_:
        asked = [-1 if one is None else int(one) for one in values]
        inside = np.ones(len(frame), dtype=bool)
        for name, value in zip(NAMES, asked, strict=True):
            inside &= (frame[name] == value).to_numpy() | (value < 0)
        everything[",".join(map(str, asked))] = int(inside.sum())
    return {"seconds": seconds, "all": everything}


PEERS = {"divexplorer": divexplorer, "sliceline": sliceline}


def peer(name: str, path: str) -> None:
    """Run one of the others, in its own environment, and print what it found."""
    import pandas as pd

    rows = np.load(path)
    print(json.dumps(PEERS[name](pd.DataFrame({one: rows[one] for one in rows.files}))))


def main() -> None:
    """Measure in turns and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--peers")
    asked.add_argument("--sliceline-rows", type=int, default=50_000)
    asked.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.run:
        peer(*given.run)
        return
    rows = rows_of(given.rows)
    mine: dict[int, list[dict[str, Any]]] = {DEPTH: [], len(SIZES): []}
    others: dict[str, list[dict[str, Any]]] = {name: [] for name in PEERS if given.peers}
    with TemporaryDirectory(prefix="isg-audit-bench-") as folder:
        paths = {}
        for name in PEERS:
            many = given.sliceline_rows if name == "sliceline" else given.rows
            paths[name] = str(Path(folder) / f"{name}.npz")
            np.savez(paths[name], **{one: column[:many] for one, column in rows.items()})
        for _ in range(given.rounds):
            for depth, several in mine.items():
                several.append(ours(rows, depth))
            for name, several in others.items():
                command = [given.peers, __file__, "--run", name, paths[name]]
                said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                several.append(json.loads(said.splitlines()[-1]))
    show(mine, others, given)


def show(
    mine: dict[int, list[dict[str, Any]]], others: dict[str, list[dict[str, Any]]], given: Any
) -> None:
    """The table, in Markdown, and whether we found what the others found."""
    print(f"\n{given.rows:,} rows, medians of {given.rounds}, taken in turn, CPU seconds.\n")
    print("| what | count | search | with inference | groups |")
    print("|---|---:|---:|---:|---:|")
    for depth, several in mine.items():
        count, search, inference, tell = (
            statistics.median(one[step] for one in several)
            for step in ("count", "search", "inference", "tell")
        )
        whole = count + search + inference + tell
        groups = several[0]["groups"]
        print(f"| isg-audit, up to {depth} values | {count:.3f} | {search:.3f} | {whole:.2f} "
              f"| {groups:,} |")  # fmt: skip
    for name, each in others.items():
        seconds = statistics.median(one["seconds"] for one in each)
        part = f", {given.sliceline_rows:,} rows" if name == "sliceline" else ""
        print(f"| {name}{part} | | {seconds:.2f} | none | {len(each[0]['all']):,} |")
    first = {depth: several[0] for depth, several in mine.items()}
    print(f"\ntold: {first[DEPTH]['found']}")
    for name, each in others.items():
        if name == "sliceline":
            continue
        deep = first[len(SIZES)]["all"]
        found = {
            one: cases for one, cases in each[0]["all"].items() if set(one.split(",")) != {"-1"}
        }
        missing = {one: cases for one, cases in found.items() if deep.get(one) != cases}
        print(f"{name}: {len(found):,} groups, of which we lack or count otherwise {len(missing)}")
        fastest = min(one["seconds"] for one in each)
        slowest = max(one["count"] + one["search"] for one in mine[DEPTH])
        print(f"  its best run is {fastest / slowest:.0f} times our worst count and search")
        worst = max(one["search"] for one in mine[DEPTH])
        print(f"  and {fastest / worst:.0f} times our worst search")


if __name__ == "__main__":
    sys.exit(main())
