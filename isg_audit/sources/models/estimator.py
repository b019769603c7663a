"""Fitted scikit-learn classifiers, in memory or read from a file by another module of this room.

Imports only `errors` and this room; numpy and scikit-learn inside the functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from isg_audit.errors import Fault, ModelError
from isg_audit.sources.models.contract import Wanted
from isg_audit.sources.models.model import agreed_features
from isg_audit.sources.models.model_fingerprint import fingerprint_of_object
from isg_audit.sources.models.wanted_estimator import wanted_by_estimator

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from isg_audit.sources.models.inside import Inside


@dataclass(frozen=True, eq=False)
class EstimatorModel:
    """A fitted classifier with scikit-learn's interface; see `Model` for the attributes.

    Attributes:
        name: the file's name, or the class.
        kind: the format in plain words.
        features: the source columns, in order.
        classes: labels as plain Python values.
        fingerprint: hash of the file, or of the fitted object.
        estimator: the fitted object.
        gives_scores: False where there is no `predict_proba` (e.g. LinearSVC).
        named: whether it was fitted on a frame; else it is handed arrays.
    """

    name: str
    kind: str
    features: tuple[str, ...]
    classes: tuple[object, ...]
    fingerprint: str
    estimator: Any = field(repr=False)
    gives_scores: bool = True
    named: bool = True

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """What its encoders say of the columns."""
        return wanted_by_estimator(self.estimator, self.features)

    def predict(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Labels, shape (rows,)."""
        import numpy as np

        return np.asarray(self.estimator.predict(self.inputs(frame)))

    def predict_proba(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Probabilities, shape (rows, classes)."""
        import numpy as np

        return np.asarray(self.estimator.predict_proba(self.inputs(frame)))

    def inputs(self, frame: pd.DataFrame) -> Any:
        """The columns the estimator reads, in its order: a frame, or an array if it wants one."""
        chosen = frame[list(self.features)]
        return chosen if self.named else chosen.to_numpy()

    def inside(self) -> Inside | None:
        """Weights or trees; None where it is made of something else. See `Readable`."""
        from isg_audit.sources.models.inside_estimator import inside_of

        return inside_of(self.estimator)

    def prepared(self, frame: pd.DataFrame) -> NDArray[Any]:
        """What the last step of a pipeline is handed, shape (rows, columns)."""
        from isg_audit.sources.models.inside_estimator import opened

        return opened(self.estimator).prepared(self.inputs(frame))

    def margins(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Outputs before they become probabilities, shape (rows, outputs)."""
        from isg_audit.sources.models.inside_estimator import margins_of

        return margins_of(self.estimator, self.inputs(frame))

    def contributions(self, frame: pd.DataFrame) -> NDArray[Any]:
        """None of scikit-learn's models gives its own.

        Raises:
            ModelError: always; see `Native`.
        """
        raise ModelError(Fault(self.name, f"{self.kind} gives no SHAP values of its own."))


def from_estimator(
    fitted: Any,
    features: Sequence[str] = (),
    *,
    name: str = "",
    kind: str = "scikit-learn (in memory)",
    fingerprint: str = "",
) -> EstimatorModel:
    """A fitted classifier or pipeline as a `Model`.

    Args:
        fitted: an object with `predict` and `classes_`.
        features: source columns in order; may be empty where the object names them itself.
        name: how it is called in messages; the class if empty.
        kind: the format in plain words.
        fingerprint: of the file it came from; else the object is hashed.

    Raises:
        ModelError: not fitted, not a classifier, or the columns do not fit.
    """
    called = name or type(fitted).__name__
    classes = getattr(fitted, "classes_", None)
    if not callable(getattr(fitted, "predict", None)):
        raise ModelError(Fault(called, "has no method `predict`.", "A fitted classifier has."))
    if classes is None:
        raise ModelError(
            Fault(
                called,
                "has no `classes_`: it is not fitted, or gives numbers and not decisions.",
                "Pass a fitted classifier.",
            )
        )
    if isinstance(classes, list):  # scikit-learn's sign of several outputs
        raise ModelError(Fault(called, "decides several things at once.", "Pass one of them."))
    return EstimatorModel(
        name=called,
        kind=kind,
        features=_features(fitted, tuple(features), called),
        classes=tuple(label.item() if hasattr(label, "item") else label for label in classes),
        fingerprint=fingerprint or fingerprint_of_object(fitted),
        estimator=fitted,
        gives_scores=hasattr(fitted, "predict_proba"),
        named=getattr(fitted, "feature_names_in_", None) is not None,
    )


def _features(fitted: Any, given: tuple[str, ...], called: str) -> tuple[str, ...]:
    own = getattr(fitted, "feature_names_in_", None)
    if own is not None:
        names = tuple(str(feature) for feature in own)
        return agreed_features(names, given, called)
    wanted = getattr(fitted, "n_features_in_", None)
    if not given:
        raise ModelError(
            Fault(
                called,
                f"the model does not name the {wanted or ''} columns it reads.".replace("  ", " "),
                "Name them in order with model.features.",
            )
        )
    if wanted is not None and wanted != len(given):
        raise ModelError(
            Fault(called, f"the model reads {wanted} columns, model.features has {len(given)}.")
        )
    return given
