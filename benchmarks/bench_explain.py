"""What exact explanations cost, beside woodelf_explainer, shap and one plain prediction.

    python benchmarks/bench_explain.py [--rows N] [--forest-rows N] [--woodelf PYTHON]

50 columns, 2 % of the values missing, 200 trees, a background of 1,000 rows. Every work has a
process of its own. shap is timed on few people and extrapolated. woodelf_explainer wants packages
that ours does not: PYTHON is an interpreter of an environment that holds woodelf_explainer,
scikit-learn, xgboost and lightgbm; without one that row is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
COLUMNS, FITTED = 50, 20_000
FEW = {"shap, same background": 40, "shap, path-dependent": 60}
HEAD = (
    "| model | work | people | wall s | CPU s | peak MB | 100,000 people, wall s | times ours |\n"
    "|---|---|---:|---:|---:|---:|---:|---:|"
)


def main() -> None:
    """Fit, run every work in turn, print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--forest-rows", type=int, default=10_000)
    asked.add_argument("--woodelf", default="")
    told = asked.parse_args()
    print(f"{os.cpu_count()} cores, load before: {os.getloadavg()[0]:.1f}\n\n{HEAD}", flush=True)
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        models = _fit(folder, told.rows)
        for model in models:
            forest = model == "forest"
            rows = told.forest_rows if forest else told.rows
            ways = ["ours", "predict", "woodelf", "shap, same background", "shap, path-dependent"]
            if not told.woodelf or forest:
                ways.remove("woodelf")
            if forest:
                ways.remove("shap, same background")
            _table(folder, model, ways, rows, told.woodelf)
    print(f"\nload after: {os.getloadavg()[0]:.1f}")


def _fit(folder: Path, rows: int) -> list[str]:
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

    draw = np.random.default_rng(0)
    columns = draw.normal(size=(max(rows, FITTED) + 1_000, COLUMNS))
    logit = columns @ draw.normal(size=COLUMNS) * 0.4 + columns[:, 0] * columns[:, 1]
    logit += 2 * np.sin(2 * columns[:, 2]) + (columns[:, 3] > 0) * columns[:, 4]
    label = (logit + draw.logistic(size=len(columns)) > 0).astype(int)
    columns[draw.random(columns.shape) < 0.02] = np.nan
    np.save(folder / "columns.npy", columns)
    named = pd.DataFrame(columns[:FITTED], columns=[f"x{place}" for place in range(COLUMNS)])
    some = named, label[:FITTED]
    models = {
        "HistGradientBoosting": HistGradientBoostingClassifier(
            max_iter=200, early_stopping=False
        ).fit(*some)
    }
    if find_spec("xgboost") is not None:
        from xgboost import XGBClassifier

        models["XGBoost"] = XGBClassifier(n_estimators=200, max_depth=6).fit(*some)
        models["XGBoost"].save_model(folder / "XGBoost.json")
    if find_spec("lightgbm") is not None:
        from lightgbm import LGBMClassifier

        models["LightGBM"] = LGBMClassifier(n_estimators=200, verbose=-1).fit(*some)
        models["LightGBM"].booster_.save_model(folder / "LightGBM.txt")
    models["forest"] = RandomForestClassifier(100, random_state=0).fit(
        *(one[:10_000] for one in some)
    )
    for name, fitted in models.items():
        (folder / f"{name}.pickle").write_bytes(pickle.dumps(fitted))
    return list(models)


def _table(folder: Path, model: str, ways: list[str], rows: int, other: str) -> None:
    yardstick = 1.0
    for way in ways:
        python = other if way == "woodelf" else sys.executable
        many = min(rows, FEW.get(way, rows))
        done = subprocess.run(
            [python, HERE / "explain_work.py", folder, model, way, str(many)],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            print(f"| {model} | {way} | could not be run: {done.stderr.strip().splitlines()[-1]} |")
            continue
        cost = json.loads(done.stdout.strip().splitlines()[-1])
        whole = cost["wall"] * 100_000 / many
        yardstick = whole if way == "ours" else yardstick
        print(
            f"| {model} | {way} | {many:,} | {cost['wall']:.2f} | {cost['cpu']:.2f} "
            f"| {cost['peak']:.0f} | {whole:,.1f} | {whole / yardstick:,.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
