"""XGBoost's, LightGBM's and CatBoost's own files: names and counts. None of them can name code.

Imports this folder; the standard library.
"""

from __future__ import annotations

import json
import mmap
from typing import Any, BinaryIO

from isg_audit.sources.looking.seen import Found, listed, plain
from isg_audit.sources.looking.ubjson import read_ubjson

LARGEST = 256 * 2**20
"""Bytes of a JSON or UBJ file that are read."""

CRASHES = "crafted numbers in it can crash the program that opens it; it is opened in a child"


def look_at_xgboost_json(file: BinaryIO, name: str) -> Found:
    """Names, objective and number of trees, from JSON."""
    raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        return Found(dangers=(CRASHES,), unread=f"it has more than {LARGEST // 2**20} MiB")
    try:
        return _booster(json.loads(raw))
    except (ValueError, RecursionError) as error:
        return Found(dangers=(CRASHES,), unread=f"no JSON: {plain(error)}")


def look_at_xgboost_ubj(file: BinaryIO, name: str) -> Found:
    """Names, objective and number of trees, from UBJ."""
    try:
        return _booster(read_ubjson(file))
    except ValueError as error:
        return Found(dangers=(CRASHES,), unread=plain(error))


def _booster(said: Any) -> Found:
    learner = _part(said, "learner")
    names = _part(learner, "feature_names")
    trees = _part(_part(_part(learner, "gradient_booster"), "model"), "trees")
    if trees is None:  # dart keeps a booster in its booster
        trees = _part(_part(_part(_part(learner, "gradient_booster"), "gbtree"), "model"), "trees")
    version = _part(said, "version")
    facts = [
        ("objective", plain(_part(_part(learner, "objective"), "name") or "not said")),
        ("booster", plain(_part(_part(learner, "gradient_booster"), "name") or "not said")),
        ("trees", str(len(trees)) if isinstance(trees, list) else "none"),
        ("features", listed(names) if isinstance(names, list) and names else "not named"),
        ("number of features", plain(_part(_part(learner, "learner_model_param"), "num_feature"))),
    ]
    if isinstance(version, list):
        facts.append(("written by", "XGBoost " + plain(".".join(str(one) for one in version[:3]))))
    return Found(tuple(facts), (CRASHES,))


def _part(said: Any, key: str) -> Any:
    return said.get(key) if isinstance(said, dict) else None


def look_at_lightgbm(file: BinaryIO, name: str) -> Found:
    """What the lines before the first tree say, and how many trees follow."""
    wanted = {
        "feature_names": "features",
        "objective": "objective",
        "num_class": "classes",
        "version": "version",
    }
    facts = []
    while (line := file.readline(2**20)) and not line.startswith(b"Tree="):
        key, _, value = line.decode("utf-8", "replace").strip().partition("=")
        if key == "feature_names":
            facts.append(("features", listed(value.split())))
        elif key in wanted:
            facts.append((wanted[key], plain(value)))
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        facts.append(("trees", str(_times(content, b"\nTree="))))
        whole = content.find(b"\nend of trees") >= 0
    return Found(tuple(facts), (CRASHES,), "" if whole else "its trees have no end")


def _times(content: mmap.mmap, what: bytes) -> int:
    count, at = 0, content.find(what)
    while at >= 0:
        count, at = count + 1, content.find(what, at + 1)
    return count


def look_at_catboost(file: BinaryIO, name: str) -> Found:
    """Only whether its size is what it says: the rest is CatBoost's own packing."""
    head = file.read(8)
    size = int.from_bytes(head[4:8], "little")
    file.seek(0, 2)
    short = file.tell() < size + 8
    facts = (("core", f"{size:,} bytes; names and trees are packed in CatBoost's own way"),)
    return Found(facts, (CRASHES,), "it ends too early" if short else "")
