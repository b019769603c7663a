"""MLflow's scoring server: `mlflow models serve`.

Source: https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally/ (`/invocations`,
`dataframe_split`, `/ping`, `/version`). Imports this room.
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
class MlflowServer:
    """Asks `/invocations`; it gives what the model's own function gives, labels or probabilities.

    Attributes:
        part: what the audit file says of the service.
        kind: in plain words.
        described: what it says about itself: its version.
        features: none; it does not name them.
    """

    part: ServicePart
    described: str = ""
    kind: str = "Service (MLflow scoring server)"
    features: tuple[str, ...] = ()

    @classmethod
    def met(cls, client: Client, part: ServicePart, features: tuple[str, ...]) -> MlflowServer:
        """Look whether it is there."""
        client.get("/ping")
        return cls(part, client.get("/version").decode("utf-8", "replace").strip()[:100])

    def ask(self, client: Client, rows: Rows) -> Said:
        """What it says of the rows."""
        body = {"dataframe_split": {"columns": rows.features, "data": rows.values}}
        answer = client.post_json("/invocations", body, len(rows))
        said = found_at(answer, "predictions", client.place.shown)
        return Said(labels=said) if self.part.gives == "labels" else Said(scores=said)
