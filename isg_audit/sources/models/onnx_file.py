"""Classifiers in ONNX files: opened from bytes, on the processor, without foreign libraries.

Two layouts of inputs are read: one input a column (as skl2onnx writes for frames), or one tensor
of all columns. Imports only `errors` and this room; onnxruntime, numpy inside the functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from isg_audit.errors import Fault, ModelError, ModelFailed
from isg_audit.sources.models.contract import Wanted
from isg_audit.sources.models.model import agreed_features
from isg_audit.sources.models.model_fingerprint import fingerprint_of_bytes
from isg_audit.sources.models.onnx_labels import class_labels

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

KIND = "ONNX"

_TYPES = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(int64)": "int64",
    "tensor(int32)": "int32",
    "tensor(bool)": "bool",
    "tensor(string)": "object",
}


@dataclass(frozen=True, eq=False)
class OnnxModel:
    """A classifier in an ONNX file; see `Model` for the attributes.

    Attributes:
        name: the file's name.
        features: the source columns, in order.
        classes: labels, in the order of the probabilities.
        fingerprint: hash of the file.
        session: onnxruntime's; nobody else looks at it.
        inputs: name and element type of each input; one for each feature, or one for all.
        label_output: name of the output that holds labels.
        score_outputs: names of the outputs that hold probabilities: one, or one for each class.
        content: the file's bytes, from which another computer opens it again.
        kind: always `ONNX`.
    """

    name: str
    features: tuple[str, ...]
    classes: tuple[object, ...]
    fingerprint: str
    session: Any = field(repr=False)
    inputs: tuple[tuple[str, str], ...]
    label_output: str
    score_outputs: tuple[str, ...]
    content: bytes = field(repr=False)
    kind: str = KIND

    @property
    def gives_scores(self) -> bool:
        """Whether the file holds probabilities beside labels."""
        return bool(self.score_outputs)

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """The types of its inputs."""
        last = len(self.inputs) - 1
        kinds = (self.inputs[min(at, last)][1] for at in range(len(self.features)))
        return tuple(
            Wanted(feature, "text" if kind == "tensor(string)" else "number")
            for feature, kind in zip(self.features, kinds, strict=True)
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """A runtime's session cannot travel; the file can."""
        return open_onnx, (self.content, self.name, self.features)

    def predict(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Labels, shape (rows,)."""
        import numpy as np

        (labels,) = self.session.run([self.label_output], self._fed(frame))
        return np.asarray(labels).reshape(len(frame))

    def predict_proba(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Probabilities, shape (rows, classes), in the precision of the file (mostly float32)."""
        return self._shares(self.session.run(list(self.score_outputs), self._fed(frame)))

    def _shares(self, outputs: list[Any]) -> NDArray[Any]:
        import numpy as np

        if len(outputs) > 1:
            return np.column_stack([np.ravel(one) for one in outputs])
        if isinstance(outputs[0], list):  # ZipMap: a dictionary for each row
            return np.array([[row[label] for label in self.classes] for row in outputs[0]])
        return np.asarray(outputs[0])

    def answers(self, batch: pa.RecordBatch) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """Labels and probabilities of an Arrow batch, in one run."""
        wanted = [self.label_output, *self.score_outputs]
        labels, *outputs = self.session.run(wanted, self._fed_batch(batch))
        found = labels.reshape(len(batch))
        return found, self._shares(outputs) if outputs else None

    def _fed(self, frame: pd.DataFrame) -> dict[str, NDArray[Any]]:
        import numpy as np

        columns = [
            self._column(frame[feature], feature, self.inputs[min(at, len(self.inputs) - 1)][1])
            for at, feature in enumerate(self.features)
        ]
        if len(self.inputs) == len(columns):
            names = (name for name, _ in self.inputs)
            return {name: one.reshape(-1, 1) for name, one in zip(names, columns, strict=True)}
        return {self.inputs[0][0]: np.column_stack(columns)}

    def _fed_batch(self, batch: pa.RecordBatch) -> dict[str, NDArray[Any]]:
        """Without a frame between, where all columns are numbers of one floating tensor."""
        import numpy as np
        import pyarrow as pa

        (input_name, kind), several = self.inputs[0], len(self.inputs) > 1
        columns = [batch.column(feature) for feature in self.features]
        plain = all(
            (pa.types.is_floating(one.type) or pa.types.is_integer(one.type))
            and not (one.null_count and pa.types.is_integer(one.type))
            for one in columns
        )
        if several or not plain or not _TYPES[kind].startswith("float"):
            return self._fed(batch.to_pandas())
        filled = np.empty((len(batch), len(columns)), dtype=_TYPES[kind])
        for place, column in enumerate(columns):
            filled[:, place] = column.to_numpy(zero_copy_only=False)
        return {input_name: filled}

    def _column(self, values: pd.Series[Any], feature: str, kind: str) -> NDArray[Any]:
        import numpy as np

        dtype = _TYPES[kind]
        missing = int(values.isna().sum())
        if missing and not dtype.startswith("float"):
            raise ModelFailed(
                f"{self.name}: column '{feature}' has {missing} missing values; its ONNX input "
                f"({kind}) cannot hold any."
            )
        if dtype == "object":
            return values.astype(str).to_numpy(dtype=object)
        if values.dtype.kind in "iub":  # not by way of float64, which rounds beyond 2^53
            return values.to_numpy().astype(dtype)
        try:
            as_numbers = values.to_numpy(dtype="float64", na_value=np.nan)
        except (TypeError, ValueError) as error:
            raise ModelFailed(
                f"{self.name}: column '{feature}' must hold numbers for its ONNX input ({kind}): "
                f"{error}."
            ) from error
        if not dtype.startswith("float") and (as_numbers != np.floor(as_numbers)).any():
            raise ModelFailed(
                f"{self.name}: column '{feature}' has fractions; its input takes whole numbers."
            )
        return as_numbers.astype(dtype)


def open_onnx(content: bytes, name: str, features: Sequence[str]) -> OnnxModel:
    """The classifier in an ONNX file.

    Args:
        content: the file's bytes; what it refers to outside itself is not opened.
        name: the file's name.
        features: source columns in order; may be empty where each column has an input of its own.

    Raises:
        ModelError: onnxruntime is not installed; a damaged file; inputs or outputs that are not
            those of a classifier of columns; features that do not fit.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise ModelError(
            Fault(name, "onnxruntime is not installed.", 'Try: pip install "isg-audit[onnx]".')
        ) from error
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # what is wrong is raised; the rest is talk on stderr
    try:
        labels = class_labels(content)
        session = onnxruntime.InferenceSession(
            content, sess_options=options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # the runtime raises classes of its own for every fault
        said = str(error).splitlines()[0][:200] if str(error) else ""
        raise ModelError(Fault(name, f"onnxruntime cannot read it ({said}).")) from error
    label_output, score_outputs = _outputs(session, name)
    inputs = tuple((one.name, one.type) for one in session.get_inputs())
    return OnnxModel(
        name=name,
        features=_features(session, tuple(features), name),
        classes=labels or _counted_classes(session, label_output, score_outputs, name),
        fingerprint=fingerprint_of_bytes(content),
        session=session,
        inputs=inputs,
        label_output=label_output,
        score_outputs=score_outputs,
        content=content,
    )


def _features(session: Any, given: tuple[str, ...], name: str) -> tuple[str, ...]:
    inputs = session.get_inputs()
    unread = [
        Fault(name, f"input '{one.name}' is of type {one.type}.", "Numbers and text are read.")
        for one in inputs
        if one.type not in _TYPES
    ]
    if unread:
        raise ModelError(unread)
    if len(inputs) == 1 and (given or _width(inputs[0]) != 1):
        return _named_by_hand(inputs[0], given, name)
    wide = [one.name for one in inputs if _width(one) != 1]
    if wide:
        raise ModelError(
            Fault(
                name,
                f"takes several inputs, and {', '.join(wide)} not one column each.",
                "Export it with one input a column, or with one tensor.",
            )
        )
    own = tuple(one.name for one in inputs)
    return agreed_features(own, given, name)


def _named_by_hand(only: Any, given: tuple[str, ...], name: str) -> tuple[str, ...]:
    width = _width(only)
    if not given:
        raise ModelError(
            Fault(
                name,
                f"its input '{only.name}' takes {width or 'several'} columns without naming them.",
                "Name them in order with model.features.",
            )
        )
    if width is not None and width != len(given):
        raise ModelError(
            Fault(name, f"the model reads {width} columns, model.features has {len(given)}.")
        )
    return given


def _width(one: Any) -> int | None:
    """Columns of an input; None where the file leaves it open."""
    if len(one.shape) != 2:
        return 1 if len(one.shape) == 1 else None
    return one.shape[1] if isinstance(one.shape[1], int) else None


def _outputs(session: Any, name: str) -> tuple[str, tuple[str, ...]]:
    labels = [
        o.name for o in session.get_outputs() if o.type in {"tensor(int64)", "tensor(string)"}
    ]
    scores = tuple(
        o.name
        for o in session.get_outputs()
        if o.type in {"tensor(float)", "tensor(double)"} or o.type.startswith("seq(map(")
    )
    if len(labels) != 1:
        listed = ", ".join(f"{one.name} ({one.type})" for one in session.get_outputs())
        raise ModelError(
            Fault(
                name,
                f"has {len(labels)} outputs that hold labels; a classifier has one.",
                f"Its outputs: {listed}.",
            )
        )
    return labels[0], scores


def _counted_classes(
    session: Any, label_output: str, score_outputs: tuple[str, ...], name: str
) -> tuple[object, ...]:
    """0, 1, ... for a model that names no labels; `scoring` checks that it gives no others."""
    outputs = {one.name: one for one in session.get_outputs()}
    shapes = [outputs[one].shape for one in score_outputs]
    counted = outputs[label_output].type == "tensor(int64)" and len(shapes) == 1
    if not counted or len(shapes[0]) != 2 or not isinstance(shapes[0][1], int):
        raise ModelError(
            Fault(name, "does not say which classes it decides between.", "Export it with labels.")
        )
    return tuple(range(shapes[0][1]))
