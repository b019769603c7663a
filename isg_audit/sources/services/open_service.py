"""Opens a model behind an address: the catalogue of protocols.

To add one, write a class like `MlflowServer` and add a line to `PROTOCOLS`. Imports `errors`,
`spec` and this room.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from isg_audit.errors import Fault, ModelError
from isg_audit.sources.services.client import Client, TooLargeToAsk
from isg_audit.sources.services.connection import Patience
from isg_audit.sources.services.kept import Kept, default_folder
from isg_audit.sources.services.mlflow_server import MlflowServer
from isg_audit.sources.services.open_inference import OpenInference
from isg_audit.sources.services.place import Place, place_of
from isg_audit.sources.services.plain_json import PlainJson
from isg_audit.sources.services.service import ServiceModel, Speech

if TYPE_CHECKING:
    from isg_audit.spec.audit_file import ModelPart, ServicePart

Meet = Callable[["Client", "ServicePart", tuple[str, ...]], Speech]

PROTOCOLS: dict[str, Meet] = {
    "mlflow": MlflowServer.met,
    "open-inference": OpenInference.met,
    "json": PlainJson.met,
}

_ENDS = {"mlflow": "/invocations", "open-inference": "/v2"}
"""What people write at the end of an address although the protocol says it anyway."""


def open_service(
    part: ModelPart,
    *,
    private: bool = False,
    patience: Patience | None = None,
    folder: Path | None = None,
) -> ServiceModel:
    """Find a service and look at what it says about itself.

    Args:
        part: an address as source, and the table [model.service].
        private: whether addresses of this computer and of private networks may be asked.
        patience: how long is waited.
        folder: where answers are kept until the audit is finished; the user's own if not given.

    Raises:
        ModelError: an address that is not asked or leads nowhere, no leave, columns that do not
            fit, a variable that is not set.
        ModelFailed: the service cannot be reached or does not answer as it should.
    """
    service = part.service
    if service is None:
        what = "an address needs the table [model.service]."
        raise ModelError(Fault("model.source", what, "See docs/models.md."))
    headers = _headers(service)
    place = place_of(part.source, private=private)
    end = _ENDS.get(service.protocol, "")
    if end and place.path.rstrip("/").endswith(end):
        place = replace(place, path=place.path.rstrip("/").removesuffix(end))
    met: list[dict[str, object]] = []
    client = Client(place, headers, lambda line: met.append(dict(line)), patience or Patience())
    try:
        speech = PROTOCOLS[service.protocol](client, service, part.features)
    except TooLargeToAsk as error:
        raise ModelError(Fault(place.shown, "is no such service (status 413).")) from error
    finally:
        client.close()
    features = speech.features or part.features
    if not features:
        what = "the service does not name the columns that the model reads."
        raise ModelError(Fault(place.shown, what, "Name them in order with model.features."))
    told = hashlib.sha256("\n".join((place.shown, service.name, speech.described)).encode())
    kept = Kept(folder or default_folder(), _key(place, service, features, told.hexdigest()))
    for line in met:
        kept.note(line)
    client.note = kept.note
    fingerprint = f"a service: cannot be hashed; its address and words: {told.hexdigest()}"
    return ServiceModel(client, speech, service, features, fingerprint, kept)


def _key(place: Place, part: ServicePart, features: tuple[str, ...], told: str) -> str:
    """What must be the same for an answer to be still the answer."""
    asked = part.model_dump(exclude={"batch", "token", "headers"})
    text = repr((place.shown, sorted(asked.items()), features, told))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _headers(part: ServicePart) -> dict[str, str]:
    """Credentials from the environment, by the names that the audit file gives."""
    wanted = {"Authorization": part.token} if part.token else {}
    faults, headers = [], {}
    for header, variable in (wanted | part.headers).items():
        value = os.environ.get(variable, "")
        if not value or not value.isascii() or not value.isprintable():
            what = f"the environment variable {variable} is not set, or holds no plain text."
            faults.append(Fault("model.service", what))
        headers[header] = f"Bearer {value}" if header == "Authorization" else value
    if faults:
        raise ModelError(faults)
    return headers
