"""Finds the inputs that are a protected attribute, by name or under another name.

Imports this family and numpy.
"""

from __future__ import annotations

import numpy as np

from isg_audit.measures.explain.explaining import Explaining

MOST_VALUES = 50
FEWEST_A_VALUE = 20
"""People that each value of an input must have on average, so that chance does not sort them."""


def protected_features(explaining: Explaining, attribute: str) -> dict[str, str]:
    """The model's inputs that are the attribute, each with a sentence that says how.

    Args:
        explaining: the model and the people.
        attribute: a declared attribute.

    Returns:
        The attribute's own column where the model reads it, and every input of which each value
        belongs to one group only (with several groups, and people enough to tell).
    """
    column = explaining.columns[attribute]
    found = {}
    for feature in explaining.model.features:
        if feature == column:
            found[feature] = f"The model reads the column '{column}' itself."
        elif _repeats(explaining, attribute, feature):
            found[feature] = f"The model reads '{feature}', each value of which is one group only."
    return found


def every_protected(explaining: Explaining) -> tuple[str, ...]:
    """Inputs that are a declared attribute or repeat one, in the order of the attributes."""
    found = (protected_features(explaining, attribute) for attribute in explaining.columns)
    return tuple(dict.fromkeys(feature for each in found for feature in each))


def _repeats(explaining: Explaining, attribute: str, feature: str) -> bool:
    import pandas as pd

    if attribute not in explaining.groups:
        return False
    labels = np.asarray(explaining.groups[attribute], dtype=object)
    pairs = pd.DataFrame({"value": explaining.sample[feature].array, "group": labels}).dropna()
    values = pairs["value"].nunique()
    if pairs["group"].nunique() < 2 or values > min(MOST_VALUES, len(pairs) / FEWEST_A_VALUE):
        return False
    return bool((pairs.groupby("value", observed=True)["group"].nunique() == 1).all())
