"""`ChildModel`: a model file opened in a locked process of its own, asked from here.

Imports `errors`, `sources.models` and this folder; numpy inside the functions. Nothing that comes
back is believed: shapes are checked here, values where they are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from isg_audit.errors import Fault, ModelError, ModelFailed
from isg_audit.sources.child import wire
from isg_audit.sources.child.columns import in_bytes
from isg_audit.sources.child.conversation import Conversation, Ended
from isg_audit.sources.child.limits import Isolation, Limits
from isg_audit.sources.child.wire import Answer
from isg_audit.sources.models.contract import Wanted

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

_WORDS = {
    wire.PLACED: "predict",
    wire.PREDICTED: "predict",
    wire.SHARES: "predict_proba",
    wire.INSIDE: "inside",
    wire.PREPARED: "prepared",
    wire.MARGINS: "margins",
    wire.CONTRIBUTIONS: "contributions",
}


@dataclass(frozen=True, eq=False)
class ChildModel:
    """A model in a child process; see `Model` for the first attributes.

    Attributes:
        name: the file's name.
        kind: the format in plain words.
        features: the source columns, in order.
        classes: labels as plain Python values.
        fingerprint: hash of the file, taken here.
        gives_scores: whether it gives probabilities.
        wanted: what it wants of each feature, where it says so.
        isolation: what it was opened behind.
        content: the file's bytes, from which another computer opens it again.
        how: what `open_in_child` was told besides.
        conversation: with its process.
    """

    name: str
    kind: str
    features: tuple[str, ...]
    classes: tuple[object, ...]
    fingerprint: str
    gives_scores: bool
    wanted: tuple[Wanted, ...]
    isolation: Isolation
    content: bytes = field(repr=False)
    how: tuple[bool, str, tuple[str, ...], Limits] = field(repr=False)
    conversation: Conversation = field(repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """A process cannot travel; the file can."""
        from isg_audit.sources.child.opening import opened_again

        opened_with = (self.content, self.name, self.features, *self.how)
        return opened_again, (opened_with, self.kind, self.fingerprint)

    def close(self) -> None:
        """End its process; harmless the second time."""
        self.conversation.close()

    def predict(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Labels, shape (rows,)."""
        answer = self.asked(wire.PREDICTED, frame, blocks=1)
        return self._labels(self._places(answer, len(frame)))

    def predict_proba(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Probabilities, shape (rows, classes)."""
        return self.asked(wire.SHARES, frame, blocks=1).blocks[0]

    def answers(self, frame: pd.DataFrame) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """Labels and probabilities, in one run where the format can give both."""
        ((places, shares),) = self.placed([frame])
        return self._labels(places), shares

    def placed(
        self, rows: Iterable[pd.DataFrame | pa.RecordBatch]
    ) -> Iterator[tuple[NDArray[Any], NDArray[Any] | None]]:
        """Places of the labels among the classes, and probabilities, of one batch after another.

        The next batch is put while the child works on the last: take them in order.
        """
        waiting: list[int] = []
        for batch in rows:
            if len(batch):
                self._ask(wire.PLACED, batch)
            waiting.append(len(batch))
            if len(waiting) > 1:
                yield self._placed(waiting.pop(0))
        for length in waiting:
            yield self._placed(length)

    def _placed(self, rows: int) -> tuple[NDArray[Any], NDArray[Any] | None]:
        import numpy as np

        if not rows:
            shares = np.zeros((0, len(self.classes))) if self.gives_scores else None
            return np.zeros(0, dtype=np.int64), shares
        answer = self._heard(wire.PLACED, 2 if self.gives_scores else 1)
        return self._places(answer, rows), answer.blocks[1] if self.gives_scores else None

    def _places(self, answer: Answer, rows: int) -> NDArray[Any]:
        import numpy as np

        places = answer.blocks[0]
        if places.shape != (rows,):
            shape = " x ".join(str(side) for side in places.shape) or "one value"
            raise ModelFailed(f"{self.name}: {shape} came back as labels, one a row was due.")
        if (places < 0).any():
            listed = ", ".join(repr(label) for label in self.classes)
            strange = str(answer.said.get("strange", ""))[:100]
            raise ModelFailed(f"{self.name}: label {strange} came back; its classes are {listed}.")
        if not np.isin(places, np.arange(len(self.classes))).all():
            raise ModelFailed(f"{self.name}: a label came back that is no place among its classes.")
        return places.astype(np.int64)

    def _labels(self, places: NDArray[Any]) -> NDArray[Any]:
        import numpy as np

        if len({type(label) for label in self.classes}) == 1 and self.classes[0] is not None:
            plain: NDArray[Any] = np.asarray(self.classes)[places]
            return plain
        labels = np.empty(len(self.classes), dtype=object)
        labels[:] = self.classes
        chosen: NDArray[Any] = labels[places]
        return chosen

    def asked(self, what: bytes, frame: pd.DataFrame, blocks: int) -> Answer:
        """What the child answers to a question of `wire` about a frame."""
        self._ask(what, frame)
        return self._heard(what, blocks)

    def _ask(self, what: bytes, rows: pd.DataFrame | pa.RecordBatch) -> None:
        body = in_bytes(rows, self.features, self.name)
        try:
            self.conversation.ask(what, [body])
        except Ended as error:
            raise not_scored(self.name, error) from error

    def _heard(self, what: bytes, blocks: int) -> Answer:
        try:
            answer = self.conversation.heard()
        except Ended as error:
            raise not_scored(self.name, error) from error
        answer = taken(answer, self.name, _WORDS[what])
        if len(answer.blocks) != blocks:
            raise ModelFailed(f"{self.name}: {len(answer.blocks)} answers came back for {blocks}.")
        return answer


def taken(answer: Answer, name: str, doing: str) -> Answer:
    """The answer, or what went wrong in the child raised here."""
    said = answer.said
    if answer.kind == wire.DONE:
        return answer
    if answer.kind == wire.WRONG_INPUT:
        faults = said.get("faults")
        rows = faults if isinstance(faults, list) and faults else [[name, "was refused.", ""]]
        raise ModelError(Fault(*(str(part) for part in row[:3])) for row in rows)
    if answer.kind == wire.FAILED:
        words = str(said.get("message", ""))[:2000]
        raise ModelFailed(words if words.startswith(name) else f"{name}: {words}")
    kind, message = str(said.get("type", ""))[:100], str(said.get("message", ""))[:300]
    if kind == "MemoryError":
        raise ModelFailed(f"{name}: the model asked for more memory than it is allowed.")
    raise ModelFailed(
        f"{name}: the model failed in {doing} with {kind}"
        f"{': ' + message.rstrip('.') if message else ''}."
    )


def not_scored(name: str, error: Ended) -> ModelFailed:
    """What is said where the child ended."""
    return ModelFailed(f"{name}: the model could not be scored: {error}.")
