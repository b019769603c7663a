"""SHAP values of scikit-learn's trees, by the package shap. Imports this family, numpy, pandas."""

from __future__ import annotations

from typing import Any

import numpy as np

from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.margins import Margin, decision_margin, probability_margin
from isg_audit.measures.explain.opened import Opened, folded, source_of_columns

MOST_PEOPLE = 500
MOST_BACKGROUND = 200
"""shap walks every tree for every pair of the two: 200 trees take about 5 seconds."""


def tree_margin(explaining: Explaining, found: Opened, place: int) -> Margin | None:
    """What shap's tree explainer explains of this model; None where it is not to be trusted.

    Boosted trees add up log-odds, forests average probabilities. HistGradientBoosting with native
    categories is left out: shap 0.51 is wrong there, by up to 2 in log-odds, and does not say so.
    """
    from sklearn.dummy import DummyClassifier
    from sklearn.ensemble import (
        ExtraTreesClassifier,
        GradientBoostingClassifier,
        HistGradientBoostingClassifier,
        RandomForestClassifier,
    )
    from sklearn.tree import DecisionTreeClassifier

    final, model = found.final, explaining.model
    if isinstance(final, (RandomForestClassifier, ExtraTreesClassifier, DecisionTreeClassifier)):
        return probability_margin(model, place)
    if isinstance(final, HistGradientBoostingClassifier):
        boosted = final.is_categorical_ is None
    else:
        boosted = isinstance(final, GradientBoostingClassifier) and isinstance(
            final.init_, DummyClassifier
        )
    return decision_margin(model, place, explaining.sample) if boosted else None


def tree_attributions(
    explaining: Explaining, found: Opened, explained: Margin, place: int
) -> Attributions | None:
    """Interventional SHAP values of at most `MOST_PEOPLE` people.

    Columns are summed over the input they come from: that adds up exactly, and is the input's own
    Shapley value where it has one column, near it where it has several (one-hot).

    Returns:
        None where a column comes from several inputs.

    Source:
        Lundberg et al. (2020), Nature Machine Intelligence 2:56-67.
    """
    import pandas as pd
    import shap

    features = list(explaining.model.features)
    rows = explaining.drawn(len(explaining.sample), MOST_PEOPLE, 1)
    others = explaining.drawn(len(explaining.background), MOST_BACKGROUND, 2)
    people = explaining.sample[features].iloc[rows]
    background = explaining.background[features].iloc[others]
    source = source_of_columns(
        found, explaining.model.features, pd.concat([people, background], ignore_index=True)
    )
    if source is None:
        return None
    against = found.prepared(background)
    # Without max_samples shap keeps 100 rows and does not say so.
    masker = shap.maskers.Independent(against, max_samples=len(against))
    explainer = shap.TreeExplainer(found.final, masker, feature_perturbation="interventional")
    raw = explainer.shap_values(found.prepared(people), check_additivity=False)
    spread = int((np.bincount(source[source >= 0], minlength=len(features)) > 1).sum())
    return Attributions(
        features=explaining.model.features,
        values=folded(_favourable(raw, place), source, len(features)),
        margin=explained.of(people),
        base=float(explained.of(background).mean()),
        rows=rows,
        unit=explained.unit,
        method="tree SHAP (shap)",
        note=(
            f"Interventional game; background of {len(background)} rows drawn from the log, seed "
            f"{explaining.seed}."
            + (f" {spread} inputs are sums over several columns." if spread else "")
        ),
    )


def _favourable(raw: Any, place: int) -> Any:
    """Shap gives (people, columns) for the second class, or (people, columns, classes)."""
    values = np.asarray(raw, dtype=np.float64)
    if values.ndim == 3:
        return values[:, :, place]
    return values if place == 1 else -values
