"""Classifiers in CatBoost's binary files (cbm).

Imports only `errors` and this room; catboost, numpy, pandas inside the functions.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from isg_audit.errors import Fault, ModelError, ModelFailed
from isg_audit.sources.models.coded_columns import numbers
from isg_audit.sources.models.model import agreed_features, numbered_features
from isg_audit.sources.models.model_fingerprint import fingerprint_of_bytes

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from isg_audit.sources.models.inside import Inside

KIND = "CatBoost (cbm)"

_OBJECTIVES = ("Logloss", "MultiClass")


@dataclass(frozen=True, eq=False)
class CatboostModel:
    """A classifier in a file of CatBoost; see `Model` for the attributes.

    Attributes:
        name: the file's name.
        features: the source columns, in order.
        classes: labels, in the order of the probabilities.
        fingerprint: hash of the file.
        fitted: catboost's; nobody else looks at it.
        by_category: the features that are categories; CatBoost compares them as text.
        content: the file's bytes, from which another computer opens it again.
        kind: always `CatBoost (cbm)`.
        gives_scores: always.
    """

    name: str
    features: tuple[str, ...]
    classes: tuple[object, ...]
    fingerprint: str
    fitted: Any = field(repr=False)
    by_category: tuple[str, ...]
    content: bytes = field(repr=False)
    kind: str = KIND
    gives_scores: bool = True

    def __reduce__(self) -> tuple[Any, ...]:
        """A model travels as its file."""
        return open_catboost, (self.content, self.name, self.features)

    def predict(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Labels, shape (rows,), at the threshold that the file holds."""
        import numpy as np

        return np.asarray(self.fitted.predict(self._pool(frame))).reshape(len(frame))

    def predict_proba(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Probabilities, shape (rows, classes)."""
        import numpy as np

        return np.asarray(self.fitted.predict_proba(self._pool(frame)))

    def inside(self) -> Inside | None:
        """Not taken apart: categories are counted in tables of their own. Its library explains."""
        from isg_audit.sources.models.inside import Inside, Native

        return Inside(Native("path"), "log-odds", direct=True)

    def prepared(self, frame: pd.DataFrame) -> NDArray[Any]:
        """There are no columns of numbers that its sums are made of.

        Raises:
            ModelFailed: always.
        """
        raise ModelFailed(f"{self.name}: CatBoost models are not taken apart into columns.")

    def margins(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Log-odds, shape (rows, outputs)."""
        import numpy as np

        found = self.fitted.predict(self._pool(frame), prediction_type="RawFormulaVal")
        return np.asarray(found, dtype=np.float64).reshape(len(frame), -1)

    def contributions(self, frame: pd.DataFrame) -> NDArray[Any]:
        """CatBoost's own SHAP values, shape (rows, outputs, features + 1), base value last."""
        import numpy as np

        found = self.fitted.get_feature_importance(self._pool(frame), type="ShapValues")
        return np.asarray(found).reshape(len(frame), -1, len(self.features) + 1)

    def _pool(self, frame: pd.DataFrame) -> Any:
        import catboost
        import pandas as pd

        columns = {
            own: _as_text(frame[feature], self.name)
            if feature in self.by_category
            else numbers(frame[feature], self.name)
            for own, feature in zip(self.fitted.feature_names_, self.features, strict=True)
        }
        places = [self.features.index(one) for one in self.by_category]
        return catboost.Pool(pd.DataFrame(columns), cat_features=places)


def is_catboost(content: bytes) -> bool:
    """Whether `content` begins as CatBoost's binary files do."""
    return content.startswith(b"CBM1")


def open_catboost(content: bytes, name: str, features: Sequence[str]) -> CatboostModel:
    """The classifier in a binary file of CatBoost.

    Args:
        content: the file's bytes.
        name: the file's name.
        features: source columns in order; may be empty where the file names them.

    Raises:
        ModelError: catboost is not installed; a damaged file; no classifier; columns of running
            text or embeddings; features that do not fit.
    """
    try:
        import catboost
    except ImportError as error:
        raise ModelError(
            Fault(name, "catboost is not installed.", 'Try: pip install "isg-audit[catboost]".')
        ) from error
    fitted = catboost.CatBoostClassifier()
    try:
        fitted.load_model(blob=content)
        said = json.loads(dict(fitted.get_metadata())["params"])["loss_function"]["type"]
        own = tuple(str(one) for one in fitted.feature_names_)
        strange = [*fitted.get_text_feature_indices(), *fitted.get_embedding_feature_indices()]
        places = fitted.get_cat_feature_indices()
    except (catboost.CatBoostError, ValueError, KeyError, TypeError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise ModelError(Fault(name, f"catboost cannot read it ({first}).")) from error
    if said not in _OBJECTIVES:
        raise ModelError(
            Fault(
                name,
                f"was trained for {said!r}, which gives no probabilities of classes.",
                f"Read are: {', '.join(_OBJECTIVES)}.",
            )
        )
    if strange:
        listed = ", ".join(own[place] for place in strange)
        raise ModelError(Fault(name, f"reads running text or embeddings ({listed})."))
    asked, counted = tuple(features), own == tuple(str(place) for place in range(len(own)))
    by_hand = counted and set(asked) != set(own)
    found = (
        numbered_features(len(own), asked, name) if by_hand else agreed_features(own, asked, name)
    )
    return CatboostModel(
        name=name,
        features=found,
        classes=tuple(one.item() if hasattr(one, "item") else one for one in fitted.classes_),
        fingerprint=fingerprint_of_bytes(content),
        fitted=fitted,
        by_category=tuple(found[place] for place in places),
        content=content,
    )


def _as_text(column: pd.Series[Any], name: str) -> Any:
    """Categories as CatBoost compares them: whole numbers without a point, no missing value."""
    import numpy as np

    missing = int(column.isna().sum())
    if missing:
        raise ModelFailed(
            f"{name}: column '{column.name}' has {missing} missing values; CatBoost takes none in "
            "a column of categories. Write in the log what the system handed to the model there."
        )
    plain = column.astype(object).to_numpy()
    if column.dtype.kind == "f":
        if (plain != np.floor(plain.astype(np.float64))).any():
            raise ModelFailed(
                f"{name}: column '{column.name}' has fractions; the model takes categories."
            )
        plain = plain.astype(np.int64)
    return np.array([str(one) for one in plain], dtype=object)
