"""Opens a model file in a locked process of its own.

Imports `errors`, `sources.models` and this folder.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from isg_audit.errors import Fault, ModelError, ModelFailed
from isg_audit.sources.child import plain_labels, wire
from isg_audit.sources.child.child_model import ChildModel, taken
from isg_audit.sources.child.conversation import Conversation, Ended
from isg_audit.sources.child.limits import NEEDED_WHEN_STRICT, Isolation, Limits
from isg_audit.sources.child.readable_child import ReadableChildModel
from isg_audit.sources.models.contract import Wanted
from isg_audit.sources.models.model_fingerprint import fingerprint_of_bytes


def open_in_child(
    content: bytes,
    name: str,
    features: Sequence[str] = (),
    strict: bool = False,
    opener: str = "content",
    due: tuple[str, ...] = (),
    limits: Limits | None = None,
) -> ChildModel:
    """A model file, opened in a process of its own.

    Args:
        content: the file's bytes.
        name: the file's name, for messages and its ending.
        features: source columns in order; may be empty where the model names them.
        strict: refuse where a layer is missing that a file which runs code must be held by.
        opener: `content` for the format that the bytes are of, or a format that is opened only
            where it is asked for: `pickle`.
        due: see `open_content`.
        limits: what the process may use.

    Raises:
        ModelError: the file is refused, damaged, or ended the process that opened it; a layer is
            missing that `strict` needs.
    """
    allowed = limits or Limits()
    try:
        conversation = Conversation(allowed, len(content), strict)
    except Ended as error:
        raise ModelFailed(f"{name}: the process for the model did not start: {error}.") from error
    isolation = _isolation(conversation, allowed, len(content))
    try:
        if strict:
            _require_layers(isolation, name)
        said = opened(conversation, content, name, features, opener, due, allowed)
        made = ReadableChildModel if said["readable"] is True else ChildModel
        return made(
            name=name,
            content=content,
            how=(strict, opener, due, allowed),
            conversation=conversation,
            isolation=isolation,
            fingerprint=fingerprint_of_bytes(content),
            **_facts(said, name),
        )
    except BaseException:
        conversation.close()
        raise


def opened(
    conversation: Conversation,
    content: bytes,
    name: str,
    features: Sequence[str],
    opener: str = "content",
    due: tuple[str, ...] = (),
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> dict[str, Any]:
    """What a child says of a file that it opened.

    Raises:
        ModelError: see `open_in_child`.
    """
    told = {"name": name, "features": list(features), "opener": opener, "due": list(due)}
    asked = json.dumps(told).encode()
    head = len(asked).to_bytes(4, "little") + asked
    try:
        answer = conversation.asked(
            wire.OPEN, [memoryview(head), memoryview(content)], limits.opening
        )
    except Ended as error:
        raise ModelError(Fault(name, f"damaged: while it was opened, {error}.")) from error
    try:
        return taken(answer, name, "opening").said
    except ModelFailed as error:
        raise ModelError(Fault(name, f"cannot be opened ({error}).")) from error


def opened_again(
    opened_with: tuple[Any, ...], kind: str, fingerprint: str
) -> ChildModel:  # fmt: skip
    """On another computer: the same file, under the same names."""
    return replace(open_in_child(*opened_with), kind=kind, fingerprint=fingerprint)


def _isolation(conversation: Conversation, limits: Limits, content: int) -> Isolation:
    return Isolation(
        active=tuple(name for name, holds, _ in conversation.layers if holds),
        missing=tuple((name, why) for name, holds, why in conversation.layers if not holds),
        memory=limits.memory_for(content),
        call=limits.call,
    )


def _require_layers(isolation: Isolation, name: str) -> None:
    lacking = [one for one in NEEDED_WHEN_STRICT if one not in isolation.active]
    if lacking:
        why = dict(isolation.missing)
        listed = "; ".join(f"{one} ({why.get(one, 'not offered')})" for one in lacking)
        raise ModelError(
            Fault(
                name,
                f"could run code, and this system cannot hold it: {listed}.",
                "Write the model as ONNX or with skops.io.dump.",
            )
        )


def _facts(said: dict[str, Any], name: str) -> dict[str, Any]:
    """What the model says about itself, each of its type."""
    try:
        return {
            "kind": str(said["kind"])[:100],
            "features": tuple(str(feature) for feature in said["features"]),
            "classes": tuple(plain_labels.read(label) for label in said["classes"]),
            "gives_scores": said["gives_scores"] is True,
            "wanted": tuple(
                Wanted(
                    str(feature),
                    kind if kind in ("number", "text") else "any",
                    tuple(plain_labels.read(one) for one in categories),
                )
                for feature, kind, categories in said["wanted"]
            ),
        }
    except (KeyError, TypeError, ValueError, plain_labels.NoPlainLabel) as error:
        raise ModelError(Fault(name, "says of itself what no model can.")) from error
