"""The address of a service that is asked, and the keys of [model.service]: what may stand there.

Imports `audit_file` and `faults`. Opens nothing. The audit file goes into the evidence, so a secret
in it is a fault, and no message here repeats an address or a value that may be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from isg_audit.spec.audit_file import ModelPart, ServicePart, Spec
from isg_audit.spec.faults import Found
from isg_audit.spec.part import Value

SCHEMES = ("http://", "https://")

NAMES_ONLY = (
    "Credentials come from the environment alone: write the name of a variable, which starts with "
    "ISG_AUDIT_, as model.service.token or in model.service.headers. This file goes into the "
    "evidence."
)

_VARIABLE = re.compile(r"ISG_AUDIT_[A-Z0-9_]{1,90}")
"""No other: an audit file of the audited party must not be able to ask for any secret there is."""

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OURS = {"host", "content-length", "content-type", "transfer-encoding", "connection", "accept",
         "accept-encoding", "user-agent", "authorization", "proxy-authorization"}  # fmt: skip
_WHOSE = {
    "name": ("open-inference",), "inputs": ("open-inference",), "records": ("json",),
    "send": ("json",), "answer": ("json", "open-inference"), "label": ("json", "open-inference"),
}  # fmt: skip


def is_service(source: str) -> bool:
    """Whether a source is the address of a service and not a file."""
    return source.lower().startswith(SCHEMES)


def service_faults(spec: Spec) -> Iterator[Found]:
    """What is wrong with the model's address and with the keys that belong to it."""
    part = spec.model
    if part is None:
        return
    if not is_service(part.source):
        if part.service is not None and part.source:
            yield Found(("model", "service"), "belongs to an address; the source is a file.",
                        "Remove the table, or give an address as model.source.")  # fmt: skip
        return
    yield from _address(part.source)
    if part.service is None:
        yield Found(("model", "source"), "an address needs the table [model.service].",
                    'Add it, with protocol = "mlflow", "open-inference" or "json".')  # fmt: skip
        return
    yield from _keys(part, part.service)
    yield from _classes(part.service)
    yield from _secrets(part.service)


def _address(source: str) -> Iterator[Found]:
    where = ("model", "source")
    # Up to the last "@" of all: a password may hold "/" and "?", although it should not.
    if "@" in source.partition("://")[2]:
        yield Found(where, "a login or a password stands in the address.", NAMES_ONLY)
        return
    try:
        parts = urlsplit(source)
        port = parts.port
    except ValueError:
        yield Found(where, "this is no address.", "Write https://HOST:PORT/PATH.")
        return
    if not parts.hostname or port == 0 or re.search(r"[\s\\]", source) or not source.isascii():
        yield Found(where, "this is no address.", "Write https://HOST:PORT/PATH.")
    if parts.query or parts.fragment:
        yield Found(where, "nothing may stand after '?' or '#' in the address.", NAMES_ONLY)


def _keys(part: ModelPart, service: ServicePart) -> Iterator[Found]:
    for key, whose in _WHOSE.items():
        if key in service.model_fields_set and service.protocol not in whose:
            yield Found(("model", "service", key), f"'{key}' is no key of '{service.protocol}'.",
                        f"It belongs to {' and '.join(whose)}.")  # fmt: skip
    if service.protocol == "open-inference" and not service.name:
        yield Found(("model", "service", "name"), "'name' is missing: the model's at the service.")
    elif not re.fullmatch(r"[\w.:@ -]*", service.name) or service.name in (".", ".."):
        yield Found(("model", "service", "name"), "a model's name is letters, digits, . _ - : @.")
    if service.protocol != "open-inference" and not part.features:
        yield Found(("model", "features"), "'features' is missing: this protocol does not tell "
                    "which columns the model reads.", "Name them in order.")  # fmt: skip


def _classes(service: ServicePart) -> Iterator[Found]:
    path = ("model", "service", "classes")
    if len(service.classes) < 2:
        yield Found(path, "two classes or more are needed, in the order of the probabilities.",
                    'For example: classes = [0, 1].')  # fmt: skip
    elif len({(type(one), one) for one in service.classes}) < len(service.classes):
        yield Found(path, "a class stands twice.")
    if service.score_of is None:
        return
    path = ("model", "service", "score_of")
    if not _among(service.score_of, service.classes):
        yield Found(path, "'score_of' is none of the classes.")
    if len(service.classes) > 2:
        yield Found(path, "one number tells of two classes only; there are more.")
    if service.gives == "labels":
        yield Found(path, "'score_of' is of a probability, but the service gives labels.")


def _among(value: Value, classes: tuple[Value, ...]) -> bool:
    return any(type(one) is type(value) and one == value for one in classes)


def _secrets(service: ServicePart) -> Iterator[Found]:
    if service.token and not _VARIABLE.fullmatch(service.token):
        yield Found(("model", "service", "token"), "must be the name of an environment variable "
                    "that starts with ISG_AUDIT_.", NAMES_ONLY)  # fmt: skip
    for header, variable in service.headers.items():
        path = ("model", "service", "headers")
        if not _HEADER.fullmatch(header):
            yield Found(path, "a name of a header is letters, digits and '-'.")
        elif header.lower() in _OURS:
            yield Found(path, f"'{header}' is not for an audit file to set.",
                        "A bearer token is named by model.service.token.")  # fmt: skip
        if not _VARIABLE.fullmatch(variable):
            yield Found(path, "must hold names of environment variables that start with "
                        "ISG_AUDIT_.", NAMES_ONLY)  # fmt: skip
