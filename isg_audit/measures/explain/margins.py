"""The number that is explained: the log-odds of the favourable decision wherever there are any.

Imports `sources` and numpy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from isg_audit.sources.models.model import Model, Readable
from isg_audit.sources.scoring import favourable_scores

if TYPE_CHECKING:
    import pandas as pd

    from isg_audit.sources.models.inside import Inside

LOG_ODDS, PROBABILITY, DECISION_FUNCTION = "log-odds", "probability", "decision function"
SOFTMAX = "softmax margin"
"""Log of the favourable class's probability, less the mean of the logs over all classes: what a
model of several classes adds up, freed of what it adds to every class alike."""

SATURATED = 1e-6
"""A probability closer to 0 or 1 has no log-odds worth explaining in the float32 of most files."""

AGREE = 1e-5
"""How far a model's probabilities may lie from those that its own log-odds make."""

ROWS_TRIED = 2_000

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Margin:
    """What is explained of each person; greater is better for them.

    Attributes:
        unit: of the margin.
        of: margins of a frame, shape (rows,).
        mix: what each output of the model is multiplied by, shape (outputs,); None for a black box.
    """

    unit: str
    of: Callable[[pd.DataFrame], Floats]
    mix: Floats | None = None


def margin(model: Model, place: int, rows: pd.DataFrame) -> Margin | None:
    """What is explained of a black box: log-odds, or probability where the model is too sure.

    Args:
        model: any.
        place: of the favourable class among `model.classes`.
        rows: people at whom the model is tried.

    Returns:
        None where the model gives labels only.
    """
    if not model.gives_scores:
        return None

    def share(frame: pd.DataFrame) -> Floats:
        return np.asarray(favourable_scores(model, frame, place, f"{model.name}, explaining"))

    tried = share(rows)
    if ((tried < SATURATED) | (tried > 1 - SATURATED)).any():
        return Margin(PROBABILITY, share)
    return Margin(LOG_ODDS, lambda frame: _logit(share(frame)))


def inside_margin(
    model: Model, read: Readable, inside: Inside, place: int, rows: pd.DataFrame
) -> Margin | None:
    """What is explained of a model that was taken apart: a mix of its outputs.

    Args:
        model: as it decides.
        read: the same model, as it is taken apart.
        inside: what it is made of.
        place: of the favourable class among `model.classes`.
        rows: people at whom its probabilities are held against its outputs.

    Returns:
        None where its outputs are called log-odds and do not make its own probabilities.
    """
    classes = len(model.classes)
    start = 0.0
    unit: str = inside.unit
    if classes == 2:
        mix = np.array([1.0 if place == 1 else -1.0])
        start = 1.0 if place == 0 and unit == PROBABILITY else 0.0
    else:
        mix = np.eye(classes)[place]
        if unit == LOG_ODDS:
            mix, unit = mix - 1 / classes, SOFTMAX

    def of(frame: pd.DataFrame) -> Floats:
        return np.asarray(start + read.margins(frame) @ mix)

    if inside.unit == LOG_ODDS and model.gives_scores:
        tried = rows[:ROWS_TRIED]
        shares = favourable_scores(model, tried, place, f"{model.name}, explaining")
        due = _probabilities(read.margins(tried))[:, place]
        if not np.allclose(shares, due, rtol=0, atol=AGREE):
            return None
    return Margin(unit, of, mix)


def _probabilities(outputs: Floats) -> Floats:
    """Of every class, shape (rows, classes); one output is the log-odds of the second of two."""
    if outputs.shape[1] == 1:
        outputs = np.column_stack([np.zeros(len(outputs)), outputs])
    grown = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    shares: Floats = grown / grown.sum(axis=1, keepdims=True)
    return shares


def _logit(share: Floats) -> Floats:
    inside = np.clip(share, SATURATED, 1 - SATURATED)
    logit: Floats = np.log(inside) - np.log1p(-inside)
    return logit
