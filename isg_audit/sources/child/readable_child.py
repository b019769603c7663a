"""A model in a child process that can be taken apart: see `Readable`.

Imports `errors` and this folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from isg_audit.errors import ModelFailed
from isg_audit.sources.child import taken_over, wire
from isg_audit.sources.child.child_model import ChildModel, not_scored, taken
from isg_audit.sources.child.conversation import Ended
from isg_audit.sources.child.wire import NotOurs

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from isg_audit.sources.models.inside import Inside


class ReadableChildModel(ChildModel):
    """A `ChildModel` whose format can be read."""

    def inside(self) -> Inside | None:
        """What it is made of; None where this one cannot be read."""
        try:
            answer = self.conversation.asked(wire.INSIDE, [])
        except Ended as error:
            raise not_scored(self.name, error) from error
        answer = taken(answer, self.name, "inside")
        if answer.said.get("made_of") is None:
            return None
        try:
            return taken_over.read(answer.said, answer.blocks)
        except NotOurs as error:
            raise ModelFailed(f"{self.name}: what it is made of is damaged: {error}.") from error

    def prepared(self, frame: pd.DataFrame) -> NDArray[Any]:
        """The columns that its sums are made of, shape (rows, columns)."""
        return self._numbers(wire.PREPARED, frame, 2)

    def margins(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Its outputs before they become probabilities, shape (rows, outputs)."""
        return self._numbers(wire.MARGINS, frame, 2)

    def contributions(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Its library's own SHAP values, shape (rows, outputs, features + 1)."""
        return self._numbers(wire.CONTRIBUTIONS, frame, 3)

    def _numbers(self, what: bytes, frame: pd.DataFrame, sides: int) -> NDArray[Any]:
        (numbers,) = self.asked(what, frame, blocks=1).blocks
        if numbers.ndim != sides or len(numbers) != len(frame):
            shape = " x ".join(str(side) for side in numbers.shape) or "one value"
            raise ModelFailed(f"{self.name}: {shape} came back for {len(frame)} rows.")
        return numbers
