"""The Open Inference Protocol (KServe V2): MLServer, KServe, Triton and others.

Source: https://github.com/kserve/open-inference-protocol (`inference_rest.md`). Imports this room.
"""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from isg_audit.errors import Fault, ModelError, ModelFailed
from isg_audit.sources.models.model import agreed_features
from isg_audit.sources.services.answers import Said
from isg_audit.sources.services.client import Client
from isg_audit.sources.services.rows import Rows

if TYPE_CHECKING:
    from isg_audit.spec.audit_file import ServicePart

PROBABILITIES = "predict_proba"
"""The output that gives probabilities, where a service names it as scikit-learn does."""

_TENSOR = "input-0"
_TYPES = {"true-false": "BOOL", "whole": "INT64", "number": "FP64", "text": "BYTES"}
_REAL = ("FP16", "FP32", "FP64")


@dataclass(frozen=True)
class OpenInference:
    """Asks `/v2/models/NAME/infer`.

    Attributes:
        part: what the audit file says of the service.
        described: what it says about itself, as it was read.
        features: the columns it names, empty where it names none.
        tensor: name and type of the one input for all features; None for one input a feature.
        types: of its inputs, by name, where it names them.
        output: the output with the scores or labels; empty: the only one there is.
        kind: in plain words.
    """

    part: ServicePart
    described: str
    features: tuple[str, ...]
    tensor: tuple[str, str] | None
    types: dict[str, str]
    output: str
    kind: str = "Service (Open Inference Protocol)"

    @classmethod
    def met(cls, client: Client, part: ServicePart, features: tuple[str, ...]) -> OpenInference:
        """Read what it says about the model.

        Raises:
            ModelError: it names other columns or outputs than the audit file.
            ModelFailed: what it says cannot be read.
        """
        where = client.place.shown
        said = client.get_json(f"/v2/models/{_quoted(part.name)}")
        if not isinstance(said, dict):
            raise ModelFailed(f"{where}: the service does not describe the model {part.name}.")
        inputs, outputs = _tensors(said, "inputs", where), _tensors(said, "outputs", where)
        columns = _one_a_column(part, inputs, features)
        own = tuple(inputs) if columns and inputs else ()
        return cls(
            part,
            repr(sorted((str(key), str(value)) for key, value in said.items())),
            agreed_features(own, features, part.name) if own else (),
            None if columns else next(iter(inputs.items()), (_TENSOR, "FP64")),
            inputs if columns else {},
            _output(part, tuple(outputs)),
        )

    def ask(self, client: Client, rows: Rows) -> Said:
        """What it says of the rows."""
        called = uuid.uuid4().hex
        names = [name for name in (self.output, self.part.label) if name]
        body: dict[str, Any] = {"id": called, "inputs": self._inputs(rows)}
        if self.tensor is None and not self.types:
            body["parameters"] = {"content_type": "pd"}
        if names:
            body["outputs"] = [{"name": name} for name in dict.fromkeys(names)]
        answer = client.post_json(f"/v2/models/{_quoted(self.part.name)}/infer", body, len(rows))
        where = client.place.shown
        if not isinstance(answer, dict) or answer.get("id", called) != called:
            raise ModelFailed(f"{where}: the service answered another question than it was asked.")
        found = _output_data(answer, self.output, len(rows), where)
        if self.part.gives == "labels":
            return Said(labels=found)
        label = self.part.label
        labels = _output_data(answer, label, len(rows), where) if label else None
        return Said(found, labels)

    def _inputs(self, rows: Rows) -> list[dict[str, Any]]:
        if self.tensor is not None:
            name, kind = self.tensor
            shape = [len(rows), len(rows.features)]
            data = [value for row in rows.values for value in row]
            return [_input(name, shape, kind, data)]
        each = zip(rows.features, rows.kinds, rows.columns(), strict=True)
        return [
            _input(name, [len(rows), 1], self.types.get(name, _TYPES[kind]), data)
            for name, kind, data in each
        ]


