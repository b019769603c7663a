"""Recourse for 1,000 refused people, beside dice-ml on a few of the same.

python benchmarks/bench_recourse.py [--beside N]

dice-ml is no dependency of ours: where it is not installed, only our own figures are printed. Its
total is extrapolated from the few people, and said to be.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import time
import warnings
from typing import Any

import numpy as np
import pandas as pd

from isg_audit.measures.explain import Explaining
from isg_audit.measures.explain.recourse import Actions, Rule, Seeking, find_recourse
from isg_audit.measures.explain.recourse.search import Recourse
from isg_audit.sources.models.open_model import open_model

NUMBERS, WORDS = ["income", "debt", "months", "age", "history"], ["area", "job"]
FREE = ["income", "debt", "months", "area", "job"]
ONE_WAY = {"income": 1, "debt": -1, "months": 1}


def log(rows: int, seed: int = 1) -> tuple[pd.DataFrame, np.ndarray]:
    """Made up, with a seed: seven inputs, of which five can change, and a decision."""
    draw = np.random.default_rng(seed)
    made = pd.DataFrame(
        {
            "income": draw.lognormal(10, 0.5, rows).round(),
            "debt": draw.gamma(2, 4_000, rows).round(),
            "months": draw.integers(0, 240, rows),
            "area": draw.choice(["a", "b", "c", "d"], rows),
            "job": draw.choice(["x", "y", "z"], rows),
            "age": draw.integers(18, 80, rows),
            "history": draw.integers(0, 10, rows),
        }
    )
    worth = (np.log(made.income) - 10) * 2 - made.debt / 8_000 + made.months / 120
    worth += 0.5 * (made.area == "a") + 0.3 * (made.job == "x") + 0.02 * (made.age - 40)
    return made, (worth + draw.normal(0, 0.7, rows) > -0.6).to_numpy()


def fitted(rows: pd.DataFrame, granted: np.ndarray) -> Any:
    """A pipeline with text columns and gradient boosted trees."""
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    coded = ColumnTransformer([("words", OrdinalEncoder(), WORDS)], remainder="passthrough")
    model = make_pipeline(coded, HistGradientBoostingClassifier(random_state=0))
    return model.fit(rows, granted.astype(int))


def explaining_of(model: Any, rows: pd.DataFrame, *, one_way: bool) -> tuple[Explaining, Seeking]:
    """An audit of the model, with the rules; those on directions can be left out, as dice does."""
    rules = {name: Rule(immutable=True) for name in ("age", "history")}
    if one_way:
        rules |= {name: Rule(direction=way) for name, way in ONE_WAY.items()}
    seeking = Seeking(rows, {}, Actions(rules, declared=True))
    return Explaining(open_model(model, ()), 1, rows, rows[:1_000], {}, seed=7), seeking


def timed(
    explaining: Explaining, seeking: Seeking, *, pairs: bool
) -> tuple[Recourse, float, float, bool]:
    """Found, medians of three runs in elapsed and CPU seconds, and whether all found the same."""
    runs, costs = [], []
    for _ in range(4):  # the first warms up
        began = time.perf_counter(), time.process_time()
        found = find_recourse(explaining, seeking, pairs=pairs)
        runs.append((time.perf_counter() - began[0], time.process_time() - began[1]))
        if isinstance(found, str):
            raise RuntimeError(found)
        costs.append(found.after)
    same = all(np.array_equal(costs[0], one) for one in costs)
    wall, cpu = (statistics.median(one) for one in zip(*runs[1:], strict=True))
    return found, wall, cpu, same


def by_dice(
    model: Any, rows: pd.DataFrame, granted: np.ndarray, ours: Recourse, few: int, method: str
) -> tuple[float, np.ndarray]:
    """CPU seconds a person, and the cost of the change that dice gives each, infinite for none."""
    import dice_ml

    data = dice_ml.Data(
        dataframe=rows.assign(granted=granted.astype(int)),
        continuous_features=NUMBERS,
        outcome_name="granted",
    )
    dice = dice_ml.Dice(data, dice_ml.Model(model=model, backend="sklearn"), method=method)
    asked = rows.iloc[ours.rows[:few]]
    costs = np.full(few, np.inf)
    seeded = {"random_seed": 7} if method == "random" else {}
    began = time.process_time()
    for at in range(few):
        one = asked.iloc[at : at + 1]
        try:
            given = dice.generate_counterfactuals(
                one, total_CFs=1, desired_class=1, features_to_vary=FREE, verbose=False, **seeded
            )
        except Exception as error:  # noqa: BLE001 (its own: it found none)
            print(f"dice-ml {method}: nothing for person {at} ({type(error).__name__})")
            continue
        found = given.cf_examples_list[0].final_cfs_df
        if found is None or not len(found):
            continue
        after = ours.scale.coding.coded(found[list(rows.columns)].astype(rows.dtypes))[:1]
        if ours.decide(after)[0]:
            before = ours.before[at : at + 1]
            each = [
                ours.scale.distance(place, before[:, place], after[:, place])[0]
                for place in range(after.shape[1])
            ]
            costs[at] = sum(each)
    return (time.process_time() - began) / few, costs


def main() -> None:
    """Measure and print the tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--beside", type=int, default=10)
    given = asked.parse_args()
    from threadpoolctl import threadpool_limits

    # Threads of a shared machine wait for one another; with one, both are measured alike.
    with threadpool_limits(1):
        tables(given.beside)


