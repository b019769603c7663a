"""Classifiers in PMML, the part of it whose meaning we are sure of.

Read are logistic regressions and decision trees, alone or averaged or voting. What else a PMML
file may say (derived fields, chains of models, treatments of odd values) is refused by name: a
reader that skips what it does not know gives wrong answers without a word. Imports `errors` and
this room; numpy inside the functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree  # noqa: S405 - declarations of types are refused below

from isg_audit.errors import Fault, ModelError, ModelFailed
from isg_audit.sources.models.coded_columns import numbers
from isg_audit.sources.models.contract import Wanted
from isg_audit.sources.models.inside import Inside
from isg_audit.sources.models.model import agreed_features
from isg_audit.sources.models.model_fingerprint import fingerprint_of_bytes
from isg_audit.sources.models.pmml_models import Columns, Decider, read_decider
from isg_audit.sources.models.pmml_regression import Regression
from isg_audit.sources.models.pmml_schema import Field, NotRead, read_schema, tag

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

KIND = "PMML"


@dataclass(frozen=True, eq=False)
class PmmlModel:
    """A classifier in a PMML file; see `Model` for the attributes.

    Attributes:
        name: the file's name.
        features: the source columns, as the data dictionary orders them.
        classes: labels, in the order of the data dictionary.
        fingerprint: hash of the file.
        fields: of each feature, its type and categories.
        decider: the regression or trees.
        content: the file's bytes, from which another computer opens it again.
        kind: always `PMML`.
        gives_scores: always.
    """

    name: str
    features: tuple[str, ...]
    classes: tuple[object, ...]
    fingerprint: str
    fields: tuple[Field, ...] = field(repr=False)
    decider: Decider = field(repr=False)
    content: bytes = field(repr=False)
    kind: str = KIND
    gives_scores: bool = True

    def __reduce__(self) -> tuple[Any, ...]:
        """A model travels as its file."""
        return open_pmml, (self.content, self.name, self.features)

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """What it wants of each feature."""
        return tuple(
            Wanted(one.name, "number" if one.numeric else "text", one.categories)
            for one in self.fields
        )

    def predict(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Labels, shape (rows,): the likeliest class, the first of equals."""
        return self._labels(self.predict_proba(frame))

    def answers(self, batch: pa.RecordBatch) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """Labels and probabilities of an Arrow batch, in one run."""
        shares = self.predict_proba(batch.to_pandas())
        return self._labels(shares), shares

    def predict_proba(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Probabilities, shape (rows, classes)."""
        return self.decider.shares(self._columns(frame), len(frame))

    def inside(self) -> Inside | None:
        """The weights of a regression; trees are asked from outside."""
        return self.decider.inside() if isinstance(self.decider, Regression) else None

    def prepared(self, frame: pd.DataFrame) -> NDArray[Any]:
        """One column a term of the regression, shape (rows, terms), float64."""
        return self._regression().terms_of(self._columns(frame), len(frame))

    def margins(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Log-odds, shape (rows, outputs)."""
        return self._regression().margins(self._columns(frame), len(frame))

    def _labels(self, shares: NDArray[Any]) -> NDArray[Any]:
        import numpy as np

        return np.asarray(np.array(self.classes)[shares.argmax(axis=1)])

    def _regression(self) -> Regression:
        if not isinstance(self.decider, Regression):
            raise ModelFailed(f"{self.name}: trees in PMML are not taken apart.")
        return self.decider

    def _columns(self, frame: pd.DataFrame) -> Columns:
        return {one.name: _column(frame[one.name], one, self.name) for one in self.fields}


def is_pmml(content: bytes) -> bool:
    """Whether `content` is XML whose first element is `PMML`."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"<") and b"<PMML" in start


def open_pmml(content: bytes, name: str, features: Sequence[str]) -> PmmlModel:
    """The classifier in a PMML file.

    Args:
        content: the file's bytes.
        name: the file's name.
        features: source columns; may be empty, since the file names them.

    Raises:
        ModelError: it declares document types or entities; it is damaged; it says something that
            is not read here; features that do not fit.

    Source:
        https://dmg.org/pmml/v4-4-1/GeneralStructure.html
    """
    try:
        root = ElementTree.fromstring(content, parser=_parser())  # noqa: S314
        if tag(root) != "PMML":
            raise NotRead(f"its first element is {tag(root)}")
        schema = read_schema(root)
        decider = read_decider(root, schema)
    except NotRead as error:
        raise ModelError(
            Fault(
                name,
                f"{error}, which is not read.",
                "Read are RegressionModel and TreeModel, and averages and votes of trees.",
            )
        ) from error
    except (ElementTree.ParseError, ValueError, KeyError, TypeError, LookupError) as error:
        said = f"{type(error).__name__}: {error}"[:200]
        raise ModelError(Fault(name, f"is damaged ({said}).")) from error
    own = tuple(one.name for one in schema.features)
    return PmmlModel(
        name=name,
        features=agreed_features(own, tuple(features), name),
        classes=schema.classes,
        fingerprint=fingerprint_of_bytes(content),
        fields=schema.features,
        decider=decider,
        content=content,
    )


class _NoDocumentType(ElementTree.TreeBuilder):
    """Stops at the first declaration of a document type, before any entity is read."""

    def doctype(self, name: str, *_: str | None) -> None:
        """Refuse it."""
        raise NotRead(f"it declares a document type ({name[:40]})")


def _parser() -> ElementTree.XMLParser:
    return ElementTree.XMLParser(target=_NoDocumentType())  # noqa: S314


def _column(column: pd.Series[Any], about: Field, name: str) -> NDArray[Any]:
    """Numbers, or text of categories; missing values are replaced as the file says, or refused."""
    import numpy as np

    missing = column.isna().to_numpy()
    if about.numeric:
        values: NDArray[Any] = numbers(column, name)
    else:
        values = column.astype(object).map(str, na_action="ignore").to_numpy(dtype=object)
    if missing.any():
        if about.replacement is None:
            raise ModelFailed(
                f"{name}: column '{about.name}' has {int(missing.sum())} missing values; the PMML "
                "file does not say what becomes of them."
            )
        values = values.copy()
        values[missing] = about.replacement
    if about.categories and not about.takes_any:
        known = np.isin(values, np.array(about.categories, dtype=values.dtype))
        if not known.all():
            raise ModelFailed(
                f"{name}: column '{about.name}' holds {values[~known][0]!r} "
                f"({int((~known).sum())} rows), a value that the PMML file does not list."
            )
    return values
