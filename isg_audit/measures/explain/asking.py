"""Asks the model about people as they are or with changed inputs; knows what inputs look like.

Imports this family, `sources`, numpy, pandas in functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.explaining import Explaining
from isg_audit.sources.models.model import class_position
from isg_audit.sources.scoring import decided_favourably, favourable_scores

if TYPE_CHECKING:
    import pandas as pd

MOST_STEPS = 12
"""A number of which fewer whole values are seen is taken for a kind of category."""


def decided(explaining: Explaining, people: pd.DataFrame, doing: str) -> NDArray[np.bool_]:
    """Whether the model decides favourably, shape (people,).

    Raises:
        ModelFailed: the model failed, or returned what no model may return.
    """
    if people.empty:
        return np.zeros(0, dtype=bool)
    model = explaining.model
    place = class_position(model, explaining.favourable)
    return decided_favourably(model, people, place, f"{model.name}, {doing}")


def scored(explaining: Explaining, people: pd.DataFrame, doing: str) -> NDArray[np.float64]:
    """Probability of the favourable decision, shape (people,); of a model that gives any.

    Raises:
        ModelFailed: the model failed, or returned what no model may return.
    """
    model = explaining.model
    place = class_position(model, explaining.favourable)
    found: NDArray[np.float64] = favourable_scores(model, people, place, f"{model.name}, {doing}")
    return found


def inputs_of(explaining: Explaining, rows: NDArray[np.int64]) -> pd.DataFrame:
    """The model's inputs of some people of the sample, rows numbered anew."""
    chosen = explaining.sample[list(explaining.model.features)].iloc[rows]
    return chosen.reset_index(drop=True)


def seen(explaining: Explaining, feature: str) -> pd.Series:
    """Every value of an input in the sample and the background, missing ones left out."""
    import pandas as pd

    both = [explaining.sample[feature], explaining.background[feature]]
    return pd.concat(both, ignore_index=True).dropna()


def is_number(values: pd.Series) -> bool:
    """Whether values are numbers that can be a little greater or smaller."""
    import pandas as pd

    kind = values.dtype
    return pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)


def goes_in_steps(values: pd.Series) -> bool:
    """Whether an input is text, yes or no, a category, or a number with few whole values."""
    if not is_number(values):
        return True
    every = values.unique()
    return len(every) <= MOST_STEPS and bool((np.asarray(every, dtype=float) % 1 == 0).all())


def like(values: Any, column: pd.Series) -> Any:
    """Numbers as a column holds them: whole where it holds whole ones.

    Args:
        values: shape (rows,), no NaN.
        column: of an input.
    """
    import pandas as pd

    if pd.api.types.is_integer_dtype(column.dtype):
        return np.rint(values).astype(np.int64)
    return values