def tables(few: int) -> None:
    """Both tables."""
    rows, granted = log(20_000)
    model = fitted(rows, granted)
    print(f"\nLoad {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, one thread each.\n")
    print("| candidates | people | wall s | CPU s | model calls a person | found "
          "| mean cost | three runs identical |")  # fmt: skip
    print("|---|---:|---:|---:|---:|---:|---:|---|")
    for pairs in (False, True):
        explaining, seeking = explaining_of(model, rows, one_way=True)
        found, wall, cpu, same = timed(explaining, seeking, pairs=pairs)
        people = len(found.rows)
        print(
            f"| {'with pairs' if pairs else 'single moves and differences'} ({found.candidates}) "
            f"| {people} | {wall:.2f} | {cpu:.2f} "
            f"| {found.evaluations / people:.0f} | {found.found.mean():.1%} "
            f"| {found.cost[found.found].mean():.3f} | {'yes' if same else 'NO'} |"
        )
    if importlib.util.find_spec("dice_ml") is None:
        print("\ndice-ml is not installed; no comparison.")
        return
    beside(model, rows, granted, few)


def beside(model: Any, rows: pd.DataFrame, granted: np.ndarray, few: int) -> None:
    """The same people, without rules on directions, which dice has none of."""
    warnings.simplefilter("ignore")
    explaining, seeking = explaining_of(model, rows, one_way=False)
    ours, _, cpu, _ = timed(explaining, seeking, pairs=True)
    people = len(ours.rows)
    print(f"\nThe first {few} of the same people, no rules on directions; cost as ours.\n")
    print("| search | CPU ms a person | times ours | 1,000 people, CPU s | found | mean cost |")
    print("|---|---:|---:|---:|---:|---:|")
    each = cpu / people
    costs = ours.cost[:few]
    mean = costs[np.isfinite(costs)].mean()
    print(f"| ours, with pairs | {1e3 * each:.1f} | 1 | {1e3 * each:.1f} (measured) "
          f"| {np.isfinite(costs).sum()}/{few} | {mean:.3f} |")  # fmt: skip
    for method in ("random", "genetic"):
        theirs, found = by_dice(model, rows, granted, ours, few, method)
        there = np.isfinite(found)
        mean = f"{found[there].mean():.3f}" if there.any() else "-"
        print(f"| dice-ml, {method} | {1e3 * theirs:,.0f} | {theirs / each:,.0f} "
              f"| {1e3 * theirs:,.0f} (extrapolated) | {there.sum()}/{few} | {mean} |")  # fmt: skip


if __name__ == "__main__":
    main()
