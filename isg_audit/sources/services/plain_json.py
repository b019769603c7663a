"""Services of one's own: rows as JSON objects are posted, scores stand somewhere in the answer.

Imports this room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from isg_audit.sources.services.answers import Said, found_at
from isg_audit.sources.services.client import Client
from isg_audit.sources.services.rows import Rows

if TYPE_CHECKING:
    from isg_audit.spec.audit_file import ServicePart


@dataclass(frozen=True)
class PlainJson:
    """Posts a list of objects, or one object, to the address itself.

    Attributes:
        part: what the audit file says of the service.
        kind: in plain words.
        described: nothing; there is no place to ask.
        features: none; it does not name them.
    """

    part: ServicePart
    described: str = ""
    kind: str = "Service (JSON)"
    features: tuple[str, ...] = ()

    @classmethod
    def met(cls, client: Client, part: ServicePart, features: tuple[str, ...]) -> PlainJson:
        """Nothing is asked before the first rows."""
        return cls(part)

    def ask(self, client: Client, rows: Rows) -> Said:
        """What it says of the rows."""
        objects = [dict(zip(rows.features, row, strict=True)) for row in rows.values]
        if self.part.send == "one":
            each = [self._said(client, one, 1) for one in objects]
            scores = [one.scores for one in each] if self._scored else None
            labels = [one.labels for one in each] if self._labelled else None
            return Said(scores, labels)
        records = self.part.records
        return self._said(client, {records: objects} if records else objects, len(rows))

    @property
    def _scored(self) -> bool:
        return self.part.gives == "probabilities"

    @property
    def _labelled(self) -> bool:
        return self.part.gives == "labels" or bool(self.part.label)

    def _said(self, client: Client, body: object, rows: int) -> Said:
        answer, where = client.post_json("", body, rows), client.place.shown
        scores = found_at(answer, self.part.answer, where) if self._scored else None
        label = self.part.label or self.part.answer
        labels = found_at(answer, label, where) if self._labelled else None
        return Said(scores, labels)
