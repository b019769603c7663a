"""Ways to change one input of people: a little noise, a step, missing, beyond what was seen.

Imports this family, numpy; pandas in functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isg_audit.measures.explain.asking import goes_in_steps, is_number, like, seen
from isg_audit.measures.explain.explaining import Explaining

if TYPE_CHECKING:
    import pandas as pd

NEVER_SEEN = "never seen before"


def noisy(
    values: pd.Series, column: pd.Series, amount: float, draw: np.random.Generator
) -> pd.Series:
    """A column of numbers moved by normal noise, within the values seen; missing ones stay so.

    Args:
        values: every value seen.
        column: of the people.
        amount: the noise's standard deviation as a part of that of `values`.
        draw: chance.
    """
    every = values.to_numpy(dtype=np.float64)
    here = column.notna().to_numpy()
    numbers = column[here].to_numpy(dtype=np.float64)
    moved = numbers + draw.normal(0.0, amount * every.std(), len(column))[here]
    if (every % 1 == 0).all():
        moved = np.rint(moved)
    return _put(column, here, np.clip(moved, every.min(), every.max()))


def another_step(explaining: Explaining, column: pd.Series) -> tuple[pd.Series, ...]:
    """The next value seen of a number, another value of a text; none where it has no steps."""
    values = seen(explaining, str(column.name))
    every = values.drop_duplicates().sort_values(key=None if is_number(values) else _as_text)
    if not goes_in_steps(values) or len(every) < 2:
        return ()
    draw = np.random.default_rng([explaining.seed, 16])
    here = column.notna().to_numpy()
    place = {value: at for at, value in enumerate(every.tolist())}
    at = np.array([place[value] for value in column[here].tolist()], dtype=np.int64)
    last = len(every) - 1
    if is_number(values):
        step = np.where(draw.random(len(column))[here] < 0.5, -1, 1)
        other = np.where(at == 0, 1, np.where(at == last, last - 1, at + step))
    else:
        other = (at + draw.integers(1, last + 1, len(column))[here]) % (last + 1)
    changed = column.copy()
    changed[here] = every.array[other]
    return (changed,)


def taken_away(explaining: Explaining, column: pd.Series) -> tuple[pd.Series, ...]:
    """The input missing for everybody: NaN for numbers, None for text."""
    import pandas as pd

    if is_number(column):
        return (pd.Series(np.nan, index=column.index, name=column.name, dtype=np.float64),)
    if isinstance(column.dtype, pd.CategoricalDtype):
        return (pd.Series(pd.Categorical([None] * len(column), dtype=column.dtype),
                          index=column.index, name=column.name),)  # fmt: skip
    return (pd.Series([None] * len(column), index=column.index, name=column.name, dtype=object),)


def beyond(explaining: Explaining, column: pd.Series) -> tuple[pd.Series, ...]:
    """A number far below and far above all that were seen; a text that never was."""
    import pandas as pd

    values = seen(explaining, str(column.name))
    if values.empty or pd.api.types.is_bool_dtype(column.dtype):
        return ()
    if not is_number(values):
        unseen = pd.Series(NEVER_SEEN, index=column.index, name=column.name, dtype=object)
        return (unseen,)
    least, most = float(values.min()), float(values.max())
    apart = (most - least) or max(1.0, abs(most))
    return tuple(
        pd.Series(like(np.full(len(column), far), column), index=column.index, name=column.name)
        for far in (least - apart, most + apart)
    )


def _put(column: pd.Series, here: np.ndarray, numbers: np.ndarray) -> pd.Series:
    if here.all():
        import pandas as pd

        return pd.Series(like(numbers, column), index=column.index, name=column.name)
    changed = column.astype(np.float64)
    changed[here] = numbers
    return changed


def _as_text(values: pd.Series) -> pd.Series:
    return values.astype(str)
