"""The child's side: opens a model and answers for it until the parent hangs up.

Runs behind the lock. Imports `errors`, `sources.models`, this folder, numpy; what a format needs is
imported when it is opened.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.errors import Fault, ModelError, ModelFailed
from isg_audit.sources.child import plain_labels, taken_over, wire
from isg_audit.sources.child.wire import Answer

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

OPENERS = {
    "content": ("isg_audit.sources.models.open_model", "open_content"),
    "pickle": ("isg_audit.sources.models.pickle_file", "open_pickle"),
}
"""Who opens: by content, or one that must be asked for by name."""


def serve(requests: int, answers: int, layers: list[list[Any]], needed: list[str]) -> None:
    """Say what holds, then answer until the pipe ends.

    Args:
        requests: the pipe that is read.
        answers: the pipe that is written.
        layers: name, whether it holds, why not, of each layer of the lock.
        needed: the layers without which nothing is opened.
    """
    lacking = [name for name, holds, _ in layers if name in needed and not holds]
    wire.write_all(answers, wire.packed(Answer(wire.DONE, {"layers": layers})))
    served = _Served()
    while (head := wire.read_exactly(requests, wire.REQUEST.size)) is not None:
        asked, length = wire.REQUEST.unpack(bytes(head))
        body = wire.read_exactly(requests, length)
        if body is None or lacking:
            return
        wire.write_all(answers, wire.packed(_answer(served, asked, body)))


def _answer(served: _Served, asked: bytes, body: bytearray) -> Answer:
    try:
        return served.does(asked)(body)
    except ModelError as error:
        faults = [[fault.where, fault.what, fault.advice] for fault in error.faults]
        return Answer(wire.WRONG_INPUT, {"faults": faults})
    except ModelFailed as error:
        return Answer(wire.FAILED, {"message": str(error)})
    except (Exception, SystemExit) as error:  # noqa: BLE001 - foreign code; the parent raises it
        lines = str(error).strip().splitlines() or [""]
        return Answer(wire.RAISED, {"type": type(error).__name__, "message": lines[0][:300]})


class _Served:
    """The model that was opened, and what may be asked of it."""

    def __init__(self) -> None:
        self.model: Any = None

    def does(self, asked: bytes) -> Callable[[bytearray], Answer]:
        return {
            wire.OPEN: self.opened,
            wire.PLACED: self.placed,
            wire.PREDICTED: self.predicted,
            wire.SHARES: self.shares,
            wire.INSIDE: self.inside,
            wire.PREPARED: lambda body: self._numbers(self.model.prepared, body),
            wire.MARGINS: lambda body: self._numbers(self.model.margins, body),
            wire.CONTRIBUTIONS: lambda body: self._numbers(self.model.contributions, body),
        }[asked]

    def opened(self, body: bytearray) -> Answer:
        """What the model says about itself."""
        length = int.from_bytes(body[:4], "little")
        asked = json.loads(body[4 : 4 + length])
        module, function = OPENERS[asked["opener"]]
        content = bytes(memoryview(body)[4 + length :])
        body.clear()
        opens = getattr(import_module(module), function)
        more = {"due": asked["due"]} if asked["due"] else {}
        self.model = model = opens(content, asked["name"], asked["features"], **more)
        try:
            classes = [plain_labels.written(label) for label in model.classes]
        except plain_labels.NoPlainLabel as error:
            raise ModelError(Fault(asked["name"], f"a class cannot be told: {error}.")) from error
        return Answer(
            wire.DONE,
            {
                "kind": model.kind,
                "features": list(model.features),
                "classes": classes,
                "gives_scores": bool(model.gives_scores),
                "readable": hasattr(model, "inside"),
                "wanted": [_wanted(one) for one in getattr(model, "wanted", ())],
            },
        )

    def placed(self, body: bytearray) -> Answer:
        """Labels and probabilities, in one run where the format can give both."""
        batch = _batch(body)
        if hasattr(self.model, "answers"):
            labels, shares = self.model.answers(batch)
        else:
            frame = batch.to_pandas()
            labels = self.model.predict(frame)
            shares = self.model.predict_proba(frame) if self.model.gives_scores else None
        places, strange = _places(np.asarray(labels), self.model.classes)
        blocks = (places,) if shares is None else (places, _floats(shares))
        return Answer(wire.DONE, {"strange": strange}, blocks)

    def predicted(self, body: bytearray) -> Answer:
        """Labels, as places among the classes."""
        labels = self.model.predict(_batch(body).to_pandas())
        places, strange = _places(np.asarray(labels), self.model.classes)
        return Answer(wire.DONE, {"strange": strange}, (places,))

    def shares(self, body: bytearray) -> Answer:
        """Probabilities."""
        return self._numbers(self.model.predict_proba, body)

    def inside(self, body: bytearray) -> Answer:
        """What it is made of."""
        inside = self.model.inside()
        if inside is None:
            return Answer(wire.DONE, {"made_of": None})
        return Answer(wire.DONE, *taken_over.written(inside))

    def _numbers(self, asked: Callable[[pd.DataFrame], Any], body: bytearray) -> Answer:
        return Answer(wire.DONE, {}, (_floats(asked(_batch(body).to_pandas())),))


def _batch(body: bytearray) -> pa.RecordBatch:
    import pyarrow as pa

    with pa.ipc.open_stream(pa.py_buffer(body)) as stream:
        return stream.read_next_batch()


def _floats(numbers: Any) -> NDArray[Any]:
    """Numbers as float64.

    Raises:
        ModelFailed: they are none.
    """
    try:
        return np.asarray(numbers).astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ModelFailed(f"what came back are not numbers ({error}).") from error


def _places(labels: NDArray[Any], classes: tuple[object, ...]) -> tuple[NDArray[Any], str]:
    """Where each label stands among the classes, -1 for none of them, and one of those."""
    import pandas as pd

    if labels.ndim != 1:
        return np.zeros(labels.shape), ""
    if labels.dtype.kind in "iub" and all(isinstance(one, int) for one in classes):
        places = np.full(len(labels), -1.0)
        for place, label in enumerate(classes):
            places[labels == label] = place
    else:
        known = pd.Index(list(classes), dtype=object)
        places = known.get_indexer(pd.Index(labels.astype(object), dtype=object)).astype(float)
    outside = labels[places < 0][:1].tolist()
    return places, f"{outside[0]!r:.100}" if outside else ""


def _wanted(one: Any) -> list[Any]:
    """What a feature is wanted to be; categories only where all are plain."""
    try:
        categories = [plain_labels.written(value) for value in one.categories]
    except plain_labels.NoPlainLabel:
        categories = []
    return [one.feature, one.kind, categories]
