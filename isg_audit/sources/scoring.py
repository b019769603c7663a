"""Scores decisions with the model, batch by batch, and believes nothing it returns.

Imports only `errors` and this room; numpy, pandas inside the functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from isg_audit.errors import ModelError, ModelFailed
from isg_audit.sources.models.model import Model, class_position, require_features

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

SCORE = "isg_model_score"
"""Column: probability of the favourable class, from 0 to 1."""

DECISION = "isg_model_decision"
"""Column: whether the model's label is the favourable one."""

BEYOND = 1e-6
"""How far outside 0..1 a probability may lie by rounding."""

# Rows are summed over classes in the model's own precision, often float32.
SUM_BEYOND = 1e-4


def score(
    model: Model, frames: Iterable[pd.DataFrame], favourable: object
) -> Iterator[pd.DataFrame]:
    """Add the model's score and decision to each batch of decisions.

    Args:
        model: the model.
        frames: batches that hold at least the model's features.
        favourable: the class that is good for the person.

    Returns:
        The batches, in order, each with the columns `SCORE` (absent where the model gives labels
        only) and `DECISION`.

    Raises:
        ModelError: `favourable` is none of the classes (at once); a feature is missing.
        ModelFailed: the model raised, or returned too many or too few rows, NaN, a probability
            outside 0..1, rows that do not sum to 1, or a label that is none of its classes.
    """
    place = class_position(model, favourable)
    return _scored(model, frames, place)


def _scored(
    model: Model, frames: Iterable[pd.DataFrame], place: int
) -> Iterator[pd.DataFrame]:  # fmt: skip
    for number, frame in enumerate(frames, start=1):
        require_features(model, [str(column) for column in frame.columns])
        if frame.empty:
            added: dict[str, Any] = {DECISION: []} | ({SCORE: []} if model.gives_scores else {})
            yield frame.assign(**added).astype(
                {name: bool if name == DECISION else float for name in added}
            )
            continue
        where = _batch(model, number, len(frame))
        if hasattr(model, "placed"):
            ((places, raw),) = model.placed([frame])
            added = {DECISION: places == place}
            if raw is not None:
                added[SCORE] = _believed(model, raw, place, len(frame), where)
        else:
            added = {DECISION: decided_favourably(model, frame, place, where)}
            if model.gives_scores:
                added[SCORE] = favourable_scores(model, frame, place, where)
        yield frame.assign(**added)


def scored_batches(
    model: Model, batches: Iterable[pa.RecordBatch], favourable: object
) -> Iterator[tuple[NDArray[Any], NDArray[Any] | None]]:
    """Decision and score, as `score`, of each Arrow batch.

    A model in a process of its own is handed the batches as they are, one ahead: it works on the
    next while the last is being kept.
    """
    place = class_position(model, favourable)
    if not hasattr(model, "placed"):
        frames = (batch.select(list(model.features)).to_pandas() for batch in batches)
        for frame in _scored(model, frames, place):
            yield frame[DECISION].to_numpy(), frame[SCORE].to_numpy() if SCORE in frame else None
        return
    for number, (places, raw) in enumerate(model.placed(_whole(model, batches)), start=1):
        where = _batch(model, number, len(places))
        scores = None if raw is None else _believed(model, raw, place, len(places), where)
        yield places == place, scores


def _whole(model: Model, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        require_features(model, batch.schema.names)
        yield batch


def _batch(model: Model, number: int, rows: int) -> str:
    return f"{model.name}, batch {number} ({rows} rows)"


def decided_favourably(
    model: Model, frame: pd.DataFrame, place: int, where: str
) -> NDArray[Any]:  # fmt: skip
    """Whether the model's label is the class at `place`, shape (rows,).

    Args:
        model: the model.
        frame: at least one row, with the model's features.
        place: of the favourable class among `model.classes`.
        where: named in messages.

    Raises:
        ModelFailed: see `score`.
    """
    import numpy as np
    import pandas as pd

    labels = np.asarray(_asked(model, "predict", frame, where))
    if labels.shape != (len(frame),):
        raise ModelFailed(f"{where}: {_shape(labels)} came back as labels, one a row was due.")
    places = pd.Index(list(model.classes), dtype=object).get_indexer(
        pd.Index(labels.astype(object), dtype=object)
    )
    if (places < 0).any():
        strange = labels[places < 0][:1].tolist()[0]
        listed = ", ".join(repr(label) for label in model.classes)
        raise ModelFailed(f"{where}: label {strange!r} came back; its classes are {listed}.")
    return np.asarray(places == place)


def favourable_scores(
    model: Model, frame: pd.DataFrame, place: int, where: str
) -> NDArray[Any]:  # fmt: skip
    """Probability of the class at `place`, shape (rows,); arguments as `decided_favourably`.

    Raises:
        ModelFailed: see `score`.
    """
    import numpy as np

    raw = np.asarray(_asked(model, "predict_proba", frame, where))
    return _believed(model, raw, place, len(frame), where)


def _believed(model: Model, raw: NDArray[Any], place: int, rows: int, where: str) -> NDArray[Any]:
    """The probabilities of one class, where all of them are what probabilities can be."""
    import numpy as np

    due = (rows, len(model.classes))
    if raw.shape != due:
        raise ModelFailed(
            f"{where}: {_shape(raw)} came back as probabilities, {due[0]} x {due[1]} were due."
        )
    try:
        shares = raw.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ModelFailed(f"{where}: the probabilities are not numbers ({error}).") from error
    if not np.isfinite(shares).all():
        rows = int((~np.isfinite(shares)).any(axis=1).sum())
        raise ModelFailed(f"{where}: {rows} rows came back with a probability that is no number.")
    if (shares < -BEYOND).any() or (shares > 1 + BEYOND).any():
        worst = shares.ravel()[np.abs(shares - 0.5).argmax()]
        raise ModelFailed(f"{where}: {worst:g} came back as a probability.")
    off = np.abs(shares.sum(axis=1) - 1)
    if (off > SUM_BEYOND).any():
        total = shares.sum(axis=1)[off.argmax()]
        raise ModelFailed(f"{where}: the probabilities of one row sum to {total:g}, not 1.")
    return np.clip(shares[:, place], 0.0, 1.0)


def _asked(model: Model, what: str, frame: pd.DataFrame, where: str) -> Any:
    try:
        return getattr(model, what)(frame)
    except (ModelFailed, ModelError):
        raise
    except (Exception, SystemExit) as error:  # foreign code may raise anything, and is to be told
        said = str(error).strip().splitlines()
        raise ModelFailed(
            f"{where}: the model failed in {what} with {type(error).__name__}"
            f"{': ' + said[0][:300].rstrip('.') if said else ''}."
        ) from error


def _shape(array: NDArray[Any]) -> str:
    return " x ".join(str(side) for side in array.shape) if array.ndim else "one value"
