"""One way of explaining one model, in a process of its own; prints what it cost as JSON.

    python benchmarks/explain_work.py FOLDER MODEL WAY ROWS

The compiled code of ours is warm: a few people are explained first. Its peak memory is the whole
process's, the data and the model included.
"""

from __future__ import annotations

import json
import pickle
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

BACKGROUND = 1_000


def main(folder: Path, model: str, way: str, rows: int) -> None:
    """Prepare, warm up, do the work, print."""
    columns = np.load(folder / "columns.npy", mmap_mode="r")
    names = [f"x{place}" for place in range(columns.shape[1])]
    background = pd.DataFrame(np.array(columns[-BACKGROUND:]), columns=names)
    people = pd.DataFrame(np.array(columns[:rows]), columns=names)
    work = WAYS[way](folder, model, background)
    work(people[: 5 if way.startswith("shap") else 300].copy())
    costs = []
    for _ in range(1 if way.startswith("shap") or model == "forest" else 3):
        wall, cpu = time.perf_counter(), time.process_time()
        found = work(people)
        costs.append((time.perf_counter() - wall, time.process_time() - cpu))
    wall, cpu = min(costs)
    print(
        json.dumps(
            {
                "wall": wall,
                "cpu": cpu,
                "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "rows": rows,
                "first": np.asarray(found)[:5].tolist(),
            }
        )
    )


def _fitted(folder: Path, model: str) -> Any:
    with (folder / f"{model}.pickle").open("rb") as file:
        return pickle.load(file)  # noqa: S301 - written by bench_explain a moment ago


def ours(folder: Path, model: str, background: pd.DataFrame) -> Callable[[Any], Any]:
    """The kernel, as an audit calls it: trees laid out, tables worked out, people explained."""
    from isg_audit.measures.explain.taken_apart import TakenApart
    from isg_audit.measures.explain.trees import _forests, _values
    from isg_audit.sources.models.open_model import open_model

    file = {"XGBoost": "XGBoost.json", "LightGBM": "LightGBM.txt"}.get(model)
    opened = (
        open_model(folder / file) if file else open_model(_fitted(folder, model), list(background))
    )
    inside = opened.inside()
    columns = np.arange(background.shape[1])

    def work(people: pd.DataFrame) -> np.ndarray:
        found = TakenApart(opened, inside, columns)
        forests = _forests(inside.made_of, found, np.ones(1))
        parts = list(_values(found, forests, people, background, len(columns)))
        return np.concatenate(parts)

    return work


def predict(folder: Path, model: str, background: pd.DataFrame) -> Callable[[Any], Any]:
    """One plain prediction of probabilities, by the model's own library."""
    fitted = _fitted(folder, model)
    return lambda people: fitted.predict_proba(people)


def woodelf(folder: Path, model: str, background: pd.DataFrame) -> Callable[[Any], Any]:
    """woodelf_explainer with the same background."""
    from woodelf import WoodelfExplainer

    explainer = WoodelfExplainer(_fitted(folder, model), background)
    return lambda people: explainer.shap_values(people)


def shap_background(folder: Path, model: str, background: pd.DataFrame) -> Callable[[Any], Any]:
    """shap.TreeExplainer with the same background, all rows of it."""
    import shap

    masker = shap.maskers.Independent(background, max_samples=len(background))
    explainer = shap.TreeExplainer(
        _fitted(folder, model), masker, feature_perturbation="interventional"
    )
    return lambda people: explainer.shap_values(people, check_additivity=False)


def shap_path(folder: Path, model: str, background: pd.DataFrame) -> Callable[[Any], Any]:
    """shap.TreeExplainer, path-dependent: another game, without a background."""
    import shap

    explainer = shap.TreeExplainer(
        _fitted(folder, model), feature_perturbation="tree_path_dependent"
    )
    return lambda people: explainer.shap_values(people, check_additivity=False)


WAYS = {
    "ours": ours,
    "predict": predict,
    "woodelf": woodelf,
    "shap, same background": shap_background,
    "shap, path-dependent": shap_path,
}

if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
