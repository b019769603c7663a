"""One way to write JSON, so that the same results are the same bytes. Imports `errors` only."""

from __future__ import annotations

import hashlib
import json
import math
import re
from pathlib import Path
from typing import Any

_PASSWORD = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^\s/@\"']*@")
_SECRET = re.compile(
    r"(?i)(?P<key>[?&;](?:password|passwd|pwd|token|secret|api_?key|access_?key|sig(?:nature)?)=)"
    r"[^&;\s\"']*"
)


def to_json(content: Any) -> str:
    """JSON text: keys in their given order, two spaces, one newline at the end, no NaN.

    Numbers are written as the shortest text that reads back as the same number.
    """
    text = json.dumps(_plain(content), ensure_ascii=False, indent=2, allow_nan=False)
    return text + "\n"


def _plain(content: Any) -> Any:
    """Infinite numbers and NaN have no place in JSON; what they mean is said in a note."""
    if isinstance(content, dict):
        return {key: _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    if isinstance(content, float) and not math.isfinite(content):
        return None
    return content


def sha256(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def without_credentials(text: str) -> str:
    """The text with user names, passwords and keys in URLs taken out."""
    return _SECRET.sub(r"\g<key>REMOVED", _PASSWORD.sub(r"\g<scheme>REMOVED@", text))