def _input(name: str, shape: list[int], kind: str, data: list[Any]) -> dict[str, Any]:
    if kind in _REAL:
        data = [float(one) if isinstance(one, bool | int) else one for one in data]
    return {"name": name, "shape": shape, "datatype": kind, "data": data}


def _tensors(said: dict[str, Any], key: str, where: str) -> dict[str, str]:
    """Names of inputs or outputs, and their types, in order."""
    listed = said.get(key) or []
    try:
        return {str(one["name"]): str(one["datatype"]) for one in listed}
    except (TypeError, KeyError) as error:
        raise ModelFailed(
            f"{where}: the service describes its {key} as nobody can read."
        ) from error


def _one_a_column(part: ServicePart, inputs: dict[str, str], features: tuple[str, ...]) -> bool:
    """Whether each feature is an input of its own."""
    if part.inputs is None:
        # One input that is named like the one feature, or several inputs.
        return len(inputs) > 1 or (len(features) == 1 and tuple(inputs) == features)
    if part.inputs == "tensor" and len(inputs) > 1:
        what = f'describes {len(inputs)} inputs; inputs = "tensor" sends one.'
        raise ModelError(Fault(part.name, what, 'Write inputs = "columns".'))
    if part.inputs == "columns" and len(inputs) == 1 and len(features) > 1:
        what = 'describes one input; inputs = "columns" sends one a feature.'
        raise ModelError(Fault(part.name, what, 'Write inputs = "tensor".'))
    return part.inputs == "columns"


def _output(part: ServicePart, there: tuple[str, ...]) -> str:
    """The output that is read, by name; empty where the only one is."""
    asked = part.answer or (part.label if part.gives == "labels" else "")
    wanted = [name for name in (asked, part.label) if name]
    if there and (strange := [name for name in wanted if name not in there]):
        what = f"has no output '{strange[0]}'; it has {', '.join(there[:20])}."
        raise ModelError(Fault(part.name, what, "See model.service.answer."))
    if asked or len(there) == 1:
        return asked or there[0]
    if part.gives == "labels":
        return "predict" if "predict" in there else ""
    if not there or PROBABILITIES in there:
        return PROBABILITIES
    what = f"has the outputs {', '.join(there[:20])}."
    raise ModelError(Fault(part.name, what, "Say which one with model.service.answer."))


def _output_data(answer: dict[str, Any], name: str, rows: int, where: str) -> list[Any]:
    """The values of one output: one a row, or a list a row."""
    outputs = answer.get("outputs")
    listed = [one for one in outputs if isinstance(one, dict)] if isinstance(outputs, list) else []
    found = [one for one in listed if one.get("name") == name]
    found = found or (listed if len(listed) == 1 else [])
    if not found:
        there = ", ".join(str(one.get("name"))[:40] for one in listed[:10]) or "nothing"
        raise ModelFailed(f"{where}: no output '{name}' came back; there is {there}.")
    shape, data = found[0].get("shape"), _flat(found[0].get("data"))
    if not isinstance(shape, list) or not all(type(one) is int and one >= 0 for one in shape):
        raise ModelFailed(f"{where}: an output came back without a shape.")
    if math.prod(shape) != len(data):
        raise ModelFailed(f"{where}: {len(data):,} values came back in the shape {shape}.")
    if not shape or shape[0] != rows:
        raise ModelFailed(f"{where}: the shape {shape} came back for {rows:,} rows.")
    width = len(data) // rows
    if len(shape) == 1 or width == 1:
        return data
    return [data[start : start + width] for start in range(0, len(data), width)]


def _flat(data: Any) -> list[Any]:
    """Row by row, nested or not: the protocol allows both."""
    if not isinstance(data, list):
        return []
    if not any(isinstance(one, list) for one in data):
        return data
    return [value for one in data for value in (_flat(one) if isinstance(one, list) else [one])]


def _quoted(name: str) -> str:
    from urllib.parse import quote

    return quote(name, safe="")
