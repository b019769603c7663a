"""The number that is explained: the log-odds of the favourable decision wherever there are any.

Imports `sources` and numpy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.sources.models.model import Model, explainable
from isg_audit.sources.scoring import favourable_scores

if TYPE_CHECKING:
    import pandas as pd

LOG_ODDS, PROBABILITY, DECISION_FUNCTION = "log-odds", "probability", "decision function"

# A probability closer to 0 or 1 has no log-odds worth explaining in the float32 of most files.
SATURATED = 1e-6


@dataclass(frozen=True)
class Margin:
    """What is explained of each person: `of(frame)` has shape (rows,), greater is better."""

    unit: str
    of: Callable[[pd.DataFrame], NDArray[np.float64]]


def margin(model: Model, place: int, rows: pd.DataFrame) -> Margin | None:
    """The decision function where there is one, else log-odds, else probability.

    Args:
        model: of two classes.
        place: of the favourable class among `model.classes`.
        rows: people at whom the model is tried.

    Returns:
        None where the model gives labels only.
    """
    found = decision_margin(model, place, rows)
    if found is not None or not model.gives_scores:
        return found
    share = probability_margin(model, place)
    tried = share.of(rows)
    if ((tried < SATURATED) | (tried > 1 - SATURATED)).any():
        return share
    return Margin(LOG_ODDS, lambda frame: _logit(share.of(frame)))


def probability_margin(model: Model, place: int) -> Margin:
    """The probability of the favourable class."""

    def of(frame: pd.DataFrame) -> NDArray[np.float64]:
        return np.asarray(favourable_scores(model, frame, place, f"{model.name}, explaining"))

    return Margin(PROBABILITY, of)


def decision_margin(model: Model, place: int, rows: pd.DataFrame) -> Margin | None:
    """scikit-learn's decision function, turned so that greater is better.

    Called log-odds only where it agrees with the model's own probabilities at `rows`. Not used
    where it disagrees with them, unless there are none.
    """
    fitted: Any = explainable(model)
    if not hasattr(fitted, "decision_function"):
        return None
    sign = 1.0 if place == 1 else -1.0

    def of(frame: pd.DataFrame) -> NDArray[np.float64]:
        return sign * np.asarray(
            fitted.decision_function(inputs_of(fitted, model, frame)), dtype=np.float64
        )

    tried = of(rows)
    if tried.ndim != 1:
        return None
    if not model.gives_scores:
        return Margin(DECISION_FUNCTION, of)
    share = probability_margin(model, place).of(rows)
    sure = (share > SATURATED) & (share < 1 - SATURATED)
    agree = np.allclose(_logit(share[sure]), tried[sure], rtol=1e-6, atol=1e-6)
    return Margin(LOG_ODDS, of) if sure.any() and agree else None


def inputs_of(fitted: Any, model: Model, frame: pd.DataFrame) -> Any:
    """The model's columns as `fitted` wants them: a frame, or an array where it has no names."""
    chosen = frame[list(model.features)]
    return chosen if hasattr(fitted, "feature_names_in_") else chosen.to_numpy()


def _logit(share: NDArray[np.float64]) -> NDArray[np.float64]:
    inside = np.clip(share, SATURATED, 1 - SATURATED)
    logit: NDArray[np.float64] = np.log(inside) - np.log1p(-inside)
    return logit
