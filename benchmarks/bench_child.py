"""Scoring through the locked child process beside bare onnxruntime in this one; one table.

    python benchmarks/bench_child.py [--rows N] [--features N] [--trees N] [--rounds N]

Both get the same batches of 50,000 people; ours as Arrow, checked and placed on the way back, the
bare one as the float32 arrays that it wants, ready made. Taken in turn; medians and their ratio.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator

import numpy as np
import onnxruntime
import pyarrow as pa
import skl2onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import GradientBoostingClassifier

from isg_audit.sources.child.opening import open_in_child
from isg_audit.sources.scoring import scored_batches

BATCH = 50_000


def main() -> None:
    """Measure and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--features", type=int, default=50)
    asked.add_argument("--trees", type=int, default=200)
    asked.add_argument("--rounds", type=int, default=3)
    given = asked.parse_args()
    draw = np.random.default_rng(7)
    people = draw.normal(size=(given.rows, given.features)).astype(np.float32)
    content = exported(people[:20_000], given.trees)
    names = tuple(f"x{place}" for place in range(given.features))
    began = time.perf_counter()
    model = open_in_child(content, "model.onnx", names)
    print(f"opening, in a process of its own: {time.perf_counter() - began:.2f} s\n")
    options = onnxruntime.SessionOptions()
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    def bare() -> np.ndarray:
        parts = [
            session.run(None, {"X": people[at : at + BATCH]})[1]
            for at in range(0, given.rows, BATCH)
        ]
        return np.concatenate(parts)[:, 1]

    def batches() -> Iterator[pa.RecordBatch]:
        for at in range(0, given.rows, BATCH):
            columns = [pa.array(column) for column in people[at : at + BATCH].T]
            yield pa.RecordBatch.from_arrays(columns, names=list(names))

    made = list(batches())

    def ours() -> np.ndarray:
        return np.concatenate([scores for _, scores in scored_batches(model, made, 1)])

    times: dict[str, list[float]] = {"bare onnxruntime": [], "through the child": []}
    for _ in range(given.rounds):
        for name, work in zip(times, (bare, ours), strict=True):
            began = time.perf_counter()
            found = work()
            times[name].append(time.perf_counter() - began)
            if name == "bare onnxruntime":
                due = found
    assert np.array_equal(due.astype(np.float64), found)
    model.close()
    medians = {name: statistics.median(each) for name, each in times.items()}
    print("| what | wall s | as a multiple of bare onnxruntime |")
    print("|---|---:|---:|")
    for name, seconds in medians.items():
        print(f"| {name} | {seconds:.2f} | {seconds / medians['bare onnxruntime']:.2f} |")


def exported(people: np.ndarray, trees: int) -> bytes:
    """A boosted model of some people, as ONNX."""
    label = (people[:, :5].sum(axis=1) > 0).astype(int)
    fitted = GradientBoostingClassifier(
        n_estimators=trees, max_depth=5, max_features="sqrt", subsample=0.5, random_state=1
    ).fit(people, label)
    kinds = [("X", FloatTensorType([None, people.shape[1]]))]
    options = {id(fitted): {"zipmap": False}}
    written: bytes = skl2onnx.to_onnx(fitted, initial_types=kinds, options=options)
    return written.SerializeToString()


if __name__ == "__main__":
    main()
