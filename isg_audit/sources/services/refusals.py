"""What a status says in plain words, and whose fault it is. Imports `errors`."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

from isg_audit.errors import AuditError, BrokeOff, Fault, ModelError, ModelFailed, NotReached

_WORDS = 300
"""Letters of a service's own words that are repeated."""


def refusal(asked: str, status: int, headers: http.client.HTTPMessage, answer: bytes) -> AuditError:
    """The error for a status that is neither a success nor worth another try.

    Args:
        asked: the address.
        status: what came back.
        headers: of the answer.
        answer: its body.
    """
    if 300 <= status < 400:
        to = urlsplit(headers.get("Location", "")).hostname or "elsewhere"
        return NotReached(
            f"{asked}: the service sends us on to {_plain(to)[:80]} (status {status}), where we do "
            "not follow. If that is right, write the final address as model.source."
        )
    if status in (401, 403):
        what = f"the service gives no leave (status {status})."
        advice = "Is the variable named by model.service.token set, and its token valid?"
        return ModelError(Fault(asked, what, advice))
    if status in (404, 405):
        what = f"there is no such model or path at the service (status {status})."
        return ModelError(Fault(asked, what, "Check model.source and model.service."))
    words = _own_words(answer)
    told = f", and says: {words}" if words else "."
    if 400 <= status < 500:
        return ModelFailed(f"{asked}: the service refuses these rows (status {status}){told}")
    return BrokeOff(f"{asked}: the service failed (status {status}){told}")


def _own_words(answer: bytes) -> str:
    """What the service says went wrong, one short line; empty where it is a page or nothing."""
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        return ""
    if isinstance(said, dict):
        said = next((said[key] for key in ("error", "message", "detail") if key in said), "")
    text = said if isinstance(said, str) else json.dumps(said) if said else ""
    return _plain(text)[:_WORDS]


def _plain(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
