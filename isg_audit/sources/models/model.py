"""`Model`: what an audit may ask of the system's model, whatever format it came in.

Frames go in and arrays come out, nothing else, so that scoring can move into a locked child
process without a caller noticing. Imports only `errors`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from isg_audit.errors import Fault, ModelError, nearest

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from isg_audit.sources.models.inside import Inside


class Model(Protocol):
    """A classifier that was opened, and what it says about itself.

    Attributes:
        name: the file's name, or the class of an object in memory.
        kind: the format in plain words, e.g. `scikit-learn (skops)`, `ONNX`.
        features: the source columns it reads, in the order it wants them.
        classes: its labels as plain Python values, in the order of its probabilities.
        fingerprint: `sha256:...` of the file, or of parameters and fitted arrays.
        gives_scores: whether `predict_proba` can be called; else it gives labels only.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - described in the class
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def features(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def classes(self) -> tuple[object, ...]: ...  # noqa: D102
    @property
    def fingerprint(self) -> str: ...  # noqa: D102
    @property
    def gives_scores(self) -> bool: ...  # noqa: D102

    def predict(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Labels, shape (rows,), of a frame that holds at least `features`."""

    def predict_proba(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Probabilities, shape (rows, classes), in the order of `classes`."""


class Readable(Protocol):
    """What a model offers besides, where it can be taken apart: formats whose insides are data.

    Ask `readable(model)`: a model without these is a black box, explained by asking it.
    """

    def inside(self) -> Inside | None:
        """What it is made of; None where this one cannot be read."""

    def prepared(self, frame: pd.DataFrame) -> NDArray[Any]:
        """The columns that its sums are made of, shape (rows, columns), float64, NaN missing."""

    def margins(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Its outputs before they become probabilities, shape (rows, outputs), float64."""

    def contributions(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Only of `Native`: shape (rows, outputs, features + 1); the last is the base value."""


def readable(model: Model) -> Readable | None:
    """The model as something that can be taken apart, None for a black box."""
    return model if hasattr(model, "inside") else None  # type: ignore[return-value]


def require_features(model: Model, columns: Sequence[str]) -> None:
    """Check that the data has every column the model reads.

    Args:
        model: the model.
        columns: the columns there are.

    Raises:
        ModelError: one fault for every column that is missing, with the nearest name.
    """
    have = set(columns)
    missing = [feature for feature in model.features if feature not in have]
    if missing:
        raise ModelError(
            Fault(
                model.name,
                f"the model reads a column '{feature}', which the data lacks.",
                nearest(feature, list(columns)),
            )
            for feature in missing
        )


def agreed_features(own: tuple[str, ...], given: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The columns that the model itself names, checked against those the audit file names.

    Args:
        own: what the model names, in its order.
        given: what the audit file names, in any order; empty if nothing.
        name: of the model, for messages.

    Raises:
        ModelError: a name that one has and the other lacks, all of them.
    """
    faults = [
        Fault(name, f"the model does not read '{feature}'.", nearest(feature, own))
        for feature in given
        if feature not in own
    ] + [
        Fault(name, f"the model reads '{feature}', which model.features leaves out.")
        for feature in own
        if given and feature not in given
    ]
    if faults:
        raise ModelError(faults)
    return own


def numbered_features(width: int, given: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The columns that the audit file names for a model that only counts them.

    Args:
        width: how many columns the model reads.
        given: what the audit file names, in the model's order; empty if nothing.
        name: of the model, for messages.

    Raises:
        ModelError: nothing given, or another number.
    """
    if not given:
        raise ModelError(
            Fault(
                name,
                f"the model does not name the {width} columns it reads.",
                "Name them in order with model.features.",
            )
        )
    if width != len(given):
        raise ModelError(
            Fault(name, f"the model reads {width} columns, model.features has {len(given)}.")
        )
    return given


def class_position(model: Model, favourable: object) -> int:
    """Where the favourable class stands among `model.classes`.

    1, 1.0, True, "1" and "true" mean the same class unless the model tells them apart by type.

    Raises:
        ModelError: no class, or more than one, is meant by `favourable`.
    """
    same_type = [
        place
        for place, label in enumerate(model.classes)
        if type(label) is type(favourable) and label == favourable
    ]
    meant = same_type or [
        place
        for place, label in enumerate(model.classes)
        if _canonical(label) == _canonical(favourable)
    ]
    if len(meant) != 1:
        listed = ", ".join(repr(label) for label in model.classes)
        what = "is none of" if not meant else "may mean more than one of"
        raise ModelError(
            Fault(
                model.name,
                f"the favourable value {favourable!r} {what} the model's classes.",
                f"They are: {listed}. Say which is favourable with model.favourable.",
            )
        )
    return meant[0]


def _canonical(label: object) -> object:
    """Numbers, booleans and text that reads like one become a float; other text is stripped."""
    if isinstance(label, (bool, int, float)):
        return float(label)
    if isinstance(label, str):
        text = label.strip()
        if text.lower() in {"true", "false"}:
            return float(text.lower() == "true")
        try:
            number = float(text)
        except ValueError:
            return text
        return number if math.isfinite(number) else text
    return label


def asked_afresh(model: Model) -> Model:
    """The model without a memory of its answers: it is asked each time."""
    afresh = getattr(model, "afresh", None)
    return model if afresh is None else afresh()
