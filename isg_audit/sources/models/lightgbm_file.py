"""Classifiers in LightGBM's text files.

Imports only `errors` and this room; lightgbm, numpy inside the functions.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from isg_audit.errors import Fault, ModelError
from isg_audit.sources.models.coded_columns import coded, wanted_of
from isg_audit.sources.models.contract import Wanted
from isg_audit.sources.models.lightgbm_trees import (
    TextModel,
    ZeroIsMissing,
    inside_of_text,
    read_text,
    zero_is_missing,
)
from isg_audit.sources.models.model import agreed_features, numbered_features
from isg_audit.sources.models.model_fingerprint import fingerprint_of_bytes

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    from isg_audit.sources.models.inside import Inside

KIND = "LightGBM (text)"

_NAMES = "pandas_categorical:"


@dataclass(frozen=True, eq=False)
class LightgbmModel:
    """A booster that decides between classes; see `Model` for the attributes.

    Attributes:
        name: the file's name.
        features: the source columns, in order.
        classes: 0, 1, ...: the file holds no other labels.
        fingerprint: hash of the file.
        booster: lightgbm's; nobody else looks at it.
        text: the trees of the file.
        categories: of each feature that has them by name, in the order of their codes.
        content: the file's bytes, from which another computer opens it again.
        kind: always `LightGBM (text)`.
        gives_scores: always.
    """

    name: str
    features: tuple[str, ...]
    classes: tuple[object, ...]
    fingerprint: str
    booster: Any = field(repr=False)
    text: TextModel = field(repr=False)
    categories: Mapping[str, tuple[object, ...]] = field(repr=False)
    content: bytes = field(repr=False)
    kind: str = KIND
    gives_scores: bool = True

    def __reduce__(self) -> tuple[Any, ...]:
        """A booster travels as its file."""
        return open_lightgbm, (self.content, self.name, self.features)

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """What it wants of each feature."""
        return wanted_of(self.features, self.categories)

    def predict(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Labels, shape (rows,): the likeliest class, the first of equals."""
        return self._labels(self.predict_proba(frame))

    def answers(self, batch: pa.RecordBatch) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """Labels and probabilities of an Arrow batch, in one run."""
        shares = self.predict_proba(batch.to_pandas())
        return self._labels(shares), shares

    def predict_proba(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Probabilities, shape (rows, classes)."""
        import numpy as np

        found = np.asarray(self.booster.predict(self._columns(frame)))
        return found if found.ndim == 2 else np.column_stack([1.0 - found, found])

    def inside(self) -> Inside | None:
        """Its trees; None where leaves are lines or zeros count as missing here and there."""
        return inside_of_text(self.text)

    def prepared(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Numbers and category codes, shape (rows, features), float64."""
        import numpy as np

        columns = self._columns(frame)
        for place, how in enumerate(zero_is_missing(self.text)):
            if how is ZeroIsMissing.ALWAYS:
                values = columns[:, place]
                values[np.abs(values) <= np.float32(1e-35)] = np.nan
        return columns

    def margins(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Log-odds, shape (rows, outputs)."""
        import numpy as np

        sums = np.asarray(self.booster.predict(self._columns(frame), raw_score=True))
        return sums.astype(np.float64).reshape(len(frame), -1) * self.text.scale

    def _labels(self, shares: NDArray[Any]) -> NDArray[Any]:
        import numpy as np

        return np.asarray(shares.argmax(axis=1))

    def _columns(self, frame: pd.DataFrame) -> NDArray[Any]:
        return coded(frame, self.features, self.categories, self.name, unseen=math.nan)


def is_lightgbm(content: bytes) -> bool:
    """Whether `content` is the text of a LightGBM booster."""
    return content[:64].startswith((b"tree\nversion=", b"tree\r\nversion="))


def open_lightgbm(content: bytes, name: str, features: Sequence[str]) -> LightgbmModel:
    """The classifier in a text file of LightGBM.

    Args:
        content: the file's bytes.
        name: the file's name.
        features: source columns in order; may be empty where the file names them. LightGBM writes
            a space in a name as `_`; named here, it is a space again.

    Raises:
        ModelError: lightgbm is not installed; a damaged file; no classifier; categories that
            cannot be told apart; features that do not fit.
    """
    try:
        import lightgbm
    except ImportError as error:
        raise ModelError(
            Fault(name, "lightgbm is not installed.", 'Try: pip install "isg-audit[lightgbm]".')
        ) from error
    try:
        words = content.decode("utf-8")
        text = read_text(words)
        inside_of_text(text)  # follows every index; the library does so without looking
        booster = lightgbm.Booster(model_str=words)
        named = _named_categories(words)
    except (lightgbm.basic.LightGBMError, ValueError, KeyError, IndexError) as error:
        said = str(error).strip().splitlines()
        first = said[0][:200] if said else type(error).__name__
        raise ModelError(Fault(name, f"lightgbm cannot read it ({first}).")) from error
    if not text.decides:
        raise ModelError(
            Fault(
                name,
                f"was trained for {text.objective!r}, which gives no probabilities of classes.",
                "Read are: binary, multiclass.",
            )
        )
    found = _features(text.columns, tuple(features), name)
    return LightgbmModel(
        name=name,
        features=found,
        classes=tuple(range(max(text.outputs, 2))),
        fingerprint=fingerprint_of_bytes(content),
        booster=booster,
        text=text,
        categories=_categories(found, text.by_category, named, name),
        content=content,
    )


def _features(own: tuple[str, ...], given: tuple[str, ...], name: str) -> tuple[str, ...]:
    if own == tuple(f"Column_{place}" for place in range(len(own))) and set(given) != set(own):
        return numbered_features(len(own), given, name)
    spaced = {one.replace(" ", "_"): one for one in given}
    return agreed_features(tuple(spaced.get(one, one) for one in own), given, name)


def _named_categories(words: str) -> list[list[object]]:
    """The categories of each pandas column of categories, in the order of the columns."""
    at = words.rfind("\n" + _NAMES)
    if at < 0:
        return []
    found = json.loads(words[at + 1 + len(_NAMES) :].splitlines()[0])
    return [list(one) for one in found or []]


def _categories(
    features: tuple[str, ...], by_category: tuple[int, ...], named: list[list[object]], name: str
) -> dict[str, tuple[object, ...]]:  # fmt: skip
    if not named:
        return {}
    if len(named) != len(by_category):
        raise ModelError(
            Fault(
                name,
                f"names the categories of {len(named)} columns without saying which; it splits "
                f"{len(by_category)} by category.",
                "Train it on columns whose categories have no order, or export it to ONNX.",
            )
        )
    return {features[place]: tuple(known) for place, known in zip(by_category, named, strict=True)}
