"""SHAP values that a model's own library gives (CatBoost). Imports this family and `sources`."""

from __future__ import annotations

import numpy as np

from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.input_columns import AT_ONCE
from isg_audit.measures.explain.margins import Margin
from isg_audit.sources.models.inside import Native
from isg_audit.sources.models.model import Readable


def native_attributions(
    explaining: Explaining, native: Native, read: Readable, explained: Margin
) -> Attributions:
    """The library's own values of everybody in the sample, for the game that the library plays."""
    features = list(explaining.model.features)
    people = explaining.sample[features]
    mix = np.asarray(explained.mix)
    found = np.concatenate(
        [
            np.einsum("rof,o->rf", read.contributions(people[start : start + AT_ONCE]), mix)
            for start in range(0, len(people), AT_ONCE)
        ]
    )
    return Attributions(
        features=explaining.model.features,
        values=found[:, :-1],
        margin=explained.of(people),
        base=float(found[0, -1]),
        rows=np.arange(len(people)),
        unit=explained.unit,
        method="tree SHAP, by the model's own library",
        note=(
            f"{native.game[:1].upper()}{native.game[1:]}: the training data behind the model take "
            "the place of a background from the log."
        ),
    )
