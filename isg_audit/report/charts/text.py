"""How wide words are, measured in the shipped fonts, and how to make them fit.

Imports `resources` only. Lengths are points.
"""

from __future__ import annotations

from functools import cache

from isg_audit.resources import templates_folder

FILES = {
    "regular": "IBMPlexSans-Regular.woff2",
    "medium": "IBMPlexSans-Medium.woff2",
    "semibold": "IBMPlexSans-SemiBold.woff2",
    "italic": "IBMPlexSans-Italic.woff2",
}
ELLIPSIS = "…"


@cache
def _advances(face: str) -> dict[int, float]:
    """Advance of each character in em."""
    from fontTools.ttLib import TTFont

    font = TTFont(templates_folder() / "fonts" / FILES[face])
    widths = font["hmtx"]
    em = font["head"].unitsPerEm
    return {code: widths[name][0] / em for code, name in font.getBestCmap().items()}


def width(said: str, size: float, face: str = "regular") -> float:
    """Width of one line. Characters that the font lacks count as one em, the widest usual."""
    advances = _advances(face)
    return size * sum(advances.get(ord(character), 1.0) for character in said)


def fitted(said: str, room: float, size: float, face: str = "regular") -> str:
    """The words if they fit into `room`, else as many letters as do, and an ellipsis."""
    if width(said, size, face) <= room:
        return said
    kept = said
    while kept and width(kept.rstrip() + ELLIPSIS, size, face) > room:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def lines(
    said: str, room: float, size: float, face: str = "regular", at_most: int = 2
) -> list[str]:
    """Break between words into at most `at_most` lines; what is left over ends in an ellipsis."""
    done: list[str] = []
    current = ""
    queue = said.split()
    for at, word in enumerate(queue):
        tried = f"{current} {word}".strip()
        if not current or width(tried, size, face) <= room:
            current = tried
            continue
        if len(done) == at_most - 1:
            current = " ".join([current, *queue[at:]])
            break
        done.append(current)
        current = word
    return [fitted(one, room, size, face) for one in [*done, current]]
