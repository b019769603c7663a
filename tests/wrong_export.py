"""An ONNX file that converts, loads and decides wrongly: the specimen for model-log consistency.

scikit-learn's HistGradientBoosting with native categories, through skl2onnx 1.20: splits by
category come out as comparisons of numbers. Nothing warns of it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True, eq=False)
class WrongExport:
    """The log of a model's decisions, the model, and its export that decides otherwise.

    Attributes:
        log: features with `score` (of the favourable class), `decision` and `repaid`.
        features: the model's.
        fitted: the pipeline that decided.
        onnx: the export's bytes.
    """

    log: pd.DataFrame
    features: tuple[str, ...]
    fitted: Any
    onnx: bytes


def wrong_export(rows: int = 4_000, seed: int = 7) -> WrongExport:
    """A log of `rows` people and the wrong export of the model behind it."""
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "income": draw.normal(50, 12, rows).astype(np.float32).astype(np.float64),
            "debt": draw.gamma(2, 6, rows).astype(np.float32).astype(np.float64),
            "job": draw.choice(list("abcdefgh"), rows),
            "area": draw.choice(["north", "south", "east", "west", "centre"], rows),
            "sex": draw.choice(["F", "M"], rows),
        }
    )
    by_job = frame.job.map(dict(zip("abcdefgh", [9, -7, 5, -9, 8, -4, -8, 7], strict=True)))
    by_area = frame.area.map({"north": 4, "south": -6, "east": 5, "west": -4, "centre": 3})
    likely = frame.income - frame.debt + 1.5 * by_job + by_area
    repaid = likely + draw.normal(0, 8, rows) > np.median(likely)
    features = ("income", "debt", "job", "area")
    coded = make_column_transformer(
        (OrdinalEncoder(), ["job", "area"]), remainder="passthrough", sparse_threshold=0
    )
    boosted = HistGradientBoostingClassifier(
        max_iter=40, categorical_features=[0, 1], random_state=seed
    )
    fitted = make_pipeline(coded, boosted).fit(frame[list(features)], repaid.astype(int))
    kinds = {"income": FloatTensorType, "debt": FloatTensorType}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # numpy's, of the converter's flags
        onnx = convert_sklearn(
            fitted,
            initial_types=[(one, kinds.get(one, StringTensorType)([None, 1])) for one in features],
            options={"zipmap": False},
        )
    score = fitted.predict_proba(frame[list(features)])[:, 1]
    log = frame.assign(score=score, decision=(score > 0.5).astype(int), repaid=repaid.astype(int))
    return WrongExport(log, features, fitted, onnx.SerializeToString())
