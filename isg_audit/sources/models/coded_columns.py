"""The columns of a frame as the numbers that trees compare: categories become their codes.

Imports `errors` and this room; numpy and pandas inside the functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from isg_audit.errors import ModelFailed
from isg_audit.sources.models.contract import Wanted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def coded(
    frame: pd.DataFrame,
    features: Sequence[str],
    categories: Mapping[str, Sequence[object]],
    name: str,
    unseen: float | None,
) -> NDArray[Any]:
    """The features side by side, shape (rows, features), float64, NaN where missing.

    Args:
        frame: holds at least `features`.
        features: in the model's order.
        categories: of each feature that has them by name, in the order of their codes.
        name: of the model, for messages.
        unseen: the code of a category that the model does not know, NaN where the library behind
            the model takes it for missing, None where there is no right one.

    Raises:
        ModelFailed: text in a column of numbers, or a category that has no right code.
    """
    import numpy as np

    columns = np.empty((len(frame), len(features)), dtype=np.float64)
    for place, feature in enumerate(features):
        if feature in categories:
            columns[:, place] = _codes(frame[feature], categories[feature], name, unseen)
        else:
            columns[:, place] = numbers(frame[feature], name)
    return columns


def wanted_of(
    features: Sequence[str], categories: Mapping[str, Sequence[object]]
) -> tuple[Wanted, ...]:  # fmt: skip
    """What such a model wants of each feature: numbers, or the categories it was trained with."""
    found = []
    for feature in features:
        known = tuple(categories.get(feature, ()))
        if known and all(isinstance(one, str) for one in known):
            found.append(Wanted(feature, "text", known))
        else:
            plain = all(isinstance(one, (int, float)) for one in known)
            found.append(Wanted(feature, "number" if plain else "any", known))
    return tuple(found)


def numbers(column: pd.Series[Any], name: str) -> NDArray[Any]:
    """A column of numbers, shape (rows,), float64, NaN where missing.

    Raises:
        ModelFailed: it holds something else.
    """
    import numpy as np

    try:
        return column.to_numpy(dtype="float64", na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ModelFailed(
            f"{name}: column '{column.name}' must hold numbers for this model: {error}."
        ) from error


def _codes(
    column: pd.Series[Any], known: Sequence[object], name: str, unseen: float | None
) -> NDArray[Any]:  # fmt: skip
    import numpy as np
    import pandas as pd

    plain = column.astype(object)
    codes = pd.Index(list(known), dtype=object).get_indexer(pd.Index(plain, dtype=object))
    strange = (codes < 0) & plain.notna().to_numpy()
    if strange.any() and unseen is None:
        listed = ", ".join(repr(one) for one in list(known)[:10])
        raise ModelFailed(
            f"{name}: column '{column.name}' holds {plain[strange].iloc[0]!r} "
            f"({int(strange.sum())} rows), a category that the model was never trained on and has "
            f"no answer to. It knows: {listed}{', ...' if len(known) > 10 else ''}."
        )
    other = np.nan if unseen is None else unseen
    return np.where(strange, other, np.where(codes < 0, np.nan, codes.astype(np.float64)))
