"""Right-to-left names in drawings: WeasyPrint draws the text of an SVG letter by letter.

Imports nothing of ours. Letters are put into the order in which they are seen, and Arabic letters
get their joined forms (Unicode's Arabic Presentation Forms-B). Text outside drawings does not
pass here: Pango sets it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RUN = re.compile(f"[{_RIGHT_TO_LEFT}]+(?:[ \u00a0\\-]+[{_RIGHT_TO_LEFT}]+)*")
_CLUSTER = re.compile(r".[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1-\u05c7\u064b-\u065f\u0670]*", re.S)


def as_seen(said: str) -> str:
    """The text with every right-to-left run in the order in which its letters stand on paper."""
    return _RUN.sub(lambda found: "".join(reversed(_CLUSTER.findall(_joined(found[0])))), said)


def runs_right_to_left(said: str) -> bool:
    """Whether any part of the text runs from right to left."""
    return _RUN.search(said) is not None


@cache
def _forms() -> dict[str, dict[str, str]]:
    """Letter to its forms: isolated, initial, medial, final."""
    found: dict[str, dict[str, str]] = {}
    for code in range(0xFE70, 0xFEFD):
        kind, _, letters = unicodedata.decomposition(chr(code)).partition(" ")
        if kind.startswith("<") and letters and " " not in letters:
            found.setdefault(chr(int(letters, 16)), {})[kind.strip("<>")] = chr(code)
    return found


def _joined(said: str) -> str:
    forms = _forms()
    written = []
    for at, letter in enumerate(said):
        own = forms.get(letter)
        if own is None:
            written.append(letter)
            continue
        before = _neighbour(said, at, -1)
        after = _neighbour(said, at, 1)
        joins_before = "initial" in forms.get(before, {}) and "final" in own
        joins_after = "initial" in own and "final" in forms.get(after, {})
        kind = {
            (True, True): "medial",
            (True, False): "final",
            (False, True): "initial",
            (False, False): "isolated",
        }[joins_before, joins_after]
        written.append(own.get(kind, letter))
    return "".join(written)


def _neighbour(said: str, at: int, way: int) -> str:
    """The next letter that is no vowel mark; empty at the end."""
    at += way
    while 0 <= at < len(said) and unicodedata.combining(said[at]):
        at += way
    return said[at] if 0 <= at < len(said) else ""
