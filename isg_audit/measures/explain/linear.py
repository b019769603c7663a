"""SHAP values of weighted sums, by their closed form. Imports this family, `sources`, numpy."""

from __future__ import annotations

import numpy as np

from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.input_columns import AT_ONCE
from isg_audit.measures.explain.margins import Margin
from isg_audit.measures.explain.taken_apart import TakenApart
from isg_audit.sources.models.inside import Linear


def linear_attributions(
    explaining: Explaining, line: Linear, found: TakenApart, explained: Margin
) -> Attributions:
    """Weight times distance from the background's mean, summed over the columns of an input.

    For a sum of inputs this is the exact Shapley value of the interventional game against the
    whole background, one-hot columns included, because every column depends on one input only.

    Source:
        Lundberg & Lee (2017), NeurIPS 30, corollary 1.
    """
    features = explaining.model.features
    weights = np.zeros((line.weights.shape[1], len(features)))
    traced = found.source >= 0
    mixed = np.asarray(explained.mix) @ line.weights
    weights[traced, found.source[traced]] = mixed[traced]
    people = explaining.sample[list(features)]
    mean = found.read.prepared(explaining.background[list(features)]).mean(axis=0)
    return Attributions(
        features=features,
        values=np.concatenate(
            [
                (found.read.prepared(people[start : start + AT_ONCE]) - mean) @ weights
                for start in range(0, len(people), AT_ONCE)
            ]
        ),
        margin=explained.of(people),
        base=float(explained.of(explaining.background).mean()),
        rows=np.arange(len(people)),
        unit=explained.unit,
        method="linear SHAP",
        note=explaining.interventional(len(explaining.background)),
    )
