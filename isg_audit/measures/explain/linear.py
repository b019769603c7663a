"""SHAP values of linear models, by the package shap.

Imports this family and numpy; pandas and shap inside the functions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.margins import Margin
from isg_audit.measures.explain.opened import Opened, folded, source_of_columns


def is_linear(final: Any) -> bool:
    """Whether `final` decides between two classes by one weighted sum of its columns."""
    weights = getattr(final, "coef_", None)
    return (
        hasattr(final, "intercept_")
        and isinstance(weights, np.ndarray)
        and weights.reshape(-1, weights.shape[-1]).shape[0] == 1
    )


def linear_attributions(
    explaining: Explaining, found: Opened, explained: Margin, place: int
) -> Attributions | None:
    """Weight times distance from the background's mean, summed over the columns of an input.

    The whole background is handed to shap, which by default keeps 100 rows of it. For a sum of
    inputs this is the exact Shapley value of the interventional game, one-hot columns included,
    because every column depends on one input only.

    Returns:
        None where a column comes from several inputs.

    Source:
        Lundberg & Lee (2017), NeurIPS 30, corollary 1.
    """
    import pandas as pd
    import shap

    features = explaining.model.features
    everybody = pd.concat(
        [explaining.sample[list(features)], explaining.background[list(features)]],
        ignore_index=True,
    )
    source = source_of_columns(found, features, everybody)
    if source is None:
        return None
    weights = np.ravel(found.final.coef_) * (1.0 if place == 1 else -1.0)
    here, there = found.prepared(explaining.sample), found.prepared(explaining.background)
    masker = shap.maskers.Independent(there, max_samples=len(there))
    explainer = shap.LinearExplainer((weights, 0.0), masker)
    return Attributions(
        features=features,
        values=folded(explainer.shap_values(here), source, len(features)),
        margin=explained.of(explaining.sample),
        base=float(explained.of(explaining.background).mean()),
        rows=np.arange(len(explaining.sample)),
        unit=explained.unit,
        method="linear SHAP",
        note=(
            f"Interventional game; background of {len(explaining.background)} rows drawn from the "
            f"log, seed {explaining.seed}."
        ),
    )
