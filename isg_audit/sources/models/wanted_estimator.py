"""What a fitted scikit-learn pipeline wants of its columns, read off its encoders.

Imports this folder; numpy inside the functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from isg_audit.sources.models.contract import Wanted


def wanted_by_estimator(fitted: Any, features: tuple[str, ...]) -> tuple[Wanted, ...]:
    """One entry a feature: categories of encoders, numbers where nothing stands before a model.

    Args:
        fitted: a fitted classifier or pipeline.
        features: its source columns, in order.
    """
    while hasattr(fitted, "best_estimator_"):
        fitted = fitted.best_estimator_
    steps = [step for _, step in fitted.steps] if hasattr(fitted, "steps") else [fitted]
    known = {one.feature: one for one in _of_steps(steps, features)}
    return tuple(known.get(feature, Wanted(feature)) for feature in features)


def _of_steps(steps: list[Any], columns: tuple[str, ...]) -> Iterator[Wanted]:
    """What the first step that says anything says of the columns it is handed."""
    for step in steps:
        if step in (None, "passthrough"):
            continue
        if hasattr(step, "transformers_"):
            for _, part, chosen in step.transformers_:
                names = _names(chosen, columns)
                if part not in ("drop", "passthrough") and names:
                    parts = [one for _, one in part.steps] if hasattr(part, "steps") else [part]
                    yield from _of_steps(parts, names)
            return
        if hasattr(step, "categories_"):
            for feature, values in zip(columns, step.categories_, strict=False):
                yield _of_categories(feature, list(values))
            return
        if not hasattr(step, "statistics_"):  # an imputer hands the columns on in their order
            return


def _of_categories(feature: str, values: list[Any]) -> Wanted:
    plain = tuple(one.item() if hasattr(one, "item") else one for one in values)
    there = tuple(one for one in plain if one is not None and one == one)
    texts = there and all(isinstance(one, str) for one in there)
    numbers = there and all(isinstance(one, (int, float)) for one in there)
    return Wanted(feature, "text" if texts else "number" if numbers else "any", there)


def _names(chosen: Any, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the columns a transformer was given, by name, place or mask."""
    import numpy as np

    if isinstance(chosen, slice):
        return columns[chosen] if not isinstance(chosen.start, str) else ()
    picked = [chosen] if isinstance(chosen, (str, int)) else list(chosen)
    if picked and all(isinstance(one, (bool, np.bool_)) for one in picked):
        return tuple(name for name, taken in zip(columns, picked, strict=True) if taken)
    return tuple(str(one) if isinstance(one, str) else columns[int(one)] for one in picked)
