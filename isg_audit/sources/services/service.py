"""`ServiceModel`: a service as a `Model`: batches, answers kept, everything checked on the way in.

Imports `errors`, `spec` and this room; numpy inside the functions.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from isg_audit.errors import ModelFailed
from isg_audit.sources.services.answers import Said, table_of
from isg_audit.sources.services.client import Client, TooLargeToAsk
from isg_audit.sources.services.kept import Kept
from isg_audit.sources.services.rows import Rows, rows_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from isg_audit.spec.audit_file import ServicePart

ASKED_AGAIN = 20
"""Rows of an interrupted audit that are asked again, to see whether the model is still the same."""

SAME = 1e-6
"""How far two answers about one row may lie apart and still be the same model's."""


class Speech(Protocol):
    """A protocol, as one service speaks it."""

    @property
    def kind(self) -> str: ...  # noqa: D102 - in plain words
    @property
    def described(self) -> str: ...  # noqa: D102 - what the service says about itself
    @property
    def features(self) -> tuple[str, ...]: ...  # noqa: D102 - the columns it names, or none

    def ask(self, client: Client, rows: Rows) -> Said:
        """What it says of the rows."""


class ServiceModel:
    """A running service; see `Model` for the attributes.

    Attributes:
        asked_here: it is asked from this computer, not from an engine's workers.

    Each row is asked about once: the same row again is answered from what was kept. `afresh` gives
    the same service without that memory, for whoever wants to know whether it answers alike twice.
    """

    asked_here = True

    def __init__(
        self, client: Client, speech: Speech, part: ServicePart, features: tuple[str, ...],
        fingerprint: str, kept: Kept, *, remembers: bool = True,
    ) -> None:  # fmt: skip
        self.client, self.speech, self.part, self.kept = client, speech, part, kept
        self.features, self.fingerprint = features, fingerprint
        self.name = part.name or client.place.shown
        self.kind, self.classes = speech.kind, tuple(part.classes)
        self.gives_scores = part.gives == "probabilities"
        self._remembers, self._batch = remembers, part.batch
        self._width = 1 + (len(self.classes) if self.gives_scores else 0)
        self._to_compare = ASKED_AGAIN if remembers and kept.earlier else 0
        self._guard = threading.RLock()

    def __reduce__(self) -> Any:
        raise ModelFailed(f"{self.name}: a service is asked from this computer alone.")

    def predict(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Labels, shape (rows,)."""
        import numpy as np

        labels = np.empty(len(frame), dtype=object)
        labels[:] = [self.classes[int(place)] for place in self._answers(frame)[:, 0]]
        return labels

    def predict_proba(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Probabilities, shape (rows, classes)."""
        return self._answers(frame)[:, 1:]

    def afresh(self) -> ServiceModel:
        """The same service without a memory: each question is asked, and asked again."""
        return ServiceModel(
            self.client, self.speech, self.part, self.features, self.fingerprint, self.kept,
            remembers=False,
        )  # fmt: skip

    def requests(self) -> str:
        """The log of requests, a JSON object a line: times, statuses, hashes; no content."""
        return "".join(f"{line}\n" for line in self.kept.lines())

    def close(self, *, finished: bool) -> None:
        """Let go of the service; answers of a finished audit are removed."""
        self.client.close()
        self.kept.close(finished=finished)

    def _answers(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Shape (rows, 1) or (rows, 1 + classes): see `table_of`."""
        import numpy as np

        rows = rows_of(frame, self.features)
        if not len(rows):
            return np.empty((0, self._width))
        with self._guard:
            try:
                if self._remembers:
                    return self._remembered(rows)
                return np.concatenate([one for _, one in self._asked(rows, range(len(rows)))])
            except ModelFailed as error:
                if self.kept.path is None:
                    raise
                told = "What it answered is kept: run the audit again to go on from here."
                raise type(error)(f"{error} {told}") from error
            finally:
                self.client.close()

    def _remembered(self, rows: Rows) -> NDArray[Any]:
        import numpy as np

        names = [self.kept.name(row) for row in rows.values]
        found = {
            name: answer
            for name, blob in self.kept.known(dict.fromkeys(names)).items()
            if (answer := np.frombuffer(blob)).shape == (self._width,)
        }
        self._compare(rows, names, found)
        first = {name: place for place, name in reversed(list(enumerate(names)))}
        new = sorted(place for name, place in first.items() if name not in found)
        for places, answers in self._asked(rows, new):
            fresh = {names[place]: one for place, one in zip(places, answers, strict=True)}
            found |= fresh
            self.kept.keep({name: one.tobytes() for name, one in fresh.items() if _whole(one)})
        return np.array([found[name] for name in names])

    def _compare(self, rows: Rows, names: Sequence[bytes], found: dict[bytes, Any]) -> None:
        """Ask some rows of an interrupted audit again: half of each model is no model."""
        import numpy as np

        there = [place for place, name in enumerate(names) if name in found][: self._to_compare]
        if not there:
            return
        self._to_compare -= len(there)
        before = np.array([found[names[place]] for place in there])
        now = np.concatenate([answers for _, answers in self._asked(rows, there)])
        if not np.allclose(before, now, rtol=0, atol=SAME):
            raise ModelFailed(
                f"{self.name}: the service answers otherwise than before the audit was "
                f"interrupted. Delete {self.kept.path} to begin anew."
            )

    def _asked(
        self, rows: Rows, places: Sequence[int]
    ) -> Iterator[tuple[Sequence[int], NDArray[Any]]]:
        """Answers to the rows at these places, a batch at a time; halved where it is too large."""
        done = 0
        while done < len(places):
            some = places[done : done + self._batch]
            try:
                said = self.speech.ask(self.client, rows.some(some))
            except TooLargeToAsk as error:
                if len(some) == 1:
                    raise ModelFailed(
                        f"{self.name}: one row alone is too large for the service (status 413)."
                    ) from error
                self._batch = len(some) // 2
                continue
            done += len(some)
            yield some, table_of(said, self.part, len(some), self.client.place.shown)


def _whole(answer: NDArray[Any]) -> bool:
    """Whether an answer may be kept: what cannot be true is asked again by the next audit."""
    import numpy as np

    return bool(np.isfinite(answer).all())


@contextmanager
def in_use(model: object) -> Iterator[None]:
    """While an audit asks the model: afterwards a service is let go.

    What it answered is kept for the next try where the audit did not come to its end.
    """
    if not isinstance(model, ServiceModel):
        yield
        return
    try:
        yield
    except BaseException:
        model.close(finished=False)
        raise
    model.close(finished=True)


def requests_of(model: object) -> str:
    """The log of requests to a service; empty for a model that is no service."""
    return model.requests() if isinstance(model, ServiceModel) else ""
