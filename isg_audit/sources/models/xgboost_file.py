"""Classifiers in XGBoost's own files, JSON or UBJ.

Imports only `errors` and this room; xgboost, numpy inside the functions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from isg_audit.errors import Fault, ModelError
from isg_audit.sources.models.coded_columns import coded, wanted_of
from isg_audit.sources.models.contract import Wanted
from isg_audit.sources.models.model import agreed_features, numbered_features
from isg_audit.sources.models.model_fingerprint import fingerprint_of_bytes
from isg_audit.sources.models.xgboost_trees import inside_of_booster, unnamed_code

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    from isg_audit.sources.models.inside import Inside

_OBJECTIVES = ("binary:logistic", "multi:softprob", "multi:softmax")


@dataclass(frozen=True, eq=False)
class XgboostModel:
    """A booster that decides between classes; see `Model` for the attributes.

    Attributes:
        name: the file's name.
        kind: the format in plain words.
        features: the source columns, in order.
        classes: 0, 1, ...: XGBoost knows no other labels.
        fingerprint: hash of the file.
        booster: xgboost's; nobody else looks at it.
        categories: of each feature that has them by name, in the order of their codes.
        coded_features: the features that are categories, by name or by code.
        unnamed: a code that no split names, nor any above it.
        rounds: how many rounds of boosting count; 0 for all.
        content: the file's bytes, from which another computer opens it again.
        gives_scores: always.
    """

    name: str
    kind: str
    features: tuple[str, ...]
    classes: tuple[object, ...]
    fingerprint: str
    booster: Any = field(repr=False)
    categories: Mapping[str, tuple[object, ...]] = field(repr=False)
    coded_features: tuple[str, ...]
    unnamed: int
    rounds: int
    content: bytes = field(repr=False)
    gives_scores: bool = True

    def __reduce__(self) -> tuple[Any, ...]:
        """A booster travels as its file."""
        return open_xgboost, (self.content, self.name, self.features)

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """What it wants of each feature."""
        return wanted_of(self.features, self.categories)

    def predict(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Labels, shape (rows,): the likeliest class; of two the second above one half."""
        return self._labels(self.predict_proba(frame))

    def answers(self, batch: pa.RecordBatch) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """Labels and probabilities of an Arrow batch, in one run."""
        shares = self.predict_proba(batch.to_pandas())
        return self._labels(shares), shares

    def predict_proba(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Probabilities, shape (rows, classes), float32."""
        import numpy as np

        found = self._asked(self._single(frame), "value")
        if len(self.classes) == 2:
            return np.column_stack([1.0 - found, found])
        return found

    def inside(self) -> Inside | None:
        """Its trees; None for linear boosters and trees with several values a leaf."""
        return inside_of_booster(
            self.booster, len(self.features), len(self.classes), self.rounds, self.unnamed
        )

    def prepared(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Single precision and category codes, shape (rows, features), float64."""
        import numpy as np

        columns = self._single(frame).astype(np.float64)
        for feature in self.coded_features:
            codes = columns[:, self.features.index(feature)]
            codes[(codes < 0) | (codes > self.unnamed)] = self.unnamed
        return columns

    def margins(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Log-odds, shape (rows, outputs), sums in single precision."""
        import numpy as np

        found = self._asked(self._single(frame), "margin")
        return found.astype(np.float64).reshape(len(frame), -1)

    def _labels(self, shares: NDArray[Any]) -> NDArray[Any]:
        import numpy as np

        if len(self.classes) == 2:
            return np.asarray(shares[:, 1] > 0.5, dtype=np.int64)
        return np.asarray(shares.argmax(axis=1))

    def _single(self, frame: pd.DataFrame) -> NDArray[Any]:
        import numpy as np

        # xgboost 3.2 takes an unknown name for the next known one in the alphabet, or refuses it
        columns = coded(frame, self.features, self.categories, self.name, unseen=None)
        with np.errstate(over="ignore"):  # beyond single precision: xgboost refuses infinity
            return columns.astype(np.float32)

    def _asked(self, columns: NDArray[Any], what: str) -> NDArray[Any]:
        import numpy as np

        return np.asarray(
            self.booster.inplace_predict(
                columns,
                iteration_range=(0, self.rounds),
                predict_type=what,
                validate_features=False,
            )
        )


def is_xgboost_json(content: bytes) -> bool:
    """Whether `content` is a JSON object with a learner."""
    start = content[:4096].lstrip()
    return start.startswith(b"{") and b'"learner"' in start


def is_xgboost_ubj(content: bytes) -> bool:
    """Whether `content` is a UBJSON object with a learner."""
    return content.startswith(b"{L\x00") and b"learner" in content[:4096]


def open_xgboost(content: bytes, name: str, features: Sequence[str]) -> XgboostModel:
    """The classifier in a file of XGBoost, JSON or UBJ.

    Args:
        content: the file's bytes.
        name: the file's name.
        features: source columns in order; may be empty where the file names them.

    Raises:
        ModelError: xgboost is not installed; a damaged file; no classifier; features that do not
            fit.

    Source:
        https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html
    """
    try:
        import xgboost
    except ImportError as error:
        raise ModelError(
            Fault(name, "xgboost is not installed.", 'Try: pip install "isg-audit[xgboost]".')
        ) from error
    try:
        booster = xgboost.Booster(model_file=bytearray(content))
        said = json.loads(bytes(booster.save_raw("json")))["learner"]
        own = tuple(booster.feature_names or ())
        types = tuple(booster.feature_types or ())
        objective = str(said["objective"]["name"])
        width, classes = booster.num_features(), int(said["learner_model_param"]["num_class"])
        unnamed = unnamed_code(said)
        targets = int(said["learner_model_param"].get("num_target", 1))
    except (xgboost.core.XGBoostError, ValueError, KeyError, TypeError) as error:
        first = str(error).strip().splitlines()[-1][:200] if str(error).strip() else ""
        raise ModelError(Fault(name, f"xgboost cannot read it ({first}).")) from error
    if objective not in _OBJECTIVES or targets != 1:
        raise ModelError(_no_classifier(name, objective, targets))
    if objective == "multi:softmax":  # the same sums; it would give labels alone
        booster.set_param({"objective": "multi:softprob"})
    asked = tuple(features)
    found = agreed_features(own, asked, name) if own else numbered_features(width, asked, name)
    rounds = _rounds(said.get("attributes", {}))
    by_type = tuple(one for one, type_ in zip(found, types, strict=False) if type_ == "c")
    return XgboostModel(
        name=name,
        kind=f"XGBoost ({'UBJ' if is_xgboost_ubj(content) else 'JSON'})",
        features=found,
        classes=tuple(range(max(classes, 2))),
        fingerprint=fingerprint_of_bytes(content),
        booster=booster,
        categories=_categories(booster, found, name),
        coded_features=by_type,
        unnamed=unnamed,
        rounds=rounds,
        content=content,
    )


def _no_classifier(name: str, objective: str, targets: int) -> Fault:
    if targets != 1:
        return Fault(name, f"decides {targets} things at once.", "Pass one of them.")
    return Fault(
        name,
        f"was trained for {objective!r}, which gives no probabilities of classes.",
        f"Read are: {', '.join(_OBJECTIVES)}.",
    )


def _rounds(attributes: Mapping[str, str]) -> int:
    """Rounds that count: XGBClassifier stops at its best one, a plain booster uses all (0)."""
    if "scikit_learn" in attributes and "best_iteration" in attributes:
        return int(attributes["best_iteration"]) + 1
    return 0


def _categories(
    booster: Any, features: tuple[str, ...], name: str
) -> dict[str, tuple[object, ...]]:  # fmt: skip
    """The names of categories, where the file holds them (since XGBoost 3.1)."""
    held = booster.get_categories(export_to_arrow=True)
    try:
        pairs = held.to_arrow()
    except ValueError:  # xgboost's way of saying that there are none
        return {}
    return {
        feature: tuple(known.to_pylist())
        for feature, (_, known) in zip(features, pairs, strict=True)
        if known is not None
    }
